package dev.conclave.cluster.program;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Threads that allocate as fast as they can and keep a share of the heap alive, so that collections are frequent and each
 * has live objects to copy. Ends when its threads are interrupted.
 */
final class GarbageAllocator {

    private static final int PIECE_BYTES = 16 * 1024;

    private final byte[][] kept;

    private GarbageAllocator(byte[][] kept) {
        this.kept = kept;
    }

    /** Begins, with a thread for each processor. */
    static List<Thread> keeping(int percentOfHeap) {
        int processors = Runtime.getRuntime().availableProcessors();
        long bytes = Runtime.getRuntime().maxMemory() * percentOfHeap / 100 / processors;
        return IntStream.range(0, processors)
                .mapToObj(i -> {
                    Thread thread = new Thread(
                            new GarbageAllocator(new byte[(int) (bytes / PIECE_BYTES)][])::drop, "garbage-" + i);
                    thread.setDaemon(true);
                    thread.start();
                    return thread;
                })
                .toList();
    }

    private void drop() {
        for (int i = 0; !Thread.currentThread().isInterrupted(); i = (i + 1) % kept.length) {
            kept[i] = new byte[PIECE_BYTES];
        }
    }
}
