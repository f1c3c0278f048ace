package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import dev.conclave.core.OperatorsWord;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The memory of one peer that survives its crash: its head and one ballot for each election that it heard of (R3, R15). It
 * forgets none unless it is told to, and then under a floor ({@link Ballot#afterForgetting}), since a peer that finds nothing
 * of an election may vote in any term, and believe that it owes nobody anything there (R6).
 *
 * <p>What this promises:
 *
 * <ul>
 *   <li>A stage that completes normally means: on disk, also if the power fails now. What was read at the start counts
 *       as saved, and is made durable before it is shown. (Otherwise: a vote is written, the process is killed before
 *       the force, the next life reads it from the page cache and repeats its answer, the power fails, and the peer
 *       votes again in the same term.)
 *   <li>Ballots never go back (S2): one that is not above the stored one is refused, so that a former life that still
 *       writes cannot undo what a later one has read.
 *   <li>It never goes on with less than that. When a write has failed, what is on the disk is unknown, so everything
 *       fails from then on and {@link #failure()} says why; only a new start, which reads the disk again, can help.
 * </ul>
 *
 * <p>Every method may be called from any thread and none waits for the disk except {@link #close()}. Stages complete in
 * the order of the calls, on the store's one thread: whoever hangs work on them makes every election wait for it, so let
 * it be a message to somebody.
 */
public interface BallotStore extends AutoCloseable {

    /** The head as it is on disk. */
    Head head();

    /**
     * All ballots as they are on disk. A copy.
     *
     * <p>A save that was asked for and has not completed may or may not be among them. Who restarts a peer in a life
     * that goes on asks {@link #ballot(ElectionName)}, which waits for those.
     */
    Map<ElectionName, Ballot> ballots();

    /** How many ballots that are. */
    int size();

    /** The highest term of any ballot that is on disk or was forgotten, and of the head's floor. */
    long highestTerm();

    /**
     * The ballot with which a peer of this election goes on, once every save asked for before this call has come to an
     * end.
     *
     * @return completes with the stored one, or with {@link Ballot#afterForgetting} if there is none; or with the head's
     *     floor where that is higher (R15); fails with a {@link StoreException} if the store has failed or was closed
     */
    CompletionStage<Ballot> ballot(ElectionName election);

    /**
     * Saves the ballot of an election.
     *
     * @return completes when it is durable. Fails with a {@link StoreException} if the ballot is not above the stored
     *     one ({@link Ballot#isAbove}) and above the head's floor, which fails nothing else; and if the store has failed
     *     or was closed. (One ballot at the floor is taken: the one without a vote, which says no more than the floor.)
     */
    CompletionStage<Void> save(ElectionName election, Ballot ballot);

    /**
     * Saves the head in place of the present one.
     *
     * @return completes when it is durable; fails with a {@link StoreException} if the store has failed or was closed
     */
    CompletionStage<Void> saveHead(Head head);

    /**
     * Forgets ballots under a floor ({@link Ballot#afterForgetting}), first those that were written longest ago. What is asked of
     * such an election later begins there.
     *
     * @param needed the elections of which none is forgotten: all that have a peer now. One that begins later may be among
     *     the forgotten, if it asks for its {@link #ballot(ElectionName)} after this call
     * @param most how many ballots of other elections are kept
     * @return completes when the floor is durable and they are gone; fails with a {@link StoreException} if the store has
     *     failed or was closed
     */
    CompletionStage<Void> forget(Set<ElectionName> needed, int most);

    /** What the operator allowed at this start; {@link OperatorsWord#NONE} if nothing. Does not change in this life. */
    OperatorsWord word();

    /**
     * Forgets the operator's word, so that it allows nothing a second time. To be called when what it allowed is in the
     * head, durably.
     *
     * @return completes when the word is gone from the disk, or there was none; fails like {@link #saveHead}
     */
    CompletionStage<Void> wordObeyed();

    /**
     * Completes, normally, with the reason when this store has failed for good; never otherwise. The peer must stop then
     * (R3): a vote that may not be on disk was not cast.
     */
    CompletionStage<Throwable> failure();

    /**
     * Ends this life's hold on the memory: what was asked before is still done, what is asked later fails. Returns when
     * the directory is free for the next life. Repeated calls do nothing.
     */
    @Override
    void close();
}
