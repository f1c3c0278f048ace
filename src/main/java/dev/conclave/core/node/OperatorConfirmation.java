package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * The contents of the file {@code accept} in the data directory, by which an operator confirms a dangerous step (R15). It names
 * exactly what it confirms, so that a file left behind by a script cannot confirm another step later.
 *
 * @param lostIdentity the identity of this peer whose directory is lost, and which an empty one may replace
 * @param formerVoters the voter list of the journal, which the configured one may replace
 */
public record OperatorConfirmation(Optional<DirectoryIdentity> lostIdentity, Optional<List<PeerId>> formerVoters) {

    /** Confirms nothing: there is no file {@code accept}. */
    public static final OperatorConfirmation NONE = new OperatorConfirmation(Optional.empty(), Optional.empty());

    /** Copies the list of former voters. */
    public OperatorConfirmation {
        formerVoters = formerVoters.map(List::copyOf);
    }
}
