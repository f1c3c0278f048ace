package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
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
    private static final long MAX_BACK_OFF_MILLIS = 1000;
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Reports reports;
    private final PeerId peer;
    private final Incarnation incarnation;
    private final InetSocketAddress address;

    private final Deque<Attempt> attempts = new ArrayDeque<>();
    private Phase phase = Phase.DIALLING;
    private Optional<Attempt> line = Optional.empty();
    /** Where questions are asked from: another address might take another way, to another machine. */
    private Optional<InetAddress> from = Optional.empty();

    private long due;
    private long upSince;
    /** How often in a row a connection that was up ended soon: somebody plays with this node, or a proxy is there. */
    private int flaps;

    private int failures;

    Watch(Loop loop, Reports reports, PeerId peer, Incarnation incarnation, InetSocketAddress address) {
        this.loop = loop;
        this.reports = reports;
        this.peer = peer;
        this.incarnation = incarnation;
        this.address = address;
        this.due = loop.now();
    }

    boolean isOf(Incarnation other) {
        return incarnation.equals(other);
    }

    /** Whether it stands as it is when asked to watch this life at this address. */
    boolean stays(InetSocketAddress other) {
        return phase != Phase.DIALLING || address.equals(other);
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
        }
        long patience = phase == Phase.ASKING ? QUESTION_NANOS : DIAL_NANOS;
        due = now + (attempts.size() + 1 < most ? backOff(failures + 1) : patience);
        try {
            Attempt attempt = new Attempt(loop, this);
            attempts.addLast(attempt);
            attempt.begin(from.filter(local -> phase == Phase.ASKING), address);
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
        reports.up(peer, incarnation);
    }

    void ended(Attempt attempt, Attempt.End how) {
        if (line.isPresent() && line.get() == attempt) {
            line = Optional.empty();
            boolean steady = loop.now() - upSince >= STEADY_NANOS;
            long wait = steady ? 0 : backOff(flaps);
            flaps = steady ? 0 : flaps + 1;
            enter(how == Attempt.End.FIN ? Phase.ASKING : Phase.DIALLING, loop.now() + wait);
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

    /** Whoever answers at the address is not who should. */
    void stranger(String why) {
        reports.dropped(address.getAddress().getHostAddress() + ":" + address.getPort(), why);
    }

    private void gone() {
        closeAttempts();
        enter(Phase.GONE, Loop.NEVER);
        reports.gone(peer, incarnation);
    }

    private void again() {
        failures++;
        due = Math.min(due, loop.now() + backOff(failures));
    }

    private void enter(Phase next, long nextDue) {
        phase = next;
        due = nextDue;
        failures = 0;
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
