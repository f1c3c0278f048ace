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
 * One life of one peer, watched until it is proven gone (R10).
 *
 * <pre>
 *             that life answers            FIN                       refused, or another life answers
 *  DIALLING ---------------------> UP ------------> ASKING ------------------------------------------> GONE
 *     ^                            |^                 |
 *     |   reset, time-out, ...     ||    that life    |
 *     +----------------------------++-----------------+
 * </pre>
 *
 * Everything else is no verdict, and it is asked again. In particular: who never had a connection to this life takes no
 * refusal for a proof (it may never have listened there); a connection that is accepted but stays silent may sit in the
 * queue of a process that was stopped, or of one that is just dying; and after a reset there is no proof any more before
 * that life has answered once again, since firewalls and routers send those too.
 *
 * <p>A connection that is being made when the phase changes is closed, so that every answer heard while ASKING is to a
 * question put after the FIN.
 *
 * <p>The host of the peer may have several addresses of which the lifeline listens at one: while DIALLING they are tried in
 * turn. The question goes to the address at which the connection was held.
 */
final class Watch {

    private enum Phase {
        DIALLING,
        UP,
        ASKING,
        GONE
    }

    /** Each unanswered question takes a place in the queue of a process that may only be stopped. */
    private static final int MAX_QUESTIONS = 3;

    private static final long QUESTION_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DIAL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MAX_BACK_OFF_MILLIS = 10_000;
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** For how long a life that does not answer is asked for, counted from its last connection. */
    static final long GIVE_UP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Loop loop;
    private final Reports reports;
    private final Watches watches;
    private final PeerId peer;
    private final Incarnation incarnation;
    private final List<InetSocketAddress> addresses;

    private final Deque<Attempt> attempts = new ArrayDeque<>();
    private Phase phase = Phase.DIALLING;
    private Optional<Attempt> line = Optional.empty();
    /** Where questions are asked from: another address might take another way, to another machine. */
    private Optional<InetAddress> from = Optional.empty();
    /** Which of the addresses was dialled last, and is held or asked. */
    private int at = -1;

    private long due;
    private long upSince;
    /** When this watch began, or when its last connection ended. */
    private long downSince;
    /** How often in a row a connection that was up ended soon: somebody plays with this node, or a proxy is there. */
    private int flaps;

    private int failures;

    Watch(
            Loop loop,
            Reports reports,
            Watches watches,
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

    /** Whether it stands as it is when asked to watch this life at these addresses. */
    boolean stays(List<InetSocketAddress> others) {
        return phase != Phase.DIALLING || Set.copyOf(addresses).equals(Set.copyOf(others));
    }

    boolean isUp() {
        return phase == Phase.UP;
    }

    boolean isGone() {
        return phase == Phase.GONE;
    }

    /** Whether nothing has answered for so long that nothing is expected any more. */
    boolean isGivenUp(long now) {
        return phase != Phase.UP && now - downSince >= GIVE_UP_NANOS;
    }

    /** Whether a proof can still come without a new connection to this life. */
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
            Attempt attempt = new Attempt(loop, this);
            attempts.addLast(attempt);
            attempt.begin(from.filter(local -> phase == Phase.ASKING), addresses.get(at));
        } catch (IOException e) {
            // Too many open files: no verdict about anybody else.
            again();
        }
    }

    void greeted(Attempt attempt, Handshake heard) {
        if (!heard.peer().equals(peer)) {
            stranger("it is " + heard.peer() + ", not " + peer);
        } else if (!isOf(heard.incarnation())) {
            if (phase == Phase.ASKING) {
                gone();
                return;
            }
        } else if (phase != Phase.UP) {
            up(attempt);
            return;
        }
        attempt.close();
        attempts.remove(attempt);
        again();
    }

    private void up(Attempt attempt) {
        try {
            from = Optional.of(attempt.localAddress());
        } catch (IOException e) {
            attempt.close();
            attempts.remove(attempt);
            again();
            return;
        }
        attempts.remove(attempt);
        closeAttempts();
        line = Optional.of(attempt);
        upSince = loop.now();
        enter(Phase.UP, Loop.NEVER);
        watches.note(peer);
        reports.up(peer, incarnation, addresses.get(at));
    }

    void ended(Attempt attempt, Attempt.End how) {
        if (line.isPresent() && line.get() == attempt) {
            line = Optional.empty();
            boolean steady = loop.now() - upSince >= STEADY_NANOS;
            long wait = steady ? 0 : backOff(flaps);
            flaps = steady ? 0 : flaps + 1;
            downSince = loop.now();
            enter(how == Attempt.End.FIN ? Phase.ASKING : Phase.DIALLING, loop.now() + wait);
            if (phase == Phase.DIALLING) {
                // The address at which it was held comes first.
                at--;
            }
            watches.note(peer);
            reports.down(peer, incarnation);
            onTime(loop.now());
        } else if (attempts.remove(attempt)) {
            if (phase == Phase.ASKING && how == Attempt.End.REFUSED) {
                gone();
            } else {
                again();
            }
        }
    }

    /** A process that is not the peer answers at the address. */
    void stranger(String why) {
        watches.noteObstacle(peer, dialled() + ": " + why);
        reports.dropped(dialled(), why);
    }

    /** An attempt could not be made, or has ended. */
    void obstacle(String why) {
        watches.noteObstacle(peer, dialled() + ": " + why);
    }

    private String dialled() {
        InetSocketAddress address = addresses.get(Math.max(at, 0));
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void gone() {
        closeAttempts();
        enter(Phase.GONE, Loop.NEVER);
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

    /** 0, then 1 ms, and twice as long each time. */
    private static long backOff(int times) {
        long millis = times == 0 ? 0 : Math.min(MAX_BACK_OFF_MILLIS, 1L << Math.min(times - 1, 30));
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void closeAttempts() {
        attempts.forEach(Attempt::close);
        attempts.clear();
    }

    void close() {
        closeAttempts();
        line.ifPresent(Attempt::close);
        line = Optional.empty();
        enter(Phase.GONE, Loop.NEVER);
    }
}
