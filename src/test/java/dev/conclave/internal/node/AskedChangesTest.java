package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.status.ElectorateStatus.Asked;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The changes of the electorate that a node was asked for. */
class AskedChangesTest {

    private final AskedChanges changes = new AskedChanges();

    @Test
    void aChangeIsUnderWayUntilItIsDoneOrFails() {
        long first = changes.begin("add a:1", "JMX", 5_000);
        long second = changes.begin("remove a:1", "application", 5_000);
        assertThat(second).isGreaterThan(first);
        assertThat(changes.list()).extracting(Asked::state).containsExactly("under-way", "under-way");
        changes.end(first, Optional.empty());
        changes.end(second, Optional.of("it is the last voter"));
        assertThat(changes.list())
                .satisfiesExactly(
                        done -> {
                            assertThat(done.state()).isEqualTo("done");
                            assertThat(done.what()).isEqualTo("add a:1");
                            assertThat(done.by()).isEqualTo("JMX");
                            assertThat(done.at().toEpochMilli()).isEqualTo(5_000);
                        },
                        failed -> {
                            assertThat(failed.state()).isEqualTo("failed");
                            assertThat(failed.why()).contains("it is the last voter");
                        });
    }

    @Test
    void manyRefusalsDoNotDisplaceTheChangeThatIsUnderWay() {
        long working = changes.begin("add a:1", "JMX", 1);
        for (int i = 0; i < 3 * AskedChanges.MOST; i++) {
            changes.end(changes.begin("add b:1", "JMX", 2), Optional.of("wait for the other one"));
        }
        assertThat(changes.list()).hasSize(AskedChanges.MOST).first().satisfies(kept -> {
            assertThat(kept.id()).isEqualTo(working);
            assertThat(kept.state()).isEqualTo("under-way");
        });
    }

    @Test
    void theNumbersOfALaterLifeAreAboveThoseOfAFormerOne() {
        changes.begin("add a:1", "JMX", 1_000);
        long last = changes.begin("add b:1", "JMX", 1_000);
        assertThat(new AskedChanges().begin("add c:1", "JMX", 2_000)).isGreaterThan(last);
    }
}
