package dev.conclave;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.electorate.WishText;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * A change of the electorate, for {@link Electorate#change}. It is carried out in single steps, one voter at a time; each waits
 * until a majority obeys the one before (E6). Addresses are written as {@code host:port}, as in {@code conclave.voters}.
 */
public final class ElectorateChange {

    private final Wish wish;

    private ElectorateChange(Wish wish) {
        this.wish = wish;
    }

    /**
     * One voter more. It must run, have a {@code conclave.data-dir}, and be reachable.
     *
     * @param voter its address
     * @return the change
     * @throws IllegalArgumentException if the address is not valid
     */
    public static ElectorateChange add(String voter) {
        return new ElectorateChange(new Wish.Add(PeerId.parse(voter)));
    }

    /**
     * One voter less. It may be down, if the others are a majority without it.
     *
     * @param voter its address
     * @return the change
     * @throws IllegalArgumentException if the address is not valid
     */
    public static ElectorateChange remove(String voter) {
        return new ElectorateChange(new Wish.Remove(PeerId.parse(voter)));
    }

    /**
     * Another voter in the place of one.
     *
     * @param out the address of the voter that leaves
     * @param in the address of the new voter
     * @return the change
     * @throws IllegalArgumentException if an address is not valid
     */
    public static ElectorateChange replace(String out, String in) {
        return new ElectorateChange(new Wish.Replace(PeerId.parse(out), PeerId.parse(in)));
    }

    /**
     * These voters and no others.
     *
     * @param voters their addresses
     * @return the change
     * @throws IllegalArgumentException if an address is not valid
     */
    public static ElectorateChange voters(List<String> voters) {
        return new ElectorateChange(
                new Wish.Voters(voters.stream().map(PeerId::parse).toList()));
    }

    /**
     * Lets a voter vote again that has lost its data directory and was started with an empty one (E9).
     *
     * @param voter its address
     * @return the change
     * @throws IllegalArgumentException if the address is not valid
     */
    public static ElectorateChange readmit(String voter) {
        return new ElectorateChange(new Wish.Readmit(PeerId.parse(voter)));
    }

    /**
     * Other times, changed together.
     *
     * @param change sets the times that change; the others stay as they are
     * @return the change
     */
    public static ElectorateChange settings(UnaryOperator<Times> change) {
        Times times = change.apply(new Times(OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty()));
        return new ElectorateChange(new Wish.Times(times.heartbeat, times.election, times.drift));
    }

    /**
     * Reads a change as the command line writes it.
     *
     * @param text such as {@code replace 10.0.0.3:2551 10.0.0.4:2551} or {@code set election-timeout=500ms}
     * @return the change
     * @throws IllegalArgumentException if it is not understood, with a sentence that says what to write
     */
    public static ElectorateChange parse(String text) {
        return new ElectorateChange(WishText.parse(text));
    }

    Wish wish() {
        return wish;
    }

    /** Returns the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return WishText.show(wish);
    }

    /** The times that {@link #settings} changes. */
    public static final class Times {

        private final OptionalLong heartbeat;
        private final OptionalLong election;
        private final OptionalDouble drift;

        private Times(OptionalLong heartbeat, OptionalLong election, OptionalDouble drift) {
            this.heartbeat = heartbeat;
            this.election = election;
            this.drift = drift;
        }

        /**
         * Sets the election timeout E.
         *
         * @param timeout E
         * @return these times with it
         */
        public Times withElectionTimeout(Duration timeout) {
            return new Times(heartbeat, OptionalLong.of(timeout.toNanos()), drift);
        }

        /**
         * Sets the heartbeat interval H.
         *
         * @param interval H
         * @return these times with it
         */
        public Times withHeartbeatInterval(Duration interval) {
            return new Times(OptionalLong.of(interval.toNanos()), election, drift);
        }

        /**
         * Sets the largest relative error of a clock's rate.
         *
         * @param fraction 0 to 0.2
         * @return these times with it
         */
        public Times withMaxClockDrift(double fraction) {
            return new Times(heartbeat, election, OptionalDouble.of(fraction));
        }
    }
}
