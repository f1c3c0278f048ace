package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.node.JournalHead;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * The crash-safe state of one node: its head, one ballot for each election that it knows (R3, E1), and one entry for each
 * election that has a register (U1). It forgets ballots only on
 * request and under a floor ({@link Ballot#afterForgetting}), since a peer without a ballot of an election may vote in any term,
 * and assumes that it owes no loyalty there (R6).
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A stage that completes normally means: on disk, even if the power fails now. The contents read at the start are made
 *       durable before they are visible. (Otherwise: a vote is written, the process is killed before the force, the next life
 *       reads the vote from the page cache and repeats its answer, the power fails, and the peer votes again in the same term.)
 *   <li>Ballots never go back (S2): a ballot that is not above the stored one is refused, so that a former life that still writes
 *       cannot undo what a later one has read.
 *   <li>When a write has failed, the contents of the disk are unknown, so all calls fail from then on and {@link #failure()}
 *       completes with the reason; only a restart, which reads the disk again, can help.
 * </ul>
 *
 * <p>Every method may be called from any thread, and none waits for the disk except {@link #close()}. Stages complete in the
 * order of the calls, on the store's only thread: callbacks delay every election, so they should only send a message.
 */
public interface NodeStore extends AutoCloseable {

    /** The head as it is on disk. */
    JournalHead head();

    /**
     * A copy of all ballots as they are on disk.
     *
     * <p>A pending save may or may not be included. To restart a peer within the same life use {@link #ballot(ElectionName)},
     * which waits for pending saves.
     */
    Map<ElectionName, Ballot> ballots();

    /**
     * The entries of all registers as they are on disk, now and later: a copy of ten thousand for each question would hold up the
     * thread that asks. A pending save may or may not be included.
     */
    Map<ElectionName, RegisterEntry> registers();

    /**
     * The versions of the registers on disk behind a name, in the order of the names.
     *
     * @param after empty for the first ones
     * @param most how many at most
     */
    SortedMap<ElectionName, RegisterVersion> registersAfter(Optional<ElectionName> after, int most);

    /** The size of the values of all registers in bytes. */
    long registerBytes();

    /** The number of stored ballots. */
    int size();

    /** The highest term of all stored and forgotten ballots. */
    long highestTerm();

    /**
     * Returns the ballot with which a peer of this election continues, after all earlier saves.
     *
     * @return completes with the stored one, or with {@link Ballot#afterForgetting} if there is none; fails with a {@link StoreException} if the store has failed or was closed
     */
    CompletionStage<Ballot> ballot(ElectionName election);

    /**
     * Saves the ballot of an election.
     *
     * @return completes when it is durable. Fails with a {@link StoreException} if the ballot is not above the stored one ({@link
     *     Ballot#isAbove}), which fails nothing else; and if the store has failed or was closed
     */
    CompletionStage<Void> save(ElectionName election, Ballot ballot);

    /**
     * Returns the entry of the register with which a peer of this election continues, after all earlier saves.
     *
     * @return completes with the stored one, or with {@link RegisterEntry#NONE} if there is none; fails with a {@link
     *     StoreException} if the store has failed or was closed
     */
    CompletionStage<RegisterEntry> register(ElectionName election);

    /**
     * Saves an entry of the register of an election, behind every earlier save: a crash that leaves it leaves those as well.
     *
     * @return completes when it is durable. Fails with a {@link StoreException} if it is not above the stored one, or its term is
     *     above the stored ballot, which fails nothing else; and if the store has failed or was closed
     */
    CompletionStage<Void> saveRegister(ElectionName election, RegisterEntry entry);

    /**
     * Replaces the head.
     *
     * @return completes when it is durable; fails with a {@link StoreException} if the store has failed or was closed
     */
    CompletionStage<Void> saveHead(JournalHead head);

    /**
     * Forgets ballots under a floor ({@link Ballot#afterForgetting}), the least recently written first. Peers of such an election
     * later start from the floor. The ballot of an election that has a register is never forgotten (U8).
     *
     * @param needed elections whose ballots are kept: all that have a peer now. A peer that is started later may be of a
     *     forgotten election, if it requests its {@link #ballot(ElectionName)} after this call
     * @param most how many ballots of other elections are kept
     * @return completes when the floor is durable and the ballots are removed; fails with a {@link StoreException} if the store
     *     has failed or was closed
     */
    CompletionStage<Void> forget(Set<ElectionName> needed, int most);

    /**
     * Completes, normally, with the reason when this store has failed for good; never otherwise. Then all peers must stop (R3): a
     * vote that may not be on disk was not cast.
     */
    CompletionStage<Throwable> failure();

    /**
     * Closes the store: earlier calls are still completed, later ones fail. Returns when another store may open the directory.
     * Repeated calls have no effect.
     */
    @Override
    void close();
}
