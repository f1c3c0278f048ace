package dev.conclave.actor;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import dev.conclave.logging.AsyncLogger;
import java.util.concurrent.CompletionException;

/**
 * The initial behavior of a {@link PeerActor}, while its ballot is read from disk: stashes messages meanwhile. Commands of this
 * node are stashed without limit, since dropping one would lose a future or a candidacy. Messages of other nodes may be lost
 * anyway, so only the first {@value #MAX_HEARD} of them are stashed, however long the disk hangs.
 */
final class Reading {

    private static final AsyncLogger LOG = AsyncLogger.of(PeerActor.class);

    /** How many messages of other nodes are stashed. */
    static final int MAX_HEARD = 1_000;

    private final PeerPlace place;
    private final StashBuffer<PeerActor.Command> stash;
    private int heard;

    private Reading(PeerPlace place, StashBuffer<PeerActor.Command> stash) {
        this.place = place;
        this.stash = stash;
    }

    static Behavior<PeerActor.Command> of(PeerPlace place) {
        return Behaviors.setup(context -> Behaviors.withStash(Integer.MAX_VALUE, stash -> {
            context.pipeToSelf(
                    place.ballots().settled(),
                    (ballot, failure) ->
                            failure == null ? new PeerActor.Settled(ballot) : new PeerActor.Unsettled(failure));
            return new Reading(place, stash).read();
        }));
    }

    private Behavior<PeerActor.Command> read() {
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
                    keep(early);
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

    private void keep(PeerActor.Command early) {
        boolean fromOthers = early instanceof PeerActor.FromPeer || early instanceof PeerActor.ProcessGone;
        if (!fromOthers) {
            stash.stash(early);
        } else if (heard < MAX_HEARD) {
            heard++;
            stash.stash(early);
        } else {
            place.instruments().dropped(DropReasons.BALLOT_UNREAD);
        }
    }

    /** Completes the futures of stashed commands if the peer never starts. */
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

    /** The message of the original exception of the store. */
    static String reasonOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((failure instanceof CompletionException && cause != null ? cause : failure).getMessage());
    }
}
