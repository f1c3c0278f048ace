package dev.conclave.lease;

import akka.coordination.lease.LeaseException;
import dev.conclave.Leadership;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The time in which one owner holds a lease: from a successful acquire until the lease is released or lost. Each leadership
 * serves one such time: the next holder has a higher term, even on the same node.
 */
final class HeldLease {

    private final String owner;
    private final Leadership leadership;
    private final Map<ConclaveLease, Listener> listeners = new LinkedHashMap<>();

    private volatile boolean over;

    private record Listener(Consumer<Optional<Throwable>> whenLost, LeaseReply after) {}

    HeldLease(String owner, Leadership leadership) {
        this.owner = owner;
        this.leadership = leadership;
    }

    boolean isOf(String other) {
        return owner.equals(other);
    }

    /** Whether the lease is certainly held at this moment. May be called from any thread. */
    boolean lasts() {
        return !over && leadership.holds();
    }

    Leadership leadership() {
        return leadership;
    }

    boolean isOver() {
        return over;
    }

    /** Ends the lease, because its owner no longer wants it. May be called from any thread. */
    void giveUp() {
        over = true;
    }

    /**
     * Registers a callback for the loss of the lease, which replaces the previous one of the same handle.
     *
     * @param after the result that must be complete before the callback is called
     */
    void listen(ConclaveLease handle, Consumer<Optional<Throwable>> whenLost, LeaseReply after) {
        listeners.put(handle, new Listener(whenLost, after));
    }

    /** Ends the lease, because it was lost without a release: calls each callback once. */
    void lose(String why) {
        over = true;
        listeners
                .values()
                .forEach(listener -> listener.after.afterwards(
                        () -> listener.whenLost.accept(Optional.of(new LeaseException(why)))));
        listeners.clear();
    }
}
