package dev.conclave.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of one contest, such as {@code "orders"}.
 *
 * @param value 1 to 200 bytes of UTF-8 of any kind (Akka's own lease names hold {@code /} and {@code :})
 */
public record ElectionName(String value) implements Comparable<ElectionName> {

    /** The most bytes of UTF-8 a name may take. */
    public static final int MAX_BYTES = 200;

    /** The names of Conclave's own elections begin so, and those of applications do not. */
    public static final String OWN_PREFIX = "conclave/";

    private static final String LEASE = OWN_PREFIX + "lease/";
    private static final String LEASE_BY_DIGEST = OWN_PREFIX + "lease#";

    /**
     * The name of an application's election, wherever an application, an operator or a test writes it.
     *
     * @throws IllegalArgumentException if it cannot be a name, or if it begins like those of Conclave's own elections
     */
    public static ElectionName ofApplication(String name) {
        if (name.startsWith(OWN_PREFIX)) {
            throw new IllegalArgumentException("the name \"" + SafeText.of(name) + "\" begins with \"" + OWN_PREFIX
                    + "\", which is reserved for Conclave's own elections; choose a name that begins otherwise");
        }
        return new ElectionName(name);
    }

    /**
     * The election behind a lease of Akka's, the same one on every node. Any text names a lease: the names of shards hold
     * the names of their types, which nothing bounds. Text that has no room in the name of an election, or no UTF-8 form,
     * is named by its SHA-256, under a prefix of its own, so that no digest is the name of another lease.
     */
    public static ElectionName ofLease(String lease) {
        boolean hasRoom = StandardCharsets.UTF_8.newEncoder().canEncode(lease)
                && (LEASE + lease).getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
        return new ElectionName(hasRoom ? LEASE + lease : LEASE_BY_DIGEST + digest(lease));
    }

    /** Of the UTF-16 form, which tells any two strings apart. */
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
     * Whether it is the election behind a lease: such an election ends when the lease's owner releases it, and not before
     * (R9), and it is not one of the application's.
     */
    public boolean isOfLease() {
        return value.startsWith(LEASE) || value.startsWith(LEASE_BY_DIGEST);
    }

    /** Refuses an empty name, one that is too long, and one with an unpaired surrogate. */
    public ElectionName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the name of an election is empty; give it 1 to 200 bytes of UTF-8");
        }
        int bytes = utf8BytesOf(value);
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("the name of an election takes " + bytes + " bytes of UTF-8, at most "
                    + MAX_BYTES + " are allowed: \"" + SafeText.of(value.substring(0, Math.min(40, value.length())))
                    + "…\"");
        }
    }

    /** A name comes with every message, and most are ASCII: those take no encoder. */
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

    /** For people: control characters in it are escaped. */
    @Override
    public String toString() {
        return SafeText.of(value);
    }
}
