package dev.conclave.bench.many;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The state of one peer at one instant of the grid that all peers share. One line of text, on the peer's standard output.
 *
 * @param tick the instant, as a multiple of {@link #GRID_NANOS} of the machine's monotonic clock
 * @param takesPart 1 if the node takes part, else 0
 * @param leads how many elections this peer leads
 * @param knows of how many elections this peer knows the leader
 * @param standings how often this peer has stood until now
 * @param elected how many leaderships this peer has begun
 * @param ended how many leaderships of this peer were dismissed
 * @param dropped how many frames and letters this node dropped
 * @param heapMegabytes the heap in use
 * @param cpuMillis the processor time of the process
 */
record Sample(
        long tick,
        long takesPart,
        long leads,
        long knows,
        long standings,
        long elected,
        long ended,
        long dropped,
        long heapMegabytes,
        long cpuMillis) {

    /** The distance of two samples. All peers read the same clock, so that their counts of one tick add up. */
    static final long GRID_NANOS = 50_000_000;

    private static final String PREFIX = "sample ";

    String line() {
        return PREFIX
                + Arrays.stream(new long[] {
                            tick, takesPart, leads, knows, standings, elected, ended, dropped, heapMegabytes, cpuMillis
                        })
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(" "));
    }

    static boolean isSample(String line) {
        return line.startsWith(PREFIX);
    }

    static Sample parse(String line) {
        long[] n = Arrays.stream(line.substring(PREFIX.length()).split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        return new Sample(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]);
    }
}
