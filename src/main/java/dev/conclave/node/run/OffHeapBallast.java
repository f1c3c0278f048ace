package dev.conclave.node.run;

import dev.conclave.node.cli.CliException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Unused memory (ballast) that a peer holds outside of its heap, to measure the effect of a large process: when it is killed,
 * the kernel frees its memory before it closes its sockets.
 */
public final class OffHeapBallast {

    private static final int PIECE_BYTES = 1 << 28;

    private static final int PAGE_BYTES = 4096;

    private final List<ByteBuffer> pieces = new ArrayList<>();

    private OffHeapBallast() {}

    /**
     * Allocates memory, and touches every page.
     *
     * @throws CliException if this JVM may not use as much
     */
    public static OffHeapBallast of(long bytes) throws CliException {
        OffHeapBallast ballast = new OffHeapBallast();
        try {
            for (long left = bytes; left > 0; left -= PIECE_BYTES) {
                ballast.add((int) Math.min(left, PIECE_BYTES));
            }
        } catch (OutOfMemoryError refused) {
            throw new CliException(
                    "--ballast " + bytes + " is more memory than this JVM may use outside of its heap: raise"
                            + " -XX:MaxDirectMemorySize above that",
                    refused);
        }
        return ballast;
    }

    private void add(int bytes) {
        ByteBuffer piece = ByteBuffer.allocateDirect(bytes);
        for (int at = 0; at < bytes; at += PAGE_BYTES) {
            piece.put(at, (byte) 1);
        }
        pieces.add(piece);
    }

    /** The size of the ballast in bytes. */
    public long bytes() {
        return pieces.stream().mapToLong(ByteBuffer::capacity).sum();
    }
}
