package dev.conclave;

import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.Optional;

/**
 * Who leads an election, as this node knows it at the moment of the question.
 *
 * <p>Safe to use from any thread, and to keep: a handle always speaks of the one term it was made for.
 */
public interface Leadership {

    /**
     * Who leads.
     *
     * @return empty if nobody is known to
     */
    Optional<PeerId> leader();

    /**
     * The term, and the fencing token: it grows from each leadership to the next (S4). Whoever writes somewhere with it lets
     * that place refuse a lower one.
     *
     * @return the term of the leader; if nobody is known to lead, the highest one that this node has heard of
     */
    long term();

    /**
     * Whether this very node leads in this term, right now: true only while its lease lasts, and never again once the
     * leadership was told to end. Reads the clocks at the moment of the call and takes no lock, so it is right the moment
     * after a pause of the process (R8, R14).
     *
     * <p>True means that no other node leads now. It can't mean that for the next instruction: what must hold at the place
     * where something is written, the token has to ensure.
     *
     * @return true as long as the lease lasts
     */
    boolean holds();

    /**
     * For how long from now on no other node can lead, because this very node has a lease in this term: counted on after the
     * leadership was told to end, so it is what is left to those who must let go of something. A hand-over renews the lease
     * while they do (R9). Zero if it is over, or never was.
     *
     * @return zero if this node does not lead in this term
     */
    Duration leaseRemaining();
}
