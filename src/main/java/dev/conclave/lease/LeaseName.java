package dev.conclave.lease;

import dev.conclave.core.ElectionName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Which election stands behind a lease: one that no application has, and the same one on every node. */
final class LeaseName {

    private static final int MOST_BYTES =
            ElectionName.MAX_BYTES - ElectionName.ofLease("").value().length();

    private LeaseName() {}

    /**
     * Any text may name a lease. One that an election's name has no room for, or that has no UTF-8 form, is named by its
     * SHA-256: names of shards hold the names of their types, which nobody bounds. Digests begin in a way of their own, or
     * a lease could be given the name that another one's digest has.
     */
    static String electionOf(String lease) {
        boolean hasRoom = StandardCharsets.UTF_8.newEncoder().canEncode(lease)
                && lease.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
        ElectionName election = hasRoom ? ElectionName.ofLease(lease) : ElectionName.ofLeaseWithDigest(digest(lease));
        return election.value();
    }

    /** Of its UTF-16, which tells any two strings apart. */
    private static String digest(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * text.length());
        bytes.asCharBuffer().put(text);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
