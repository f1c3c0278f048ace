package dev.conclave.core.node;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The first message between two nodes, always sent to the address that the receiver's {@link PeerId} names.
 *
 * <p>Each side sends the other a {@code pass}, a number that it sends in this life to that address only, and accepts no frame
 * that does not show it. So no node is accepted in the name of a peer at whose address it cannot receive, and no frame of a
 * former life is accepted at all.
 *
 * @param from the sender
 * @param incarnation the sender's life
 * @param identity the sender's identity (R15)
 * @param replaces the lost identity that the sender replaces, as its operator confirmed
 * @param takesPart whether the sender was admitted
 * @param settings the sender's settings, which must equal the receiver's (R13)
 * @param lifelinePort the port of the sender's lifeline, 0 for none (R10)
 * @param httpPort the port at which the sender answers to HTTP, 0 for none; for operators, not for the protocol
 * @param version the version of the wire format that the sender uses; two nodes of different versions understand each other,
 *     since a reader ignores fields and skips kinds of messages that it does not know, and the receiver logs the difference once
 * @param pass the pass that the receiver must show from now on
 * @param echo the receiver's own pass, 0 if the sender has received none in this life
 * @param answerMe whether the sender wants a hello in return
 * @param knownAs the only identity that the sender accepts for the receiver, durably stored (R15)
 * @param highestTerm the highest term that the sender knows in any election
 * @param replaced identities that replace lost ones, as far as the sender knows
 * @param starts how many lives have started with the sender's directory, including this one (R15); 0 if it has none
 */
public record Hello(
        PeerId from,
        Incarnation incarnation,
        DirectoryIdentity identity,
        Optional<DirectoryIdentity> replaces,
        boolean takesPart,
        Settings settings,
        int lifelinePort,
        int httpPort,
        int version,
        long pass,
        long echo,
        boolean answerMe,
        Optional<DirectoryIdentity> knownAs,
        long highestTerm,
        Map<PeerId, DirectoryIdentity> replaced,
        long starts) {

    /** The version of the wire format that this code uses. */
    public static final int VERSION = 1;

    /** Rejects values that are out of range. */
    public Hello {
        replaced = Collections.unmodifiableMap(new TreeMap<>(replaced));
        if (lifelinePort < 0 || lifelinePort > 65535) {
            throw new IllegalArgumentException("lifeline port " + lifelinePort + " is out of range");
        }
        if (httpPort < 0 || httpPort > 65535) {
            throw new IllegalArgumentException("HTTP port " + httpPort + " is out of range");
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
