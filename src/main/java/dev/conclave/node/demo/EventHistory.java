package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.EventText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** All events of the peers of a demo, in the order in which they were read. */
public final class EventHistory {

    private final Consumer<Event> audience;
    private final List<Event> events = new ArrayList<>();
    private final List<String> garbage = new ArrayList<>();
    private PeerStates states = PeerStates.EMPTY;
    private Optional<String> broken = Optional.empty();

    public EventHistory(Consumer<Event> audience) {
        this.audience = audience;
    }

    public synchronized void add(Event event) {
        events.add(event);
        states = states.after(event);
        audience.accept(event);
        notifyAll();
    }

    /**
     * Returns a consumer of a peer's output lines. The last line may be torn; an invalid line counts as garbage only if another
     * one follows.
     */
    public Consumer<String> lines(PeerId peer) {
        return new Consumer<>() {
            private Optional<String> unread = Optional.empty();

            @Override
            public void accept(String line) {
                unread.ifPresent(EventHistory.this::refuse);
                unread = Optional.empty();
                try {
                    add(EventLine.read(line));
                } catch (EventLine.Malformed e) {
                    unread = Optional.of(
                            "peer " + peer + " wrote a line that is not an event (" + e.getMessage() + "): " + line);
                }
            }
        };
    }

    private synchronized void refuse(String line) {
        garbage.add(line);
    }

    /** Makes all waiting calls fail, since the demo cannot continue. */
    public synchronized void breakOff(String why) {
        if (broken.isEmpty()) {
            broken = Optional.of(why);
        }
        notifyAll();
    }

    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    public synchronized List<String> garbage() {
        return List.copyOf(garbage);
    }

    public synchronized PeerStates states() {
        return states;
    }

    /**
     * Waits until the function returns a value.
     *
     * @param what describes the awaited event, for messages
     * @throws CliException if there is none in time, or if the demo was broken off
     */
    public synchronized <T> T await(String what, Duration patience, Function<EventHistory, Optional<T>> question)
            throws CliException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<T> answer = question.apply(this);
            if (answer.isPresent()) {
                return answer.get();
            }
            if (broken.isPresent()) {
                throw new CliException(broken.get());
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new CliException("gave up after waiting " + EventText.millis(patience) + " for " + what);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
