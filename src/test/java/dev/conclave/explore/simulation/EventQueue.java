package dev.conclave.explore.simulation;

import java.util.Arrays;

/** A queue of events by time: a binary heap of plain numbers. Events of the same time come in the order of their insertion. */
public final class EventQueue {

    private long[] keys = new long[64];
    private long[] things = new long[64];
    private int size;
    private int serial;

    private static final int SERIAL_BITS = 20;

    public void clear() {
        size = 0;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public void put(long micros, long thing) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            things = Arrays.copyOf(things, 2 * size);
        }
        long key = (micros << SERIAL_BITS) | (serial++ & ((1 << SERIAL_BITS) - 1));
        int at = size++;
        while (at > 0) {
            int up = (at - 1) >>> 1;
            if (keys[up] <= key) {
                break;
            }
            keys[at] = keys[up];
            things[at] = things[up];
            at = up;
        }
        keys[at] = key;
        things[at] = thing;
    }

    /** The time of the first event. */
    public long due() {
        return size == 0 ? Long.MAX_VALUE : keys[0] >>> SERIAL_BITS;
    }

    public long take() {
        long first = things[0];
        long key = keys[--size];
        long thing = things[size];
        int at = 0;
        for (int down = 1; down < size; down = 2 * at + 1) {
            if (down + 1 < size && keys[down + 1] < keys[down]) {
                down++;
            }
            if (key <= keys[down]) {
                break;
            }
            keys[at] = keys[down];
            things[at] = things[down];
            at = down;
        }
        keys[at] = key;
        things[at] = thing;
        return first;
    }
}
