package dev.conclave.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Quorum.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arithmetic of majorities against a count of voter by voter, for every group of 1 to 7 voters. */
public class QuorumTest {

    /** The answer of a voter. */
    private enum Said {
        NOTHING,
        YES,
        NO
    }

    static IntStream voters() {
        return IntStream.rangeClosed(1, 7);
    }

    @ParameterizedTest
    @MethodSource("voters")
    void theOutcomeOfARoundIsTheOneThatCountingVoterByVoterGives(int voters) {
        everyThing(voters)
                .forEach(said -> assertThat(Quorum.outcome(voters, those(said, Said.YES), those(said, Said.NO)))
                        .as("%s", said)
                        .isEqualTo(asked(said)));
    }

    /** Won if more voters said yes than did not; lost if the silent voters could not change that any more. */
    private static Outcome asked(List<Said> said) {
        if (isMoreThanTheRest(said, Said.YES)) {
            return Outcome.WON;
        }
        List<Said> atBest =
                said.stream().map(one -> one == Said.NOTHING ? Said.YES : one).toList();
        return isMoreThanTheRest(atBest, Said.YES) ? Outcome.PENDING : Outcome.LOST;
    }

    private static boolean isMoreThanTheRest(List<Said> said, Said what) {
        int balance = 0;
        for (Said one : said) {
            balance += one == what ? 1 : -1;
        }
        return balance > 0;
    }

    @ParameterizedTest
    @MethodSource("voters")
    void aVoterThatBothGrantedAndRefusedHasGranted(int voters) {
        long all = (1L << voters) - 1;
        for (long yes = 0; yes <= all; yes++) {
            assertThat(Quorum.outcome(voters, yes, all)).isEqualTo(Quorum.outcome(voters, yes, all & ~yes));
        }
    }

    @ParameterizedTest
    @MethodSource("voters")
    void anyTwoMajoritiesShareAVoter(int voters) {
        List<Long> majorities = LongStream.range(0, 1L << voters)
                .filter(some -> Quorum.outcome(voters, some, 0) == Outcome.WON)
                .boxed()
                .toList();
        assertThat(majorities).isNotEmpty();
        for (long one : majorities) {
            assertThat(majorities).allMatch(other -> (one & other) != 0);
        }
    }

    @ParameterizedTest
    @MethodSource("voters")
    void noMajorityIsLargerThanNecessary(int voters) {
        for (long some = 0; some < 1L << voters; some++) {
            long others = ~some & ((1L << voters) - 1);
            if (Quorum.outcome(voters, some, 0) != Outcome.WON) {
                // A smaller majority would let two disjoint groups win.
                assertThat(Long.bitCount(others)).isGreaterThanOrEqualTo(Long.bitCount(some));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("voters")
    void theInstantIsTheNewestThatAMajorityHasAcknowledged(int voters) {
        everyThing(voters).forEach(said -> {
            long[] instants = said.stream()
                    .mapToLong(one -> switch (one) {
                        case NOTHING -> Long.MIN_VALUE;
                        case NO -> 10;
                        case YES -> 20;
                    })
                    .toArray();
            assertThat(Quorum.acknowledgedByMajority(instants))
                    .as("%s", Arrays.toString(instants))
                    .isEqualTo(newestThatMoreThanTheRestHaveReached(instants));
        });
    }

    private static long newestThatMoreThanTheRestHaveReached(long[] instants) {
        long newest = Long.MIN_VALUE;
        for (long candidate : instants) {
            int balance = 0;
            for (long instant : instants) {
                balance += instant >= candidate ? 1 : -1;
            }
            if (balance > 0 && candidate > newest) {
                newest = candidate;
            }
        }
        return newest;
    }

    @Test
    void theInstantsOfTheCallerAreNotReordered() {
        long[] instants = {3, 1, 2};
        assertThat(Quorum.acknowledgedByMajority(instants)).isEqualTo(2);
        assertThat(instants).containsExactly(3, 1, 2);
    }

    @ParameterizedTest
    @MethodSource("voters")
    void theSizeOfAMajorityIsTheSameEverywhere(int voters) {
        Settings settings = TestValues.settings(
                IntStream.range(0, voters).mapToObj(i -> "v" + i).toArray(String[]::new));
        long enough = (1L << settings.quorum()) - 1;
        assertThat(Quorum.outcome(voters, enough, 0)).isEqualTo(Outcome.WON);
        assertThat(Quorum.outcome(voters, enough >> 1, 0)).isNotEqualTo(Outcome.WON);
    }

    @Test
    void sixtyThreeVotersFitIntoTheBitsOfALong() {
        long all = -1L >>> (Long.SIZE - Quorum.MAX_VOTERS);
        assertThat(Quorum.outcome(Quorum.MAX_VOTERS, all, 0)).isEqualTo(Outcome.WON);
        assertThat(Quorum.outcome(Quorum.MAX_VOTERS, 0, all)).isEqualTo(Outcome.LOST);
        Set<Long> bits = new HashSet<>();
        for (int i = 0; i < Quorum.MAX_VOTERS; i++) {
            bits.add(1L << i);
        }
        assertThat(bits).hasSize(Quorum.MAX_VOTERS).doesNotContain(0L);
    }

    private static long those(List<Said> said, Said what) {
        long bits = 0;
        for (int i = 0; i < said.size(); i++) {
            if (said.get(i) == what) {
                bits |= 1L << i;
            }
        }
        return bits;
    }

    /** All 3^n combinations of answers of n voters. */
    private static Stream<List<Said>> everyThing(int voters) {
        if (voters == 0) {
            return Stream.of(List.of());
        }
        return everyThing(voters - 1)
                .flatMap(rest -> Arrays.stream(Said.values()).map(said -> {
                    List<Said> longer = new ArrayList<>(rest);
                    longer.add(said);
                    return longer;
                }));
    }
}
