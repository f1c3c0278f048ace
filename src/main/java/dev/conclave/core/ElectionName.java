package dev.conclave.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of an election, such as {@code "orders"}.
 *
 * @param value 1 to 200 bytes of UTF-8 of any kind (Akka's lease names contain {@code /} and {@code :})
 */
public record ElectionName(String value) implements Comparable<ElectionName> {

    /** The maximum length of a name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 200;

    /** The prefix of the names of Conclave's own elections; names of applications must not begin with it. */
    public static final String OWN_PREFIX = "conclave/";

    private static final String LEASE = OWN_PREFIX + "lease/";
    private static final String LEASE_BY_DIGEST = OWN_PREFIX + "lease#";

    /**
     * Creates the name of an application's election from the text of an application, an operator or a test.
     *
     * @throws IllegalArgumentException if the text is not a valid name, or if it begins with {@link #OWN_PREFIX}
     */
    public static ElectionName ofApplication(String name) {
        if (name.startsWith(OWN_PREFIX)) {
            throw new IllegalArgumentException("the name \"" + PrintableText.of(name) + "\" begins with \"" + OWN_PREFIX
                    + "\", which is reserved for Conclave's own elections; choose a name that begins otherwise");
        }
        return new ElectionName(name);
    }

    /**
     * Returns the name of the election behind an Akka lease, the same on every node. A lease may have any text as its name: the
     * names of shards contain the names of their types, which are not bounded. For text that is too long for the name of an
     * election, or has no UTF-8 form, its SHA-256 is used, under a separate prefix, so that no digest equals the name of another
     * lease.
     */
    public static ElectionName ofLease(String lease) {
        boolean hasRoom = StandardCharsets.UTF_8.newEncoder().canEncode(lease)
                && (LEASE + lease).getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
        return new ElectionName(hasRoom ? LEASE + lease : LEASE_BY_DIGEST + digest(lease));
    }

    /** Returns the SHA-256 digest of the UTF-16 form of a name, which differs for any two strings. */
    private static String digest(String text) {
        byte[] bytes = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            bytes[2 * i] = (byte) (text.charAt(i) >> 8);
            bytes[2 * i + 1] = (byte) text.charAt(i);
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /**
     * Whether this is the election behind a lease: a shutdown does not hand over such an election before the lease's owner
     * releases it (R9), and it does not count as an election of the application.
     */
    public boolean isOfLease() {
        return value.startsWith(LEASE) || value.startsWith(LEASE_BY_DIGEST);
    }

    /** Rejects an empty name, a name that is too long, and one with an unpaired surrogate. */
    public ElectionName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the name of an election is empty; give it 1 to 200 bytes of UTF-8");
        }
        int bytes = utf8BytesOf(value);
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("the name of an election takes " + bytes + " bytes of UTF-8, at most "
                    + MAX_BYTES + " are allowed: \""
                    + PrintableText.of(value.substring(0, Math.min(40, value.length())))
                    + "…\"");
        }
    }

    /**
     * Returns the length of a name in bytes of UTF-8. Names of ASCII characters, which are the most frequent, need no encoder,
     * since a name is read with every message.
     */
    private static int utf8BytesOf(String value) {
        int length = value.length();
        int ascii = 0;
        while (ascii < length && value.charAt(ascii) < 0x80) {
            ascii++;
        }
        if (ascii == length) {
            return length;
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException(
                    "the name of an election holds half a surrogate pair, which has no UTF-8 form");
        }
        return value.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public int compareTo(ElectionName other) {
        return value.compareTo(other.value);
    }

    /** The name with control characters escaped, for logs. */
    @Override
    public String toString() {
        return PrintableText.of(value);
    }
}
