package dev.conclave;

import akka.actor.typed.ActorRef;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The voters and the times that all nodes share, which can be changed while everything runs: {@code
 * Conclave.get(system).electorate()}. No leadership ends on a node that stays. All methods may be called from any thread, and none
 * waits.
 */
public interface Electorate {

    /**
     * The electorate as this node knows it.
     *
     * @return the state at this moment
     */
    ElectorateView view();

    /**
     * Changes the electorate. This node, which needs a data directory, proposes each step to the voters (E6). A step that cannot
     * succeed is refused before it begins; if this node ends in the middle, the next change finishes the step that a majority may
     * have accepted, and nothing is half done.
     *
     * @param change what is wanted
     * @return completes, on a thread of the actor system, when a majority of the voters obeys the last configuration; fails with
     *     an {@link IllegalStateException} whose message is one sentence that says why, and what to do
     */
    CompletionStage<ElectorateView> change(ElectorateChange change);

    /**
     * Says what {@link #change} would do now, and changes nothing.
     *
     * @param change what is wanted
     * @return completes with the steps, in order; none if nothing is to be changed. Fails as {@link #change} does if the first
     *     step would be refused
     */
    CompletionStage<List<String>> plan(ElectorateChange change);

    /**
     * Sends an actor the view now and after each change that this node learns of, until the actor ends.
     *
     * @param subscriber receives the views, in order
     */
    void subscribe(ActorRef<ElectorateView> subscriber);
}
