package dev.conclave.node;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that a peer holds for nothing, outside of the heap, so that one can see what a large process costs: the kernel takes
 * down the memory of a killed one before it closes its sockets.
 */
final class Ballast {

    private static final int PIECE_BYTES = 1 << 28;

    private static final int PAGE_BYTES = 4096;

    private final List<ByteBuffer> pieces = new ArrayList<>();

    private Ballast() {}

    /**
     * Takes it, and touches every page.
     *
     * @throws Trouble if this JVM may not have as much
     */
    static Ballast of(long bytes) throws Trouble {
        Ballast ballast = new Ballast();
        try {
            for (long left = bytes; left > 0; left -= PIECE_BYTES) {
                ballast.add((int) Math.min(left, PIECE_BYTES));
            }
        } catch (OutOfMemoryError refused) {
            throw new Trouble(
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

    /** How much it is. */
    long bytes() {
        return pieces.stream().mapToLong(ByteBuffer::capacity).sum();
    }
}
