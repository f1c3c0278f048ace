package dev.conclave.core;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The order of the voters in one election (R11): in it they stand where nobody has led yet, and as on a round table it goes on
 * behind each leader. Drawn from the election's name, it is the same on every node and another one in each election, so that
 * equal nodes share the leaderships of many elections, at a cold start as well as after a leader's end. (Rendezvous hashing.)
 * Only waits follow from it: nodes that disagree elect as safely, and later.
 */
public final class Seating {

    /** The longest that a voter waits for those before it where nobody has led yet: a quorum leaves few of them silent. */
    private static final int LAST_TURN = 2;

    private final int[] places;
    private final int[] seats;
    private final boolean drawn;

    private Seating(int[] places, boolean drawn) {
        this.places = places;
        this.seats = new int[places.length];
        for (int seat = 0; seat < places.length; seat++) {
            seats[places[seat]] = seat;
        }
        this.drawn = drawn;
    }

    /** In the order of the list; where nobody has led yet nobody is before anybody else. */
    static Seating asListed(List<PeerId> voters) {
        return new Seating(IntStream.range(0, voters.size()).toArray(), false);
    }

    /** Drawn from the name of the election. */
    static Seating of(ElectionName election, List<PeerId> voters) {
        long name = mixed(election.value().hashCode());
        return new Seating(
                IntStream.range(0, voters.size())
                        .boxed()
                        .sorted(Comparator.<Integer>comparingLong(place -> mixed(
                                        name + voters.get(place).toString().hashCode()))
                                .thenComparing(place -> place))
                        .mapToInt(Integer::intValue)
                        .toArray(),
                true);
    }

    /** Spreads what differs in a few bits over all of them (the finalizer of SplitMix64). */
    private static long mixed(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** How many seats there are. */
    int size() {
        return places.length;
    }

    /** The place in the list of voters of the one in this seat. */
    int place(int seat) {
        return places[seat];
    }

    /** The seat of the voter at this place in the list; -1 for -1. */
    int seat(int place) {
        return place < 0 ? -1 : seats[place];
    }

    /** Whether the order is one of this election. */
    boolean isDrawn() {
        return drawn;
    }

    /**
     * When the peer stands where nobody has led yet, in steps.
     *
     * @param place in the list of voters; -1 for a peer that is no voter
     */
    public int firstTurn(int place) {
        return drawn && place >= 0 ? Math.min(seats[place], LAST_TURN) : 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Seating seating && drawn == seating.drawn && Arrays.equals(places, seating.places);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(places) + Boolean.hashCode(drawn);
    }

    @Override
    public String toString() {
        return (drawn ? "drawn " : "listed ") + Arrays.toString(places);
    }
}
