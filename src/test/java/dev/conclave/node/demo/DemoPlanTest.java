package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DemoPlanTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void anInvalidPlanIsRefusedWithTheNameOfTheOption() {
        assertThatThrownBy(() -> plan(2, 1, 100, 1000)).hasMessageContaining("--peers");
        assertThatThrownBy(() -> plan(10, 1, 100, 1000)).hasMessageContaining("--peers");
        assertThatThrownBy(() -> plan(3, 0, 100, 1000)).hasMessageContaining("--rounds");
        assertThatThrownBy(() -> plan(3, 1, 500, 1000)).hasMessageContaining("--heartbeat");
    }

    @Test
    void theStopMarginFitsIntoAShortLease() {
        assertThat(plan(3, 1, 100, 1000).stopMargin()).isEqualTo(Duration.ofMillis(200));
        assertThat(plan(3, 1, 50, 300).stopMargin()).isEqualTo(Duration.ofMillis(60));
    }

    @Test
    void portsAreDistinctAndNotThoseThatTheSystemHandsOut() throws CliException {
        List<Integer> ports = FreePorts.find(9, new Random(1));
        assertThat(ports).doesNotHaveDuplicates().hasSize(9).allMatch(port -> port < 32768);
    }

    @Test
    void aPortIsGivenOutOnce() throws CliException {
        List<Integer> ports = FreePorts.find(9, new Random(2));
        assertThat(FreePorts.find(9, new Random(2))).doesNotContainAnyElementsOf(ports);
    }

    private static DemoPlan plan(int peers, int rounds, long heartbeatMillis, long electionMillis) {
        return new DemoPlan(
                peers,
                rounds,
                LeaderFault.KILL,
                Duration.ofMillis(heartbeatMillis),
                Duration.ofMillis(electionMillis),
                Duration.ZERO,
                0,
                MINUTE);
    }
}
