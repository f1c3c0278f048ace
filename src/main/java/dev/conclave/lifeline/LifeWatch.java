package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Watches one life of one peer until it is proven that it has ended (R10).
 *
 * <pre>
 *             that life answers            FIN                       refused, or another life answers
 *  DIALLING ---------------------> UP ------------> ASKING ------------------------------------------> GONE
 *     ^                            |^                 |
 *     |   reset, time-out, ...     ||    that life    |
 *     +----------------------------++-----------------+
 * </pre>
 *
 * Any other outcome decides nothing, and the watch tries again. In particular: without a previous connection to this life a
 * refusal is not a proof (that life may never have listened there); a connection that is accepted but stays silent may sit in the
 * queue of a stopped or dying process; and after a reset there is no proof until that life has answered again, since firewalls
 * and routers send resets too.
 *
 * <p>A connection attempt that is in progress when the phase changes is closed, so that every answer while ASKING is to a
 * connection started after the FIN.
 *
 * <p>The peer's host may have several addresses, and its lifeline may listen on only one: while DIALLING they are tried in turn.
 * While ASKING, the address of the former connection is used.
 */
final class LifeWatch {

    private enum Phase {
        DIALLING,
        UP,
        ASKING,
        GONE
    }

    /**
     * The maximum number of unanswered connections after a connection has ended: each takes a place in the accept queue of a
     * process that may merely be stopped.
     */
    private static final int MAX_QUESTIONS = 3;

    private static final long QUESTION_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DIAL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MAX_BACK_OFF_MILLIS = 10_000;
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The time in nanoseconds for which a life that does not answer is watched, counted from its last connection. */
    static final long GIVE_UP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final EventLoop loop;
    private final LifelineNotifications reports;
    private final LifeWatches watches;
    private final PeerId peer;
    private final Incarnation incarnation;
    private final List<InetSocketAddress> addresses;

    private final Deque<OutgoingConnection> attempts = new ArrayDeque<>();
    private Phase phase = Phase.DIALLING;
    private Optional<OutgoingConnection> line = Optional.empty();
    /** The local address for connections while ASKING: another one might be routed to another machine. */
    private Optional<InetAddress> from = Optional.empty();
    /** The index of the address that was dialled last. */
    private int at = -1;

    private long due;
    private long upSince;
    /** When this watch began, or when its last connection ended. */
    private long downSince;
    /** How often in a row a connection ended soon after it came up, for example because of a proxy or an attacker. */
    private int flaps;

    private int failures;

    LifeWatch(
            EventLoop loop,
            LifelineNotifications reports,
            LifeWatches watches,
            PeerId peer,
            Incarnation incarnation,
            List<InetSocketAddress> addresses) {
        this.loop = loop;
        this.reports = reports;
        this.watches = watches;
        this.peer = peer;
        this.incarnation = incarnation;
        this.addresses = List.copyOf(addresses);
        this.downSince = loop.now();
        setDue(downSince);
    }

    Incarnation incarnation() {
        return incarnation;
    }

    boolean isOf(Incarnation other) {
        return incarnation.equals(other);
    }

    /** Whether this watch stays as it is if the same life is to be watched at these addresses. */
    boolean stays(List<InetSocketAddress> others) {
        return phase != Phase.DIALLING || Set.copyOf(addresses).equals(Set.copyOf(others));
    }

    boolean isUp() {
        return phase == Phase.UP;
    }

    boolean isGone() {
        return phase == Phase.GONE;
    }

    /** Whether that life has not answered for so long that watching it ends. */
    boolean isGivenUp(long now) {
        return phase != Phase.UP && now - downSince >= GIVE_UP_NANOS;
    }

    /** Whether a proof is possible without another connection to this life. */
    boolean mayProve() {
        return phase == Phase.UP || phase == Phase.ASKING;
    }

    long due() {
        return due;
    }

