package dev.conclave;

import dev.conclave.core.Terms;
import java.time.Duration;

/**
 * A leadership of this node: what a node holds that leads an election, with its fencing token. A node that does not lead has
 * none; {@link Election#status()} shows which node leads.
 *
 * <p>May be used from any thread and kept: an instance always refers to the one term for which it was created.
 */
public interface Leadership {

    /**
     * The election that this node leads.
     *
     * @return its name
     */
    String election();

    /**
     * The fencing token, which grows from each leadership of the election to the next, on whichever node (S4). Pass it along with
     * every write to an external system, and let that system reject a lower one.
     *
     * @return the token; stays the same after the leadership has ended
     */
    long fencingToken();

    /**
     * The same number as logs and commands show it: {@code n.k}, the k-th term of configuration n of the electorate (E2). The
     * token is n * 2^32 + k.
     *
     * @return for people; stays the same after the leadership has ended
     */
    default String term() {
        return Terms.show(fencingToken());
    }

    /**
     * The content of the register when this leadership began: the last write that was acknowledged to any leader before,
     * or a later one that was issued (U3).
     *
     * @return the truth at that moment; {@link dev.conclave.ElectionRegister#latest} shows later writes
     */
    Register register();

    /**
     * Whether this node leads in this term right now: true only while its lease lasts, and never again once the leadership has
     * been told to end. Reads the clocks when it is called and takes no lock, so the result is correct right after a pause of the
     * process (R8, R14).
     *
     * <p>True means that no other node leads now; it cannot guarantee that for the next instruction. Only the fencing token can
     * protect an external system against a late write.
     *
     * @return true while the lease lasts
     */
    boolean holds();

    /**
     * How long, from now on, this node's lease in this term keeps other nodes from leading. Continues to count down after the
     * leadership has been told to end, so it is the time that users have left to stop; a hand-over renews the lease meanwhile
     * (R9).
     *
     * @return zero if the lease is over
     */
    Duration leaseRemaining();
}
