package dev.conclave.internal.peer;

import akka.Done;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The callers that wait until this node no longer leads one election: of a hand-over, of a shutdown or drain, and of leaving the
 * election. Used on the thread of the peer's actor.
 */
final class WaitingCallers {

    private final PeerEnvironment environment;
    private final List<CompletableFuture<Done>> handOvers = new ArrayList<>();
    private final List<CompletableFuture<Done>> leaves = new ArrayList<>();
    private final List<CompletableFuture<Done>> resignations = new ArrayList<>();

    /** Without callers yet; the environment names the election and the peer in errors. */
    WaitingCallers(PeerEnvironment environment) {
        this.environment = environment;
    }

    /** Waits for the end of a hand-over; fails if it is refused or if the peer ends first. */
    void ofHandOver(CompletableFuture<Done> done) {
        handOvers.add(done);
    }

    /** Waits until this node no longer leads, for whatever reason. */
    void ofLeave(CompletableFuture<Done> left) {
        leaves.add(left);
    }

    /** Waits until the election has been left. */
    void ofResignation(CompletableFuture<Done> done) {
        resignations.add(done);
    }

    /** Whether a caller waits until the election has been left. */
    boolean isResigning() {
        return !resignations.isEmpty();
    }

    /** This node does not lead: completes hand-overs, shutdowns and drains. */
    void leadsNothing() {
        complete(handOvers);
        complete(leaves);
    }

    /** The election has been left. */
    void resigned() {
        complete(resignations);
    }

    /** The peer ends, so a hand-over cannot succeed; all other callers have what they waited for. */
    void lost(IllegalStateException why) {
        handOvers.forEach(done -> done.completeExceptionally(why));
        complete(leaves);
        complete(resignations);
    }

    private static void complete(List<CompletableFuture<Done>> callers) {
        callers.forEach(done -> done.complete(Done.getInstance()));
        callers.clear();
    }

    /** Fails the hand-over that was begun last: each is refused in its own step. */
    void refuse(Optional<PeerId> to, Effect.Refusal why) {
        CompletableFuture<Done> done = handOvers.remove(handOvers.size() - 1);
        String named = to.map(PeerId::toString).orElse("");
        String election = "\"" + environment.election() + "\"";
        String cause = switch (why) {
            case NO_OTHER_CANDIDATE -> "there is no other candidate in " + election;
            case UNKNOWN -> named + " is neither a voter nor a known candidate in " + election;
            case NOT_A_CANDIDATE ->
                named + " is not a candidate in " + election + ", or has not answered for half an election timeout";
            case OTHER_SUCCESSOR -> election + " is already being handed over to another peer";
        };
        String effect = why == Effect.Refusal.OTHER_SUCCESSOR
                ? "it is not handed over to " + named
                : environment.self().id() + " keeps leading it";
        done.completeExceptionally(new IllegalStateException(cause + ", so " + effect));
    }
}
