package dev.conclave.internal.peer;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import dev.conclave.internal.telemetry.DropReasons;
import dev.conclave.logging.AsyncLogger;
import java.util.concurrent.CompletionException;

/**
 * The initial behavior of a {@link PeerActor}, while its ballot is read from disk: stashes messages meanwhile. Commands of this
 * node are stashed without limit, since dropping one would lose a future or a candidacy. Messages of other nodes may be lost
 * anyway, so only the first {@value #MAX_HEARD} of them are stashed, however long the disk hangs.
 */
// Akka's function types are serializable, and below "internal" javac warns of every lambda of such a type.
@SuppressWarnings("serial")
final class LoadingPeer {

    private static final AsyncLogger LOG = AsyncLogger.of(PeerActor.class);

    /** The maximum number of messages of other nodes that are stashed. */
    static final int MAX_HEARD = 1_000;

    private final PeerEnvironment environment;
    private final StashBuffer<PeerCommand> stash;
    private int heard;

    private LoadingPeer(PeerEnvironment environment, StashBuffer<PeerCommand> stash) {
        this.environment = environment;
        this.stash = stash;
    }

    static Behavior<PeerCommand> of(PeerEnvironment environment) {
        return Behaviors.setup(context -> Behaviors.withStash(Integer.MAX_VALUE, stash -> {
            context.pipeToSelf(
                    environment
                            .ballots()
                            .settled()
                            .thenCombine(environment.ballots().register(), PeerActor.Settled::new),
                    (read, failure) -> failure == null ? read : new PeerActor.Unsettled(failure));
            return new LoadingPeer(environment, stash).read();
        }));
    }

    private Behavior<PeerCommand> read() {
        return Behaviors.receive(PeerCommand.class)
                .onMessage(
                        PeerActor.Settled.class,
                        settled -> Behaviors.setup(
                                context -> stash.unstashAll(new PeerActor(context, environment, settled))))
                .onMessage(PeerActor.Unsettled.class, unsettled -> {
                    LOG.warn(
                            "{}: the ballot could not be read, so this peer stops: {}",
                            environment.election(),
                            reasonOf(unsettled.cause()));
                    return Behaviors.stopped();
                })
                .onAnyMessage(early -> {
                    keep(early);
                    return Behaviors.same();
                })
                .onSignal(Terminated.class, signal -> {
                    environment.participants().remove(signal.getRef());
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    stash.forEach(early -> answerForNobody(environment, early));
                    environment.participants().tellStopped(environment.gone("has stopped"));
                    return Behaviors.same();
                })
                .build();
    }

    private void keep(PeerCommand early) {
        boolean fromOthers = early instanceof PeerCommand.FromPeer || early instanceof PeerCommand.ProcessGone;
        if (!fromOthers) {
            stash.stash(early);
        } else if (heard < MAX_HEARD) {
            heard++;
            stash.stash(early);
        } else {
            environment.instruments().dropped(DropReasons.BALLOT_UNREAD);
        }
    }

    /** Completes the futures of stashed commands if the peer never starts. */
    private static void answerForNobody(PeerEnvironment environment, PeerCommand early) {
        early.isForNobody();
        if (early instanceof PeerCommand.HandOver handOver) {
            handOver.done().completeExceptionally(environment.gone("has stopped"));
        } else if (early instanceof PeerCommand.Subscribe subscribe) {
            environment.participants().add(subscribe.whose(), subscribe.subscriber());
        } else if (early instanceof PeerCommand.SubscribeRegister subscribe) {
            environment.participants().add(subscribe.whose(), subscribe.subscriber());
        } else if (early instanceof PeerCommand.WhenElected when) {
            environment.participants().add(when.elected());
        }
    }

    /** Returns the message of the original exception of the store. */
    static String reasonOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((failure instanceof CompletionException && cause != null ? cause : failure).getMessage());
    }
}
