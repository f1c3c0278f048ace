package dev.conclave.internal.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerRehearsalTest {

    @Test
    void theRehearsalPlaysFailOversAndHandOversThroughTheRealCoreAndSerializers() {
        ActorTestKit kit = ActorTestKit.create();
        try {
            Settings settings = new Settings(List.of(new PeerId("a", 1)), 100_000_000, 1_000_000_000, 0.01);
            PeerRehearsal rehearsal = new PeerRehearsal(kit.system(), settings);
            for (int round = 0; round < 100; round++) {
                assertThat(rehearsal.failOver().host()).startsWith("rehearsal-");
                assertThat(rehearsal.handOver().host()).startsWith("rehearsal-");
            }
        } finally {
            kit.shutdownTestKit();
        }
    }
}
