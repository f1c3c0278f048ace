package dev.conclave.cluster.history;

import dev.conclave.core.RegisterVersion;

/**
 * A use of a register by a process. Its instants are those of one clock for all processes: the monotonic clock of the machine, which
 * goes on while a process is frozen.
 *
 * @param process one life of a peer
 * @param value names what was written or seen; no two writes have the same
 * @param begun an instant at which the use had not begun
 * @param ended an instant at which the use was over; {@link #NEVER} if no answer tells
 * @param version the version that was seen, or that the answer to a write names; {@link RegisterVersion#NONE} for a write without it
 */
public record Operation(String process, Kind kind, String value, long begun, long ended, RegisterVersion version) {

    /** The value of a register to which nothing was written. */
    public static final String NOTHING = "-";

    /** The end of a write whose effect may come at any time, or not at all. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The kinds of uses, by the words in the files of {@link RegisterHistory}. */
    public enum Kind {
        /** A write that was answered with done. */
        DONE,
        /** A write that was answered with unknown, or not at all: it has an effect, or none. */
        OPEN,
        /** A write that was refused: it has no effect. */
        REFUSED,
        /** A read, which the leader answers. */
        READ,
        /** A look at what the node knows, which says that it is the truth. */
        TRUTH,
        /** The value that a leadership found, read while it held and before it had written. */
        FOUND,
        /** A look at what the node knows, which says that it is a copy: written, but perhaps not the newest. */
        COPY,
        /** A message to a subscriber of this node: written, but perhaps not the newest. */
        SENT;

        /** Whether it shows the newest value at some instant between its begin and its end. */
        public boolean isRead() {
            return this == READ || this == TRUTH || this == FOUND;
        }

        boolean isWrite() {
            return this == DONE || this == OPEN || this == REFUSED;
        }

        /** Whether it shows a value that was written, and perhaps not the newest. */
        boolean isCopy() {
            return this == COPY || this == SENT;
        }

        /** Whether one process sees it in the order of its versions. */
        boolean isLook() {
            return this == TRUTH || this == COPY;
        }
    }

    @Override
    public String toString() {
        return kind + " " + value + (version.exists() ? " as " + version : "") + " by " + process + " from " + begun
                + (ended == NEVER ? "" : " to " + ended);
    }
}
