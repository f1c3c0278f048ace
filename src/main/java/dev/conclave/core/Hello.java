package dev.conclave.core;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What nodes tell each other before anything else, always sent to the address that the receiver's {@link PeerId} names.
 *
 * <p>Each side hands the other a {@code pass}, a number that only that address has been told in this life, and believes
 * nothing that does not show it. So nobody is heard in the name of a peer at whose address it cannot receive, and nothing
 * of a former life is heard at all.
 *
 * @param from who says it
 * @param incarnation which of its lives
 * @param identity which memory it has (R15)
 * @param replaces the lost identity that it asks to replace, by the operator's word
 * @param takesPart whether it was admitted
 * @param settings what it takes for agreed (R13)
 * @param lifelinePort where its lifeline listens, 0 for none (R10)
 * @param version of the wire that the sender speaks; two nodes of different versions hear each other, since a reader ignores
 *     fields and skips kinds of messages that it does not know, and the receiver logs the difference once
 * @param pass what the receiver must show from now on
 * @param echo the receiver's own pass, 0 if the sender was told none in this life
 * @param answerMe whether the sender wants a hello in return
 * @param knownAs the identity that the sender has durably stored for the receiver: "none but this one" (R15)
 * @param highestTerm the highest term that the sender knows of any election
 * @param replaced identities that stand in the place of lost ones, as far as the sender knows
 * @param starts how many lives have begun on the sender's directory, this one included (R15); 0 if it has none
 */
public record Hello(
        PeerId from,
        Incarnation incarnation,
        Identity identity,
        Optional<Identity> replaces,
        boolean takesPart,
        Settings settings,
        int lifelinePort,
        int version,
        long pass,
        long echo,
        boolean answerMe,
        Optional<Identity> knownAs,
        long highestTerm,
        Map<PeerId, Identity> replaced,
        long starts) {

    /** The version of hellos and frames that this code speaks. */
    public static final int VERSION = 1;

    /** Refuses what is out of range. */
    public Hello {
        replaced = Collections.unmodifiableMap(new TreeMap<>(replaced));
        if (lifelinePort < 0 || lifelinePort > 65535) {
            throw new IllegalArgumentException("lifeline port " + lifelinePort + " is out of range");
        }
        if (highestTerm < 0 || highestTerm > Ballot.MAX_TERM) {
            throw new IllegalArgumentException("highest term " + highestTerm + " is out of range");
        }
        if (starts < 0) {
            throw new IllegalArgumentException(starts + " starts are out of range");
        }
        if (pass == 0 || version < 1) {
            throw new IllegalArgumentException("a hello needs a pass and a version");
        }
    }
}
