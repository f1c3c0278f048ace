package dev.conclave.explore.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.electorate.Cluster.Flight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A cluster on its way from one state of a search to the next: carries out one choice, and all that follows from it at once. Users
 * stop at once.
 */
final class ClusterMove implements Cluster.Follow {

    final Cluster cluster;
    final List<Flight> flights;

    private final ClusterBounds bounds;
    private final Deque<Flight> arriving = new ArrayDeque<>();
    private int fulfilled;
    private int overtaken;
    private int refused;
    private int finished;

    ClusterMove(ClusterBounds bounds, Cluster from, List<Flight> flights) {
        this.bounds = bounds;
        cluster = new Cluster(from);
        this.flights = new ArrayList<>(flights);
        cluster.followedBy(this);
    }

    int fulfilled() {
        return fulfilled;
    }

    int overtaken() {
        return overtaken;
    }

    int refused() {
        return refused;
    }

    int finished() {
        return finished;
    }

    // ---- what happens

    @Override
    public void sent(Flight flight) {
        if (flight instanceof Flight.Letter letter) {
            count(letter);
        }
        if (!bounds.passes(flight)) {
            return;
        }
        if (bounds.isAtOnce(flight)) {
            arriving.add(flight);
        } else if (!flights.contains(flight) && !isShownTo(flight)) {
            if (!bounds.keepsStale && flight instanceof Flight.Note newer) {
                flights.removeIf(older -> older instanceof Flight.Note note && isReplaced(note, newer));
            }
            if (hasRoom(flight)) {
                flights.add(flight);
            }
        }
    }

    private boolean hasRoom(Flight flight) {
        int letters = bounds.most(ClusterLimit.LETTERS);
        if (letters == 0) {
            return flights.size() < bounds.most(ClusterLimit.MESSAGES);
        }
        boolean isLetter = flight instanceof Flight.Letter;
        long inFlight = flights.stream()
                .filter(other -> other instanceof Flight.Letter == isLetter)
                .count();
        return inFlight < (isLetter ? letters : bounds.most(ClusterLimit.MESSAGES));
    }

    /** Whether the same configuration is on its way to the same node already; then it does not matter which node shows it. */
    private boolean isShownTo(Flight flight) {
        return flight instanceof Flight.Letter letter
                && letter.message() instanceof ElectorateMessage.Shown
                && flights.stream()
                        .anyMatch(other -> other instanceof Flight.Letter known
                                && known.to() == letter.to()
                                && known.message().equals(letter.message()));
    }

    /** Whether a heartbeat or an acknowledgement is followed by a newer one on the same way. */
    private static boolean isReplaced(Flight.Note older, Flight.Note newer) {
        return older.from() == newer.from()
                && older.to() == newer.to()
                && older.message().renews()
                && older.message().getClass() == newer.message().getClass();
    }

    private void count(Flight.Letter letter) {
        if (letter.message() instanceof ElectorateMessage.Refused) {
            refused++;
        } else if (letter.message() instanceof ElectorateMessage.Accept accept) {
            String own = "n" + letter.from() + " ";
            finished += accept.next()
                            .origin()
                            .filter(one -> one.by().startsWith(own))
                            .isEmpty()
                    ? 1
                    : 0;
        }
    }

    @Override
    public void wrote(int node) {}

    @Override
    public void queued(int node) {}

    @Override
    public void dismissed(int node, long term) {
        cluster.tell(node, new Input.UsersStopped(term));
    }

    @Override
    public void ended(int node, long wish, Optional<String> refusal) {
        fulfilled += refusal.isEmpty() ? 1 : 0;
        overtaken += refusal.filter(why -> why.contains("came in between")).isPresent() ? 1 : 0;
    }

    // ---- choices

    /** The random number of this step: with none there is no jitter; a founder draws its own group. */
    private long draw(int node) {
        DirectoryIdentity identity = cluster.identity(node);
        return bounds.founds ? 2 * identity.value() + 100 : 0;
    }

    void deliver(int place) {
        Flight flight = flights.remove(place);
        cluster.deliver(flight, draw(flight.to()));
        settle();
    }

    void obey(int node) {
        cluster.runPeer(node, 0);
        settle();
    }

    void force(int node) {
        cluster.force(node, draw(node));
        settle();
    }

    void tickPeer(int node) {
        cluster.tell(node, new Input.Tick());
        settle();
    }

    void tickElectorate(int node) {
        cluster.tickElectorate(node, draw(node));
        settle();
    }

