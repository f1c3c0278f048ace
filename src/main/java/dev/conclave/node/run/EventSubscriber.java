package dev.conclave.node.run;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.conclave.ElectionEvent;
import java.util.Locale;
import java.util.function.Consumer;

/** The actor that subscribes to the election and writes its events. */
final class EventSubscriber extends AbstractBehavior<ElectionEvent> {

    private final EventWriter events;
    private final Consumer<ElectionEvent> told;
    private boolean begun;

    private EventSubscriber(ActorContext<ElectionEvent> context, EventWriter events, Consumer<ElectionEvent> told) {
        super(context);
        this.events = events;
        this.told = told;
    }

    /**
     * Creates the behavior of this actor.
     *
     * @param told receives each event after it was written
     */
    static Behavior<ElectionEvent> create(EventWriter events, Consumer<ElectionEvent> told) {
        return Behaviors.setup(context -> new EventSubscriber(context, events, told));
    }

    @Override
    public Receive<ElectionEvent> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::told).build();
    }

    private Behavior<ElectionEvent> told(ElectionEvent event) {
        boolean first = !begun;
        if (first) {
            // The first event shows the current state, and so the term that the peer remembers.
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
        }
        told.accept(event);
        return this;
    }
}
