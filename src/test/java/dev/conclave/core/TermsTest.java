package dev.conclave.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** E2: a term belongs to the configuration under which it was opened. */
class TermsTest {

    private static final long PER_CONFIGURATION = 1L << 32;

    @Test
    void aTermBelongsToOneConfigurationOnly() {
        long first = 3 * PER_CONFIGURATION + 1;
        long last = 4 * PER_CONFIGURATION - 1;
        for (long term : new long[] {first, last}) {
            assertThat(Terms.configurationOf(term)).isEqualTo(3);
            assertThat(Terms.belongs(term, 3)).isTrue();
            assertThat(Terms.belongs(term, 2)).isFalse();
            assertThat(Terms.belongs(term, 4)).isFalse();
        }
    }

    @Test
    void noVoteIsCastInTheTermBeforeTheFirstOfAConfiguration() {
        assertThat(Terms.before(3)).isEqualTo(3 * PER_CONFIGURATION);
        assertThat(Terms.belongs(Terms.before(3), 3)).isFalse();
        assertThat(Terms.belongs(0, 0)).isFalse();
    }

    @Test
    void theNextTermIsAboveTheKnownOneAndNotBelowTheConfiguration() {
        assertThat(Terms.next(0, 0)).isEqualTo(1);
        assertThat(Terms.next(7, 0)).isEqualTo(8);
        assertThat(Terms.next(7, 2)).isEqualTo(2 * PER_CONFIGURATION + 1);
        assertThat(Terms.next(2 * PER_CONFIGURATION + 5, 2)).isEqualTo(2 * PER_CONFIGURATION + 6);
        assertThat(Terms.next(3 * PER_CONFIGURATION + 5, 2)).isEqualTo(3 * PER_CONFIGURATION + 6);
    }

    @Test
    void theTermsOfALaterConfigurationLieAboveAllOfAnEarlierOne() {
        assertThat(Terms.next(0, 4)).isGreaterThan(4 * PER_CONFIGURATION - 1);
    }

    @Test
    void theLastTermOfTheLastConfigurationIsATermThatABallotCanHave() {
        long last = Terms.before(Terms.MAX_CONFIGURATION) + PER_CONFIGURATION - 1;
        assertThat(Terms.belongs(last, Terms.MAX_CONFIGURATION)).isTrue();
        assertThat(Ballot.learned(last).term()).isLessThan(Ballot.MAX_TERM);
    }

    @Test
    void aTermIsShownAsItsConfigurationAndItsPlaceTherein() {
        assertThat(Terms.show(0)).isEqualTo("0.0");
        assertThat(Terms.show(17)).isEqualTo("0.17");
        assertThat(Terms.show(5 * PER_CONFIGURATION + 2)).isEqualTo("5.2");
    }
}
