package dev.conclave.internal.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerWarmUpTest {

    @Test
    void theWarmUpPlaysFailOversAndHandOversThroughTheRealCoreAndSerializers() {
        ActorTestKit kit = ActorTestKit.create();
        try {
            Settings settings = new Settings(List.of(new PeerId("a", 1)), 100_000_000, 1_000_000_000, 0.01);
            PeerWarmUp warmUp = new PeerWarmUp(kit.system(), settings);
            for (int round = 0; round < 100; round++) {
                assertThat(warmUp.failOver().host()).startsWith("warm-up-");
                assertThat(warmUp.handOver().host()).startsWith("warm-up-");
            }
        } finally {
            kit.shutdownTestKit();
        }
    }
}