    void onTime(long now) {
        if (due > now) {
            return;
        }
        int most = phase == Phase.ASKING ? MAX_QUESTIONS : 1;
        while (attempts.size() >= most) {
            attempts.removeFirst().close();
            obstacle("it does not answer");
        }
        long patience = phase == Phase.ASKING ? QUESTION_NANOS : DIAL_NANOS;
        setDue(now + (attempts.size() + 1 < most ? backOff(failures + 1) : patience));
        if (phase == Phase.DIALLING) {
            at = (at + 1) % addresses.size();
        }
        try {
            OutgoingConnection connection = new OutgoingConnection(loop, this);
            attempts.addLast(connection);
            connection.begin(from.filter(local -> phase == Phase.ASKING), addresses.get(at));
        } catch (IOException e) {
            // Too many open files: that says nothing about the peer.
            again();
        }
    }

    void greeted(OutgoingConnection connection, Handshake heard) {
        if (!heard.peer().equals(peer)) {
            stranger("it is " + heard.peer() + ", not " + peer);
        } else if (!isOf(heard.incarnation())) {
            if (phase == Phase.ASKING) {
                gone();
                return;
            }
        } else if (phase != Phase.UP) {
            up(connection);
            return;
        }
        connection.close();
        attempts.remove(connection);
        again();
    }

    private void up(OutgoingConnection connection) {
        try {
            from = Optional.of(connection.localAddress());
        } catch (IOException e) {
            connection.close();
            attempts.remove(connection);
            again();
            return;
        }
        attempts.remove(connection);
        closeAttempts();
        line = Optional.of(connection);
        upSince = loop.now();
        enter(Phase.UP, EventLoop.NEVER);
        watches.note(peer);
        reports.up(peer, incarnation, addresses.get(at));
    }

    void ended(OutgoingConnection connection, OutgoingConnection.End how) {
        if (line.isPresent() && line.get() == connection) {
            line = Optional.empty();
            boolean steady = loop.now() - upSince >= STEADY_NANOS;
            long wait = steady ? 0 : backOff(flaps);
            flaps = steady ? 0 : flaps + 1;
            downSince = loop.now();
            enter(how == OutgoingConnection.End.FIN ? Phase.ASKING : Phase.DIALLING, loop.now() + wait);
            if (phase == Phase.DIALLING) {
                // Start with the address of the former connection.
                at--;
            }
            watches.note(peer);
            reports.down(peer, incarnation);
            onTime(loop.now());
        } else if (attempts.remove(connection)) {
            if (phase == Phase.ASKING && how == OutgoingConnection.End.REFUSED) {
                gone();
            } else {
                again();
            }
        }
    }

    /** Notes that another process answers at the address. */
    void stranger(String why) {
        watches.noteObstacle(peer, dialled() + ": " + why);
        reports.dropped(dialled(), why);
    }

    /** Notes why an attempt to connect failed, or why a connection has ended. */
    void obstacle(String why) {
        watches.noteObstacle(peer, dialled() + ": " + why);
    }

    private String dialled() {
        InetSocketAddress address = addresses.get(Math.max(at, 0));
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void gone() {
        closeAttempts();
        enter(Phase.GONE, EventLoop.NEVER);
        watches.dueNoLaterThan(loop.now());
        reports.gone(peer, incarnation);
    }

    private void again() {
        failures++;
        setDue(Math.min(due, loop.now() + backOff(failures)));
    }

    private void enter(Phase next, long nextDue) {
        phase = next;
        setDue(nextDue);
        failures = 0;
    }

    private void setDue(long then) {
        due = then;
        watches.dueNoLaterThan(then);
    }

    /** Returns the wait before the next attempt: 0, then 1 ms, and then twice as long each time. */
    private static long backOff(int times) {
        long millis = times == 0 ? 0 : Math.min(MAX_BACK_OFF_MILLIS, 1L << Math.min(times - 1, 30));
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void closeAttempts() {
        attempts.forEach(OutgoingConnection::close);
        attempts.clear();
    }

    void close() {
        closeAttempts();
        line.ifPresent(OutgoingConnection::close);
        line = Optional.empty();
        enter(Phase.GONE, EventLoop.NEVER);
    }
}