    void crash(int node, int survive) {
        cluster.crash(node, survive);
        settle();
    }

    void lose(int node) {
        cluster.lose(node);
    }

    /** The node starts, and greets all nodes that are up. */
    void start(int node) {
        cluster.start(node);
        if ((bounds.timed >> node & 1) == 0) {
            cluster.tell(node, new Input.Withdraw());
        }
        settle();
        for (int other = 0; other < cluster.size; other++) {
            if (other != node && cluster.isUp(other) && bounds.mayMeet(node, other)) {
                cluster.meet(node, other, 0);
                settle();
            }
        }
        if (bounds.founds) {
            for (int founder = 0; founder < cluster.size; founder++) {
                mayFound(founder);
            }
        }
        settle();
    }

    /** A node founds only when all nodes that are up have said what they hold (E10). */
    void mayFound(int node) {
        if (!cluster.isUp(node) || cluster.electorate(node).clockOffsetMillis().isPresent()) {
            return;
        }
        for (int other = 0; other < cluster.size; other++) {
            PeerId id = Cluster.id(other);
            if (other != node
                    && cluster.isUp(other)
                    && !cluster.electorate(node).seen().containsKey(id)) {
                return;
            }
        }
        cluster.mayFound(node, draw(node));
        settle();
    }

    void wish(int number) {
        ClusterBounds.Asked asked = bounds.wishes.get(number);
        cluster.wish(asked.node(), number + 1L, asked.wish(), 0);
        settle();
    }

    void write(int node) {
        cluster.write(node, cluster.held(node));
        settle();
    }

    void tell(int node, Input input) {
        cluster.tell(node, input);
        settle();
    }

    void pass() {
        cluster.advance(bounds.tickMicros);
        for (int node = 0; node < cluster.size && !bounds.lateTimers; node++) {
            if (cluster.isUp(node) && cluster.electorate(node).wakeAt() <= cluster.now(node)) {
                tickElectorate(node);
            }
            if (cluster.isUp(node)
                    && cluster.peer(node).role() instanceof Leader
                    && cluster.peer(node).wakeAt() <= cluster.now(node)) {
                tickPeer(node);
            }
        }
    }

    // ---- what follows at once

    private void settle() {
        boolean any = true;
        while (any) {
            any = false;
            for (int node = 0; node < cluster.size; node++) {
                while (cluster.isUp(node) && !isLate(node) && cluster.inbox(node).length > 0) {
                    cluster.runPeer(node, 0);
                    any = true;
                }
                while (!bounds.lateDisks && cluster.isUp(node) && cluster.pendingWrites(node) > 0) {
                    cluster.force(node, draw(node));
                    any = true;
                }
            }
            Flight next = arriving.poll();
            if (next != null) {
                cluster.deliver(next, draw(next.to()));
                any = true;
            }
        }
        flights.removeIf(flight -> !mayArrive(flight));
    }

    /** Whether the peer's next input is a configuration to obey, which waits for a choice. */
    boolean isLate(int node) {
        return bounds.lateSwitches
                && cluster.inbox(node).length > 0
                && cluster.inbox(node)[0] instanceof Input.Switched;
    }

    private boolean mayArrive(Flight flight) {
        int to = flight.to();
        return cluster.isUp(to)
                && flight.toLife() == cluster.life(to)
                && cluster.isMet(to, flight.from(), flight.fromLife())
                && (bounds.keepsStale || !(flight instanceof Flight.Note note) || !isStale(note))
                && (bounds.keepsStale || !(flight instanceof Flight.Letter letter) || !isStale(letter));
    }

    /** Whether a configuration is shown to a node that has it. */
    private boolean isStale(Flight.Letter letter) {
        return letter.message() instanceof ElectorateMessage.Shown shown
                && shown.configuration().number()
                        <= cluster.electorate(letter.to()).pending().number();
    }

    /**
     * Whether a message of an election belongs to a term or a configuration that its receiver has left behind. An entry of an
     * earlier term still has something to say to a peer that lacks it (U2).
     */
    private boolean isStale(Flight.Note note) {
        Peer receiver = cluster.peer(note.to());
        if (bounds.keptStale.contains(note.message().getClass())) {
            return false;
        }
        if (note.configuration() < receiver.self().configuration()) {
            return true;
        }
        return note.message().highestTerm() < receiver.ballot().term()
                && !(note.message() instanceof Message.StoreRegister store
                        && store.entry().isAbove(receiver.register().entry()));
    }
}
