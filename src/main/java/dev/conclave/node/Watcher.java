package dev.conclave.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.conclave.ElectionEvent;
import java.util.Locale;

/** Writes down what becomes of the election. */
final class Watcher extends AbstractBehavior<ElectionEvent> {

    private final EventWriter events;
    private final Runnable onStopped;
    private boolean begun;

    private Watcher(ActorContext<ElectionEvent> context, EventWriter events, Runnable onStopped) {
        super(context);
        this.events = events;
        this.onStopped = onStopped;
    }

    /**
     * A watcher that has not begun.
     *
     * @param onStopped is called when the peer takes part no more, whoever wanted it
     */
    static Behavior<ElectionEvent> create(EventWriter events, Runnable onStopped) {
        return Behaviors.setup(context -> new Watcher(context, events, onStopped));
    }

    @Override
    public Receive<ElectionEvent> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::told).build();
    }

    private Behavior<ElectionEvent> told(ElectionEvent event) {
        boolean first = !begun;
        if (first) {
            // A subscriber is first told how things stand, and so what the peer remembers.
            begun = true;
            events.started(event.term());
        }
        if (event instanceof ElectionEvent.Following following) {
            events.following(following.term(), following.leader());
        } else if (event instanceof ElectionEvent.Leaderless && !first) {
            events.leaderless(event.term());
        } else if (event instanceof ElectionEvent.Standing) {
            events.standing(event.term());
        } else if (event instanceof ElectionEvent.Elected elected) {
            events.elected(elected.term(), elected.leaseUntilNanos());
        } else if (event instanceof ElectionEvent.Ended ended) {
            String reason = ended.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
            events.dismissed(ended.term(), reason, ended.heldUntilNanos());
        } else if (event instanceof ElectionEvent.Stopped) {
            onStopped.run();
        }
        return this;
    }
}
