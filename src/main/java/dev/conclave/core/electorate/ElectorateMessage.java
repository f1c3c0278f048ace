package dev.conclave.core.electorate;

import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A message between nodes about the electorate. It belongs to no election, and its sender is proven as that of any frame (R13). */
public sealed interface ElectorateMessage {

    /**
     * The configurations that the sender has. A receiver with a newer one shows it (E1).
     *
     * @param group the sender's group; 0 if it has none
     * @param stored the number of the configuration on its disk; -1 if it has none
     * @param obeyed the number of the configuration that the last of its peers obeys (E4)
     * @param stopMarginNanos the margin that is configured on the sender
     * @param answerMe whether the sender wants the same in return
     * @param registers whether the sender has stored a register of some election (U7)
     */
    record Holds(long group, int stored, int obeyed, long stopMarginNanos, boolean answerMe, boolean registers)
            implements ElectorateMessage {
        /** Creates the word of a node without registers. */
        public Holds(long group, int stored, int obeyed, long stopMarginNanos, boolean answerMe) {
            this(group, stored, obeyed, stopMarginNanos, answerMe, false);
        }
    }

    /** Shows a configuration to a node that is behind (E1). */
    record Shown(Configuration configuration) implements ElectorateMessage {}

    /** Asks a voter of a configuration for a promise (E6). */
    record Prepare(long group, int number, RoundBallot ballot) implements ElectorateMessage {}

    /**
     * Promises to accept no lower ballot (E6).
     *
     * @param accepted the configuration that the sender has accepted, and under which ballot
     * @param longestElectionNanos the longest E under which the sender may have acknowledged a leader
     */
    record Promise(long group, int number, RoundBallot ballot, Optional<Acceptance> accepted, long longestElectionNanos)
            implements ElectorateMessage {}

    /** Asks a voter of a configuration to accept the next one (E6). */
    record Accept(long group, int number, RoundBallot ballot, Configuration next) implements ElectorateMessage {}

    /** Says that the sender has accepted (E6). */
    record Accepted(long group, int number, RoundBallot ballot) implements ElectorateMessage {}

    /**
     * Refuses a ballot.
     *
     * @param promised the higher one that the sender has promised
     */
    record Refused(long group, int number, RoundBallot ballot, RoundBallot promised) implements ElectorateMessage {}

    /**
     * Asks a node which registers it has stored (U7). Only one that obeys that configuration answers.
     *
     * @param number the configuration that the sender obeys
     * @param after only elections behind this name; empty for the first
     */
    record AskRegisters(long group, int number, Optional<ElectionName> after) implements ElectorateMessage {}

    /**
     * Some of the registers that the sender has stored, in the order of the names (U7).
     *
     * @param number the configuration that the sender obeys
     * @param after the name in the question
     * @param versions the next elections, each with the version of its entry
     * @param isLast whether there are no more
     */
    record RegisterVersions(
            long group,
            int number,
            Optional<ElectionName> after,
            SortedMap<ElectionName, RegisterVersion> versions,
            boolean isLast)
            implements ElectorateMessage {
        /** The maximum number of elections in one message. */
        public static final int MOST = 1_000;

        public RegisterVersions {
            versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
        }
    }

    /** The sender's address is named with another identity, and it asks to be readmitted (E9). */
    record AskToReadmit() implements ElectorateMessage {}

    /** The founder asks a voter of its list whether it may found (E10). */
    record AskToFound() implements ElectorateMessage {}

    /** The sender has no configuration, and has stored the identity of the founder that asked (E10). */
    record MayFound() implements ElectorateMessage {}
}
