package dev.conclave.core;

import java.util.List;
import java.util.Optional;

/**
 * What an operator allows in so many words, by a file {@code accept} in the data directory (R15). It names what it is about,
 * so that one left behind in a script cannot allow it again later.
 *
 * @param lostIdentity the identity of this peer whose directory is lost, and which an empty one may replace
 * @param formerVoters the voter list of the journal, which the configured one may replace
 */
public record OperatorsWord(Optional<Identity> lostIdentity, Optional<List<PeerId>> formerVoters) {

    /** No word was given. */
    public static final OperatorsWord NONE = new OperatorsWord(Optional.empty(), Optional.empty());

    /** Copies the list. */
    public OperatorsWord {
        formerVoters = formerVoters.map(List::copyOf);
    }
}
