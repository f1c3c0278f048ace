package dev.conclave.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static Plan plan(boolean twoGbForAll) {
        Duration none = Duration.ZERO;
        return new Plan(
                2,
                List.of(Block.Kind.values()),
                BenchedSystem.ALL,
                8,
                8,
                4,
                4,
                4,
                twoGbForAll,
                2,
                3,
                Duration.ofSeconds(1),
                none,
                1,
                none,
                none,
                true);
    }

    @Test
    void systemsTakeTurnsBeforeAnyoneIsMeasuredAgain() {
        List<Block> blows = plan(true).blocks().stream()
                .filter(block -> block.kind() == Block.Kind.BLOWS)
                .toList();
        int leading =
                (int) BenchedSystem.ALL.stream().filter(BenchedSystem::leads).count();
        assertThat(blows).hasSize(2 * leading);
        assertThat(new HashSet<>(
                        blows.subList(0, leading).stream().map(Block::system).toList()))
                .hasSize(leading);
        assertThat(blows.subList(0, leading)).allMatch(block -> block.lap() == 1);
    }

    @Test
    void whoHasNoLeaderOnlyIdles() {
        assertThat(plan(true).blocks())
                .filteredOn(block -> !block.system().leads())
                .isNotEmpty()
                .allMatch(block -> block.kind() == Block.Kind.IDLE && block.lap() == 1);
    }

    @Test
    void everyBlockHasANameOfItsOwn() {
        List<String> keys = plan(true).blocks().stream().map(Block::key).toList();
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void largeLeadersAreConclavesAloneUnlessAllAreWanted() {
        assertThat(plan(false).blocks())
                .filteredOn(block -> block.kind() == Block.Kind.TWO_GB)
                .extracting(block -> block.system().key())
                .containsOnly("conclave");
        assertThat(plan(true).blocks())
                .filteredOn(block -> block.kind() == Block.Kind.TWO_GB)
                .extracting(block -> block.system().key())
                .contains("conclave", "ratis", "jraft");
    }

    @Test
    void theSlowestGetOneRoundAndTheSwiftestMore() {
        for (BenchedSystem system : BenchedSystem.ALL) {
            assertThat(plan(true).rounds(8, system))
                    .isEqualTo(
                            switch (system.pace()) {
                                case SWIFT -> system.key().equals("conclave") ? 24 : 8;
                                case SLOW -> 2;
                                case SLOWEST -> 1;
                            });
        }
    }
}
