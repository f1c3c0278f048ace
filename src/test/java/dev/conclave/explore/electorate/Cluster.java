package dev.conclave.explore.electorate;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.electorate.ElectorateEffect;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.electorate.Force;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.RegisterOracle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes, each with its electorate and its peer of one election, their disks and clocks, and the messages between them. Nothing
 * happens in it by itself. After each step the {@link ClusterOracle} has judged.
 *
 * <p>As in production, the node passes inputs to its peer in their order, and the peer may lag behind ({@link #runPeer}); ballots
 * and electorates are forced in the order in which they were written, by one disk.
 */
final class Cluster implements RegisterOracle.View {

    /** A message in flight. */
    sealed interface Flight {
        int from();

        int fromLife();

        int to();

        int toLife();

        /** A message of the election, with its label (E3). */
        record Note(
                int from,
                int fromLife,
                int to,
                int toLife,
                DirectoryIdentity identity,
                long group,
                int configuration,
                Message message)
                implements Flight {}

        /** A message about the electorate. */
        record Letter(int from, int fromLife, int to, int toLife, DirectoryIdentity identity, ElectorateMessage message)
                implements Flight {}
    }

    /** Receives what happens, so that an explorer can arrange what follows. */
    interface Follow {
        /** A message was sent. */
        void sent(Flight flight);

        /** Something was written and waits to be forced. */
        void wrote(int node);

        /** The peer has an input that it has not handled. */
        void queued(int node);

        /** A leadership was announced. */
        default void elected(int node, long term) {}

        /** The users of a leadership were told to stop. */
        void dismissed(int node, long term);

        /** A wish has ended. */
        void ended(int node, long wish, Optional<String> refusal);
    }

    private static final long NANOS_PER_MICRO = 1000;

    /** The only election. */
    private static final ElectionName ELECTION = new ElectionName("explored");

    final int size;
    final ClusterOracle oracle;
    final RegisterOracle registers;

    private final Settings listed;
    private final long stopMarginNanos;
    private final ElectorateCore core;

    private final @Nullable Peer[] peers;
    private final @Nullable Electorate[] electorates;
    private final Input[][] inboxes;
    private final int[] lives;
    private final boolean[] hasDirectory;
    private final DirectoryIdentity[] identities;
    private final StoredElectorate[] electorateOnDisk;
    private final Ballot[] ballotOnDisk;
    private final RegisterEntry[] registerOnDisk;
    private final Object[][] writes;

    /** The newest ballot that was written while the node was a voter, for a planted fault. */
    private final Ballot[] ballotAsVoter;

    private final int[][] met;
    private final long[] rates;
    private final long[] offsets;
    private final long[] startedAt;
    private final long[] newestHead;
    private int directories;
    private long micros;

    private @Nullable Follow follow;

    /**
     * Makes a cluster whose nodes are down.
     *
     * @param size how many nodes
     * @param listed how many of them stand in every file, the first ones
     * @param directories the nodes that have a directory, as bits
     */
    Cluster(
            int size,
            int listed,
            long directories,
            long heartbeatNanos,
            long electionNanos,
            double drift,
            long stopMarginNanos,
            ElectorateCore core) {
        this.size = size;
        this.core = core;
        this.stopMarginNanos = stopMarginNanos;
        List<PeerId> voters = new ArrayList<>();
        for (int i = 0; i < listed; i++) {
            voters.add(id(i));
        }
        this.listed = new Settings(voters, heartbeatNanos, electionNanos, drift);
        oracle = new ClusterOracle(size);
        registers = new RegisterOracle(size);
        peers = new Peer[size];
        electorates = new Electorate[size];
        inboxes = new Input[size][0];
        lives = new int[size];
        hasDirectory = new boolean[size];
        identities = new DirectoryIdentity[size];
        electorateOnDisk = new StoredElectorate[size];
        ballotOnDisk = new Ballot[size];
        registerOnDisk = new RegisterEntry[size];
        Arrays.fill(registerOnDisk, RegisterEntry.NONE);
        writes = new Object[size][0];
        ballotAsVoter = new Ballot[size];
        Arrays.fill(ballotAsVoter, Ballot.NONE);
        met = new int[size][size];
        rates = new long[size];
        offsets = new long[size];
        startedAt = new long[size];
        newestHead = new long[size];
        Arrays.fill(rates, 1000);
        Arrays.fill(electorateOnDisk, StoredElectorate.EMPTY);
        Arrays.fill(ballotOnDisk, Ballot.NONE);
        for (int i = 0; i < size; i++) {
            hasDirectory[i] = (directories >> i & 1) == 1;
            identities[i] = hasDirectory[i] ? newDirectory() : DirectoryIdentity.NONE;
        }
    }

    /** An independent copy; it shares the values that never change. */
    Cluster(Cluster other) {
        size = other.size;
        core = other.core;
        listed = other.listed;
        stopMarginNanos = other.stopMarginNanos;
        oracle = new ClusterOracle(other.oracle);
        registers = new RegisterOracle(other.registers);
        peers = other.peers.clone();
        electorates = other.electorates.clone();
        inboxes = other.inboxes.clone();
        lives = other.lives.clone();
        hasDirectory = other.hasDirectory;
        identities = other.identities.clone();
        electorateOnDisk = other.electorateOnDisk.clone();
        ballotOnDisk = other.ballotOnDisk.clone();
        registerOnDisk = other.registerOnDisk.clone();
        writes = other.writes.clone();
        ballotAsVoter = other.ballotAsVoter.clone();
        met = other.met.clone();
        for (int i = 0; i < size; i++) {
            met[i] = other.met[i].clone();
        }
        rates = other.rates.clone();
        offsets = other.offsets.clone();
        startedAt = other.startedAt.clone();
        newestHead = other.newestHead.clone();
        directories = other.directories;
        micros = other.micros;
    }

    void followedBy(Follow who) {
        follow = who;
    }

    private DirectoryIdentity newDirectory() {
        directories++;
        return DirectoryIdentity.of(directories);
    }

    // ---- questions

    static PeerId id(int node) {
        return new PeerId("n", node + 1);
    }

    static int indexOf(PeerId id) {
        return id.port() - 1;
    }

    boolean isUp(int node) {
        return peers[node] != null;
    }

    @Override
    public Peer peer(int node) {
        Peer up = peers[node];
        if (up == null) {
            throw new IllegalStateException("n" + node + " is down");
        }
        return up;
    }

    Electorate electorate(int node) {
        Electorate up = electorates[node];
        if (up == null) {
            throw new IllegalStateException("n" + node + " is down");
        }
        return up;
    }

    int life(int node) {
        return lives[node];
    }

    boolean hasDirectory(int node) {
        return hasDirectory[node];
    }

    DirectoryIdentity identity(int node) {
        return identities[node];
    }

    StoredElectorate onDisk(int node) {
        return electorateOnDisk[node];
    }

    Ballot ballotOnDisk(int node) {
        return ballotOnDisk[node];
    }

    int pendingWrites(int node) {
        return writes[node].length;
    }

    Object pendingWrite(int node, int index) {
        return writes[node][index];
    }

    Input[] inbox(int node) {
        return inboxes[node];
    }

    long stopMarginNanos() {
        return stopMarginNanos;
    }

    boolean hasMet(int node, int other) {
        return met[node][other] == lives[other];
    }

    /** Whether the node has met the other one in this life of it, and hears it. */
    boolean isMet(int node, int other, int life) {
        return met[node][other] == life;
    }

    long micros() {
        return micros;
    }

    /** The reading of the node's clock. */
    long now(int node) {
        return offsets[node] + micros * rates[node];
    }

    /** The first instant of true time at which the node's clock shows at least this. */
    long microsAt(int node, long clock) {
        long ahead = clock - offsets[node];
        return Math.max(micros, Math.floorDiv(ahead + rates[node] - 1, rates[node]));
    }

    void setRate(int node, long perMille) {
        offsets[node] += micros * (rates[node] - perMille);
        rates[node] = perMille;
    }

    long startedAt(int node) {
        return startedAt[node];
    }

    Ballot ballotAsVoter(int node) {
        return ballotAsVoter[node];
    }

    boolean forgetsBallotsOfOutsiders() {
        return !core.keepsBallots(false);
    }

    static Incarnation incarnation(int node, int life) {
        return new Incarnation(node * 1_000_000L + life);
    }

    // ---- events

    void advance(long by) {
        micros += by;
    }

    /** A new life. The state that was read is forced before the first message, so here it is durable. */
    void start(int node) {
        lives[node]++;
        trace(node, "starts " + identities[node] + " " + electorateOnDisk[node]);
        startedAt[node] = now(node);
        StoredElectorate head = core.read(electorateOnDisk[node]);
        electorates[node] = Electorate.start(
                new Electorate.Self(
                        id(node), identities[node], core.roundLife(lives[node]), listed, stopMarginNanos, 0, 0),
                head,
                now(node));
        Peer.Self self = Peer.Self.beforeFounding(id(node), incarnation(node, lives[node]), listed, stopMarginNanos);
        peers[node] = Peer.start(
                head.configuration()
                        .map(known -> self.under(known.number(), known.settings()))
                        .orElse(self),
                ballotOnDisk[node],
                registerOnDisk[node]);
        if (registerOnDisk[node].version().exists()) {
            take(node, electorate(node).holdsRegister(now(node)));
        }
        Arrays.fill(met[node], 0);
        if (core.isHeard(electorate(node))) {
            tell(node, admission(node));
        }
        tell(node, new Input.Stand());
    }

    /** The node may found a group. */
    void mayFound(int node, long draw) {
        take(node, electorate(node).mayFound(now(node), draw, 0));
    }

    private Input admission(int node) {
        long loyal = core.loyalForNanos(peer(node).ballot(), electorateOnDisk[node]);
        return new Input.Admitted(Math.max(0, startedAt[node] + loyal - now(node)));
    }

    /** The process ends; of its pending writes the first ones have reached the disk. */
    void crash(int node, int survive) {
        trace(node, "crashes");
        for (int i = 0; i < survive && i < writes[node].length; i++) {
            reachesDisk(node, writes[node][i]);
        }
        writes[node] = new Object[0];
        inboxes[node] = new Input[0];
        peers[node] = null;
        electorates[node] = null;
        oracle.died(node);
        registers.died(node);
        if (hasDirectory[node] && !core.keepsBallots(false)) {
            ballotOnDisk[node] = ballotAsVoter[node];
        }
        if (!hasDirectory[node]) {
            electorateOnDisk[node] = StoredElectorate.EMPTY;
            ballotOnDisk[node] = Ballot.NONE;
            registerOnDisk[node] = RegisterEntry.NONE;
        }
    }

    /** The directory of a node that is down is lost. */
    void lose(int node) {
        trace(node, "loses its directory");
        electorateOnDisk[node] = StoredElectorate.EMPTY;
        ballotOnDisk[node] = Ballot.NONE;
        ballotAsVoter[node] = Ballot.NONE;
        registerOnDisk[node] = RegisterEntry.NONE;
        identities[node] = newDirectory();
    }

    /** The operator writes a group that replaces the node's into the directory of the node, which is down (E11). */
    void replaceGroup(int node, Force force, long draw) {
        electorateOnDisk[node] = core.forced(force, id(node), identities[node], electorateOnDisk[node], draw);
        trace(node, "is forced: " + electorateOnDisk[node]);
        registers.mayLose();
        electorateOnDisk[node].configuration().ifPresent(oracle::configuration);
    }

    private void reachesDisk(int node, Object write) {
        if (write instanceof Ballot ballot) {
            ballotOnDisk[node] = ballot;
            StoredElectorate head = electorateOnDisk[node];
            if (head.configuration()
                    .filter(known -> known.names(id(node), identities[node]))
                    .isPresent()) {
                ballotAsVoter[node] = ballot;
            }
        } else if (write instanceof RegisterEntry entry) {
            registerOnDisk[node] = entry;
        } else {
            electorateOnDisk[node] = (StoredElectorate) write;
            oracle.oneGroup(electorateOnDisk);
        }
    }

    /** Two nodes greet each other. */
    void meet(int one, int other, long draw) {
        if (isUp(one) && isUp(other)) {
            met[one][other] = lives[other];
            met[other][one] = lives[one];
            take(one, electorate(one).met(now(one), id(other), identities[other]));
            take(other, electorate(other).met(now(other), id(one), identities[one]));
        }
    }

    /** The oldest write is forced. */
    void force(int node, long draw) {
        Object write = writes[node][0];
        writes[node] = Arrays.copyOfRange(writes[node], 1, writes[node].length);
        reachesDisk(node, write);
        if (write instanceof Ballot ballot) {
            tell(node, new Input.Persisted(ballot));
        } else if (write instanceof RegisterEntry entry) {
            tell(node, new Input.RegisterPersisted(entry.version()));
        } else {
            take(node, electorate(node).stored(now(node), draw, (StoredElectorate) write));
        }
    }

    /** A message arrives. */
    void deliver(Flight flight, long draw) {
        int to = flight.to();
        int from = flight.from();
        if (!isUp(to) || flight.toLife() != lives[to] || met[to][from] != flight.fromLife()) {
            return;
        }
        if (flight instanceof Flight.Letter letter) {
            take(to, electorate(to).heard(now(to), draw, id(from), letter.identity(), letter.message()));
        } else if (flight instanceof Flight.Note note) {
            if (!electorate(to).isOrdinary(note.group(), note.configuration())) {
                take(to, electorate(to).labelled(now(to), id(from), note.group(), note.configuration()));
            }
            if (core.hears(electorate(to), from, note.identity())
                    && note.group() == electorate(to).durable().group()) {
                tell(
                        to,
                        new Input.Received(
                                id(from),
                                incarnation(from, note.fromLife()),
                                core.heardAs(note.configuration(), peer(to), note.message()),
                                note.message()));
            }
        }
    }

    void tickElectorate(int node, long draw) {
        take(node, electorate(node).tick(now(node), draw));
    }

    /** An input for the peer, behind those that it has not handled yet. */
    void tell(int node, Input input) {
        inboxes[node] = Arrays.copyOf(inboxes[node], inboxes[node].length + 1);
        inboxes[node][inboxes[node].length - 1] = input;
        if (follow != null) {
            follow.queued(node);
        }
    }

    /** The peer handles its oldest input. */
    void runPeer(int node, long draw) {
        Input input = inboxes[node][0];
        inboxes[node] = Arrays.copyOfRange(inboxes[node], 1, inboxes[node].length);
        step(node, input, draw);
        if (input instanceof Input.Switched switched) {
            if (switched.isHeard() && !peer(node).takesPart()) {
                step(node, admission(node), draw);
            }
            take(node, electorate(node).switched(now(node), draw, switched.configuration()));
        }
    }

    void wish(int node, long number, Wish wish, long draw) {
        take(
                node,
                electorate(node)
                        .wish(
                                now(node),
                                draw,
                                new Proposal.Request(number, wish, false, "n" + node + " wish " + number, number)));
    }

    private void step(int node, Input input, long draw) {
        long now = now(node);
        Peer before = peer(node);
        if (input instanceof Input.UsersStopped users) {
            oracle.usersStopped(node, users.term());
        }
        Peer.Step step = core.step(before, now, draw, input);
        peers[node] = step.peer();
        for (Effect effect : step.effects()) {
            oracle.onEffect(this, node, before, effect, now);
            registers.onEffect(this, node, effect);
            if (effect instanceof Effect.Send send) {
                send(node, send);
            } else if (effect instanceof Effect.Persist persist) {
                write(node, persist.ballot());
            } else if (effect instanceof Effect.PersistRegister persist) {
                take(node, electorate(node).holdsRegister(now));
                write(node, persist.entry());
            } else if (effect instanceof Effect.Elected elected && follow != null) {
                follow.elected(node, elected.term());
            } else if (effect instanceof Effect.Dismissed told && follow != null) {
                follow.dismissed(node, told.term());
            }
        }
        oracle.afterStep(this, node, before, step.peer(), now);
        registers.afterStep(this, node, before, step.peer());
        if (input instanceof Input.Switched switched && switched.isForced()) {
            oracle.afterForce(node);
        }
    }

    private void send(int node, Effect.Send send) {
        int to = indexOf(send.to());
        int configuration = peer(node).self().configuration();
        oracle.sends(this, node, configuration, send);
        if (met[node][to] != 0) {
            post(new Flight.Note(
                    node,
                    lives[node],
                    to,
                    met[node][to],
                    identities[node],
                    electorate(node).durable().group(),
                    configuration,
                    send.message()));
        }
    }

    private void post(Flight flight) {
        if (follow != null) {
            follow.sent(flight);
        }
    }

    private void write(int node, Object what) {
        writes[node] = Arrays.copyOf(writes[node], writes[node].length + 1);
        writes[node][writes[node].length - 1] = what;
        if (follow != null) {
            follow.wrote(node);
        }
    }

    private static final boolean TRACE = Boolean.getBoolean("trace");

    private void trace(int node, Object what) {
        if (TRACE) {
            System.out.println(micros / 1000 + " n" + node + "." + lives[node] + " " + what);
        }
    }

    private void take(int node, Electorate.Step production) {
        Electorate before = electorate(node);
        production.effects().forEach(effect -> trace(node, effect));
        Electorate.Step step = core.after(before, production, now(node));
        electorates[node] = step.electorate();
        for (ElectorateEffect effect : step.effects()) {
            if (effect instanceof ElectorateEffect.Store store) {
                store.electorate().configuration().ifPresent(oracle::configuration);
                write(node, store.electorate());
            } else if (effect instanceof ElectorateEffect.Tell tell) {
                int to = indexOf(tell.to());
                oracle.tells(this, node, tell.message());
                if (met[node][to] != 0) {
                    post(new Flight.Letter(node, lives[node], to, met[node][to], identities[node], tell.message()));
                }
            } else if (effect instanceof ElectorateEffect.Switch to) {
                Configuration configuration = to.configuration();
                oracle.switches(this, node, configuration);
                tell(
                        node,
                        new Input.Switched(
                                configuration.number(),
                                configuration.settings(),
                                to.isForced(),
                                core.isHeard(step.electorate())));
            } else if (effect instanceof ElectorateEffect.ListRegisters list) {
                listRegisters(node, list);
            } else if (effect instanceof ElectorateEffect.FetchRegisters fetch) {
                fetchRegisters(node, fetch);
            } else if (effect instanceof ElectorateEffect.Done done && follow != null) {
                follow.ended(node, done.wish(), Optional.empty());
            } else if (effect instanceof ElectorateEffect.Failed failed && follow != null) {
                follow.ended(node, failed.wish(), Optional.of(failed.why()));
            } else if (effect instanceof ElectorateEffect.OtherGroup other) {
                oracle.otherGroup(step.electorate().durable().group(), other.group());
            }
        }
    }

    private void listRegisters(int node, ElectorateEffect.ListRegisters list) {
        SortedMap<ElectionName, RegisterVersion> versions = new TreeMap<>();
        if (registerOnDisk[node].version().exists() && list.after().isEmpty()) {
            versions.put(ELECTION, registerOnDisk[node].version());
        }
        int to = indexOf(list.to());
        if (met[node][to] != 0) {
            post(new Flight.Letter(
                    node,
                    lives[node],
                    to,
                    met[node][to],
                    identities[node],
                    new RegisterVersions(list.group(), list.number(), list.after(), versions, true)));
        }
    }

    private void fetchRegisters(int node, ElectorateEffect.FetchRegisters fetch) {
        RegisterVersion listed = fetch.versions().versions().getOrDefault(ELECTION, RegisterVersion.NONE);
        if (listed.isAbove(registerOnDisk[node].version())) {
            tell(node, new Input.AskForRegister(fetch.from()));
        } else {
            take(node, electorate(node).registersHeld(now(node), fetch.from(), fetch.versions()));
        }
    }

    /** The leader that the node was announced as writes the next value. Returns whether it still leads. */
    boolean write(int node, long term) {
        if (!isUp(node) || held(node) != term) {
            return false;
        }
        long number = registers.nextWrite();
        registers.wrote();
        tell(node, new Input.WriteRegister(term, number, Optional.of(RegisterOracle.value(number))));
        return true;
    }

    @Override
    public String name(int node) {
        return "n" + node;
    }

    @Override
    public boolean isDown(int node) {
        return !isUp(node);
    }

    @Override
    public long held(int node) {
        return oracle.heldTerm(node);
    }

    @Override
    public boolean holds(int node) {
        return oracle.leads(this, node);
    }

    @Override
    public long lastLed() {
        return oracle.lastLed();
    }

    /** The state of all nodes, for stories. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append("n").append(i).append(' ');
            if (!isUp(i)) {
                text.append("is down, on disk ").append(electorateOnDisk[i].number());
            } else {
                text.append(electorate(i).durable().number())
                        .append('/')
                        .append(peer(i).self().configuration())
                        .append(' ')
                        .append(peer(i).role().name())
                        .append(' ')
                        .append(Terms.show(peer(i).ballot().term()));
            }
            text.append("; ");
        }
        return text.toString();
    }

    static long nanos(long micros) {
        return micros * NANOS_PER_MICRO;
    }
}
