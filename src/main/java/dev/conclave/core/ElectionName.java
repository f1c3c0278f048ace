package dev.conclave.core;

import java.nio.charset.StandardCharsets;

/**
 * The name of one contest, such as {@code "orders"}.
 *
 * @param value 1 to 200 bytes of UTF-8 of any kind (Akka's own lease names hold {@code /} and {@code :})
 */
public record ElectionName(String value) implements Comparable<ElectionName> {

    /** The most bytes of UTF-8 a name may take. */
    public static final int MAX_BYTES = 200;

    private static final String LEASE = "lease/";
    private static final String LONG_LEASE = "lease#";

    /** The election behind the lease of Akka's that has this name, if there is room for it. */
    public static ElectionName ofLease(String lease) {
        return new ElectionName(LEASE + lease);
    }

    /** The election behind a lease whose name has no room in that of an election. No digest is the name of another lease. */
    public static ElectionName ofLeaseWithDigest(String digest) {
        return new ElectionName(LONG_LEASE + digest);
    }

    /** Whether it is the election behind a lease: it ends when the lease's owner releases it, and not before (R9). */
    public boolean isOfLease() {
        return value.startsWith(LEASE) || value.startsWith(LONG_LEASE);
    }

    /** Refuses an empty name, one that is too long, and one with an unpaired surrogate. */
    public ElectionName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the name of an election is empty; give it 1 to 200 bytes of UTF-8");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException(
                    "the name of an election holds half a surrogate pair, which has no UTF-8 form");
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("the name of an election takes " + bytes + " bytes of UTF-8, at most "
                    + MAX_BYTES + " are allowed: \"" + value.substring(0, Math.min(40, value.length())) + "…\"");
        }
    }

    @Override
    public int compareTo(ElectionName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
