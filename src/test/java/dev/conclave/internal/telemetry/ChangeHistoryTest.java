package dev.conclave.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.status.Change;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangeHistoryTest {

    private final ChangeHistory history = new ChangeHistory();

    private void add(long wallMillis, String election) {
        history.add(
                wallMillis, new ElectionName(election), "leaderless", 1, Optional.empty(), "a test", Optional.empty());
    }

    @Test
    void idsGrowWithinAMillisecondAndWhenTheWallClockGoesBack() {
        add(5, "a");
        add(5, "b");
        add(3, "c");
        assertThat(history.after(0)).extracting(Change::id).containsExactly(5000L, 5001L, 5002L);
        assertThat(history.after(5000)).extracting(Change::election).containsExactly("b", "c");
        assertThat(history.newest()).isEqualTo(5002);
    }

    @Test
    void theIdsOfALaterLifeAreHigherThanThoseOfAnEarlierOne() {
        add(5, "a");
        long before = history.newest();
        ChangeHistory next = new ChangeHistory();
        next.add(6, new ElectionName("a"), "leaderless", 1, Optional.empty(), "a test", Optional.empty());
        assertThat(next.newest()).isGreaterThan(before);
    }

    @Test
    void onlyTheLastThousandChangesAreKeptAndAGapIsKnown() {
        for (int i = 0; i < ChangeHistory.MOST + 10; i++) {
            add(1 + i, "a");
        }
        assertThat(history.after(0)).hasSize(ChangeHistory.MOST);
        assertThat(history.hasForgotten(9_000)).isTrue();
        assertThat(history.hasForgotten(10_000)).isFalse();
        assertThat(history.matching(change -> change.election().equals("b"))).isEmpty();
    }
}
