package dev.conclave.explore.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/** The states that were met: an open-addressing table of hashes, and for each state the way back. For many threads. */
public final class VisitedStates {

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] table;
    private final int mask;
    private final int[] before;
    private final short[] choice;
    private final AtomicInteger size = new AtomicInteger();

    /** Holds so many states, and as many more as threads may add before they look at the size. */
    public VisitedStates(int most) {
        int room = Integer.highestOneBit(most) << 1;
        table = new long[room < most + (most >> 2) ? room << 1 : room];
        mask = table.length - 1;
        before = new int[most + (1 << 16)];
        choice = new short[before.length];
    }

    /** Adds a state: its number, or -1 if it was met before. */
    public int add(long hash, int from, int by) {
        long key = hash == 0 ? 1 : hash;
        int at = (int) (key ^ (key >>> 32)) & mask;
        while (true) {
            long there = (long) CELL.getVolatile(table, at);
            if (there == key) {
                return -1;
            }
            if (there == 0) {
                if (CELL.compareAndSet(table, at, 0L, key)) {
                    int number = size.getAndIncrement();
                    before[number] = from;
                    choice[number] = (short) by;
                    return number;
                }
            } else {
                at = (at + 1) & mask;
            }
        }
    }

    public int size() {
        return size.get();
    }

    public int before(int number) {
        return before[number];
    }

    public int choice(int number) {
        return choice[number];
    }
}
