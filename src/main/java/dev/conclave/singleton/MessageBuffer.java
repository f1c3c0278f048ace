package dev.conclave.singleton;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * The messages that wait until there is an instance to send them to. When the buffer is full, a new message displaces the
 * oldest.
 */
final class MessageBuffer<M> {

    private final int capacity;
    private final Consumer<M> givenUp;
    private final Deque<M> waiting = new ArrayDeque<>();

    MessageBuffer(int capacity, Consumer<M> givenUp) {
        this.capacity = capacity;
        this.givenUp = givenUp;
    }

    void add(M message) {
        waiting.addLast(message);
        if (waiting.size() > capacity) {
            givenUp.accept(waiting.removeFirst());
        }
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Removes all messages, the oldest first. */
    void drain(Consumer<M> to) {
        while (!waiting.isEmpty()) {
            to.accept(waiting.removeFirst());
        }
    }

    void giveUpAll() {
        drain(givenUp);
    }
}
