package dev.conclave;

import akka.actor.NoSerializationVerificationNeeded;
import akka.util.ByteString;
import java.time.Duration;
import java.util.Optional;

/**
 * The content of a register at one moment.
 *
 * @param value the bytes that a leader wrote; empty if nothing was written yet, or the register was cleared
 * @param fencingToken the token of the leadership that wrote or repeated the value; 0 if the election has no register yet
 * @param write the number of the write in that leadership; 0 if the leader has only repeated what it found
 * @param isTruth whether this is the newest written value at the moment of reading (U5); otherwise it is a copy
 * @param age how long ago this node heard from the leader that the copy is the newest value; zero for the truth, and a very long
 *     time if it never did in this life
 */
public record Register(Optional<ByteString> value, long fencingToken, long write, boolean isTruth, Duration age)
        implements NoSerializationVerificationNeeded {

    /** The age of a copy of which this node never heard. */
    public static final Duration NEVER_HEARD = Duration.ofNanos(Long.MAX_VALUE);

    /**
     * Whether this value was written after the other one. Values of one register are in one order on all nodes.
     *
     * @param other a value of the same register
     * @return false for the same value
     */
    public boolean isNewerThan(Register other) {
        return fencingToken != other.fencingToken ? fencingToken > other.fencingToken : write > other.write;
    }
}
