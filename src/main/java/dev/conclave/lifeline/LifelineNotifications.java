package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.logging.AsyncLogger;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The only output of the lifeline's thread: all notifications and log lines go through one executor, so that a listener or a log
 * cannot harm the thread on which the node's leaderships depend (R10).
 */
final class LifelineNotifications {

    private static final AsyncLogger LOG = AsyncLogger.of(Lifeline.class);

    /** The maximum number of senders that are named in the log per hour; strangers can have any number of addresses (R13). */
    static final int MAX_NAMED = 100;

    private static final long NAMED_AGAIN_NANOS = TimeUnit.HOURS.toNanos(1);

    /**
     * The maximum number of bytes from express lanes that wait to be processed: a stranger can send faster than they are read.
     */
    static final long MAX_UNREAD_BYTES = 4L << 20;

    private final LifelineCallback listener;
    private final Executor executor;
    private final LongSupplier nanos;
    private final Set<String> named = new HashSet<>();
    private long namedSince;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong unread = new AtomicLong();

    LifelineNotifications(LifelineCallback listener, Executor executor, LongSupplier nanos) {
        this.listener = listener;
        this.executor = executor;
        this.nanos = nanos;
        this.namedSince = nanos.getAsLong();
    }

    void gone(PeerId peer, Incarnation incarnation) {
        say(() -> listener.gone(peer, incarnation));
    }

    void up(PeerId peer, Incarnation incarnation, InetSocketAddress address) {
        say(() -> listener.up(peer, incarnation, address));
    }

    void down(PeerId peer, Incarnation incarnation) {
        say(() -> listener.down(peer, incarnation));
    }

    /** Passes a frame to the listener; drops it silently if too many bytes wait already. */
    void heard(String sender, byte[] bytes) {
        if (unread.addAndGet(bytes.length) > MAX_UNREAD_BYTES) {
            unread.addAndGet(-bytes.length);
            dropped.incrementAndGet();
            return;
        }
        say(() -> listener.heard(new ExpressLaneFrame(sender, bytes, () -> unread.addAndGet(-bytes.length))));
    }

    void ended(Throwable cause) {
        say(() -> listener.ended(cause));
    }

    /** Counts a dropped connection (R13), and logs it once per sender and hour. */
    void dropped(String sender, String why) {
        dropped.incrementAndGet();
        long now = nanos.getAsLong();
        if (now - namedSince >= NAMED_AGAIN_NANOS) {
            namedSince = now;
            named.clear();
        }
        if (named.size() < MAX_NAMED && named.add(sender)) {
            trouble("Dropped a lifeline connection with " + sender + ": " + why);
        }
    }

    void trouble(String sentence) {
        say(() -> LOG.warn(sentence));
    }

    long dropped() {
        return dropped.get();
    }

    private void say(Runnable what) {
        try {
            executor.execute(() -> {
                try {
                    what.run();
                } catch (Throwable thrown) {
                    LOG.error("A lifeline listener must not throw", thrown);
                }
            });
        } catch (Throwable thrown) {
            // The log failed, or there is no memory for a message; nothing more can be done.
            dropped.incrementAndGet();
        }
    }
}
