package dev.conclave;

import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.Optional;

/**
 * The leader and the term of an election, as this node knew them when it was asked.
 *
 * <p>May be used from any thread and kept: an instance always refers to the term for which it was created.
 */
public interface Leadership {

    /**
     * The leader.
     *
     * @return empty if no leader is known
     */
    Optional<PeerId> leader();

    /**
     * The term, and the fencing token: it grows from each leadership to the next (S4). Pass it along with every write to an
     * external system, and let that system reject a lower one.
     *
     * @return the term of the leader; the highest term that this node knows while no leader is known
     */
    long term();

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
     * @return zero if the lease is over, or if this node never led in this term
     */
    Duration leaseRemaining();
}
