package dev.conclave.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(new Statistics(4, 1, 3, 2).median()).isEqualTo(2.5);
        assertThat(new Statistics(9, 1, 3).median()).isEqualTo(3);
    }

    @Test
    void p95LeavesOneOfTwentyAbove() {
        Statistics twenty = new Statistics(
                DoubleStream.iterate(1, value -> value + 1).limit(20).toArray());
        assertThat(twenty.p95()).isEqualTo(19);
        assertThat(new Statistics(5, 1).p95()).as("of few, the largest").isEqualTo(5);
    }

    @Test
    void aRatioIsThatOfTheMediansWithinItsRange() {
        Statistics.Ratio ratio = new Statistics(100, 110, 120, 130).over(new Statistics(10, 11, 12, 13));
        assertThat(ratio.ratio()).isEqualTo(10);
        assertThat(ratio.low()).isBetween(7.0, 10.0);
        assertThat(ratio.high()).isBetween(10.0, 13.0);
    }

    @Test
    void theRangeOfAMedianLiesWithinTheValuesAndHoldsTheMedian() {
        Statistics values = new Statistics(10, 11, 12, 13, 14, 40);
        Statistics.Range range = values.medianRange();
        assertThat(range.low()).isBetween(10.0, values.median());
        assertThat(range.high()).isBetween(values.median(), 40.0);
    }
}
