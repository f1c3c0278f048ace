package dev.conclave;

import dev.conclave.core.PeerId;
import java.util.Optional;

/**
 * The leader and the term of an election, as this node knew them when it was asked: for display, routing and readiness. It
 * contains no fencing token. A term that this node merely knows may be that of another node's leadership, so a write with it is
 * not protected; only a {@link Leadership} has a token.
 */
public interface ElectionStatus {

    /**
     * The leader of the election, as this node knew it.
     *
     * @return this node or another one; empty if no leader is known
     */
    Optional<PeerId> leader();

    /**
     * The term of the election, which tells two leaderships of one node apart.
     *
     * @return the term of the leader; the highest term that this node knows while no leader is known, 0 if it knows none
     */
    long term();
}
