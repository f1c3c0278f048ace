package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;

/**
 * The first message between two nodes, always sent to the address that the receiver's {@link PeerId} names.
 *
 * <p>Each side sends the other a {@code pass}, a number that it sends in this life to that address only, and accepts no frame
 * that does not show it. So no node is accepted in the name of a peer at whose address it cannot receive, and no frame of a
 * former life is accepted at all.
 *
 * @param from the sender
 * @param incarnation the sender's life
 * @param identity the identity of the sender's directory (E8)
 * @param lifelinePort the port of the sender's lifeline, 0 for none (R10)
 * @param httpPort the port at which the sender answers to HTTP, 0 for none; for operators, not for the protocol
 * @param version the version of the wire format that the sender uses; two nodes of different versions understand each other,
 *     since a reader ignores fields and skips kinds of messages that it does not know, and the receiver logs the difference once
 * @param pass the pass that the receiver must show from now on
 * @param echo the receiver's own pass, 0 if the sender has received none in this life
 * @param answerMe whether the sender wants a hello in return
 * @param starts how many lives have started with the sender's directory, including this one; 0 if it has none
 */
public record Hello(
        PeerId from,
        Incarnation incarnation,
        DirectoryIdentity identity,
        int lifelinePort,
        int httpPort,
        int version,
        long pass,
        long echo,
        boolean answerMe,
        long starts) {

    /** The version of the wire format that this code uses. */
    public static final int VERSION = 1;

    /** Rejects values that are out of range. */
    public Hello {
        if (lifelinePort < 0 || lifelinePort > 65535) {
            throw new IllegalArgumentException("lifeline port " + lifelinePort + " is out of range");
        }
        if (httpPort < 0 || httpPort > 65535) {
            throw new IllegalArgumentException("HTTP port " + httpPort + " is out of range");
        }
        if (starts < 0) {
            throw new IllegalArgumentException(starts + " starts are out of range");
        }
        if (pass == 0 || version < 1) {
            throw new IllegalArgumentException("a hello needs a pass and a version");
        }
    }
}
