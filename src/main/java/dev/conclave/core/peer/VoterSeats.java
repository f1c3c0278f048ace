package dev.conclave.core.peer;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The seats of the voters in one election: the order in which they stand (R11). The voters stand in this order if there has
 * been no leader yet, and a succession continues, as on a round table, behind the leader's seat. The order is derived from the
 * election's name (rendezvous hashing): it is the same on every node and differs between elections, so that equal nodes share
 * the leaderships of many elections, at a cold start and after the end of a leader. It only determines waits: nodes that
 * disagree about it elect as safely, but later.
 */
public final class VoterSeats {

    /**
     * The maximum wait, in steps, of a voter for those before it if there has been no leader yet: if a majority is up, few of
     * them are silent.
     */
    private static final int LAST_TURN = 2;

    private final int[] places;
    private final int[] seats;
    private final boolean drawn;

    /** The mixed name of the election; 0 if the order is not drawn. */
    private final long name;

    private VoterSeats(int[] places, boolean drawn, long name) {
        this.places = places;
        this.name = name;
        this.seats = new int[places.length];
        for (int seat = 0; seat < places.length; seat++) {
            seats[places[seat]] = seat;
        }
        this.drawn = drawn;
    }

    /** Creates the order of the voter list; if there has been no leader yet, no voter precedes another one. */
    static VoterSeats asListed(List<PeerId> voters) {
        return new VoterSeats(IntStream.range(0, voters.size()).toArray(), false, 0);
    }

    /** Creates the order that is derived from the name of the election. */
    static VoterSeats of(ElectionName election, List<PeerId> voters) {
        return of(mixed(election.value().hashCode()), voters);
    }

    /** Returns the order of other voters in the same election. */
    VoterSeats among(List<PeerId> voters) {
        return drawn ? of(name, voters) : asListed(voters);
    }

    private static VoterSeats of(long name, List<PeerId> voters) {
        return new VoterSeats(
                IntStream.range(0, voters.size())
                        .boxed()
                        .sorted(Comparator.<Integer>comparingLong(place -> mixed(
                                        name + voters.get(place).toString().hashCode()))
                                .thenComparing(place -> place))
                        .mapToInt(Integer::intValue)
                        .toArray(),
                true,
                name);
    }

    /** Mixes the bits of a number (the finalizer of SplitMix64). */
    private static long mixed(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The number of seats. */
    int size() {
        return places.length;
    }

    /** Returns the index in the voter list of the voter in this seat. */
    int place(int seat) {
        return places[seat];
    }

    /** Returns the seat of the voter at this index of the list; -1 for -1, a non-voter. */
    int seat(int place) {
        return place < 0 ? -1 : seats[place];
    }

    /** Whether the order was derived from the election's name. */
    boolean isDrawn() {
        return drawn;
    }

    /**
     * Returns how many steps a peer waits before it stands if there has been no leader yet.
     *
     * @param place its place in the voter list; -1 for a non-voter
     */
    public int firstStep(int place) {
        return drawn && place >= 0 ? Math.min(seats[place], LAST_TURN) : 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VoterSeats seating && drawn == seating.drawn && Arrays.equals(places, seating.places);
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
