package dev.conclave.actor;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import dev.conclave.logging.AsyncLogger;
import java.util.concurrent.CompletionException;

/** A {@link PeerActor} before it has its ballot: what comes meanwhile waits. */
final class Reading {

    private static final AsyncLogger LOG = AsyncLogger.of(PeerActor.class);
    private static final int MAX_WAITING = 10_000;

    private Reading() {}

    static Behavior<PeerActor.Command> of(PeerPlace place) {
        return Behaviors.setup(context -> Behaviors.withStash(MAX_WAITING, stash -> {
            context.pipeToSelf(
                    place.ballots().settled(),
                    (ballot, failure) ->
                            failure == null ? new PeerActor.Settled(ballot) : new PeerActor.Unsettled(failure));
            return read(place, stash);
        }));
    }

    private static Behavior<PeerActor.Command> read(PeerPlace place, StashBuffer<PeerActor.Command> stash) {
        return Behaviors.receive(PeerActor.Command.class)
                .onMessage(
                        PeerActor.Settled.class,
                        settled -> Behaviors.setup(
                                context -> stash.unstashAll(new PeerActor(context, place, settled.ballot()))))
                .onMessage(PeerActor.Unsettled.class, unsettled -> {
                    LOG.warn(
                            "{}: the ballot could not be read, so this peer stops: {}",
                            place.election(),
                            reasonOf(unsettled.cause()));
                    return Behaviors.stopped();
                })
                .onAnyMessage(early -> {
                    if (!stash.isFull()) {
                        stash.stash(early);
                    }
                    return Behaviors.same();
                })
                .onSignal(Terminated.class, signal -> {
                    place.company().remove(signal.getRef());
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    stash.forEach(early -> answerForNobody(place, early));
                    place.company().tellStopped(place.gone("has stopped"));
                    return Behaviors.same();
                })
                .build();
    }

    /** A peer that never began leads nothing, and there is nothing to wait for. */
    private static void answerForNobody(PeerPlace place, PeerActor.Command early) {
        early.isForNobody();
        if (early instanceof PeerActor.HandOver handOver) {
            handOver.done().completeExceptionally(place.gone("has stopped"));
        } else if (early instanceof PeerActor.Subscribe subscribe) {
            place.company().add(subscribe.whose(), subscribe.subscriber());
        } else if (early instanceof PeerActor.WhenElected when) {
            place.company().add(when.elected());
        }
    }

    /** What the store said, whatever stages it went through. */
    static String reasonOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((failure instanceof CompletionException && cause != null ? cause : failure).getMessage());
    }
}
