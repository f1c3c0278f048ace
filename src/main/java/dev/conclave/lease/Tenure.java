package dev.conclave.lease;

import akka.coordination.lease.LeaseException;
import dev.conclave.Leadership;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * That an owner holds a lease: from a granted acquire until it is released or lost. One leadership, one tenure: whoever holds
 * the lease next does so in a higher term, also on the same node.
 */
final class Tenure {

    private final String owner;
    private final Leadership leadership;
    private final Map<ConclaveLease, Listener> listeners = new LinkedHashMap<>();

    private volatile boolean over;

    private record Listener(Consumer<Optional<Throwable>> whenLost, Answer after) {}

    Tenure(String owner, Leadership leadership) {
        this.owner = owner;
        this.leadership = leadership;
    }

    boolean isOf(String other) {
        return owner.equals(other);
    }

    /** Whether the lease is certainly held at this very moment; a read, from any thread. */
    boolean lasts() {
        return !over && leadership.holds();
    }

    Leadership leadership() {
        return leadership;
    }

    boolean isOver() {
        return over;
    }

    /** From any thread: the owner wants it no more. */
    void giveUp() {
        over = true;
    }

    /**
     * Whom to tell of the loss; in the place of whoever was to be told through the same handle before.
     *
     * @param after the answer that must have been given first
     */
    void listen(ConclaveLease handle, Consumer<Optional<Throwable>> whenLost, Answer after) {
        listeners.put(handle, new Listener(whenLost, after));
    }

    /** It is over although nobody has released it: whoever listens is told, once. */
    void lose(String why) {
        over = true;
        listeners
                .values()
                .forEach(listener -> listener.after.afterwards(
                        () -> listener.whenLost.accept(Optional.of(new LeaseException(why)))));
        listeners.clear();
    }
}
