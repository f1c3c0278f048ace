package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class RemoteEndpointsTest {

    private static int maxFrameBytes(String settings) {
        ActorTestKit kit = ActorTestKit.create(
                "endpoints", ConfigFactory.parseString(settings).withFallback(ConfigFactory.load()));
        try {
            return new RemoteEndpoints(kit.system()).maxFrameBytes();
        } finally {
            kit.shutdownTestKit();
        }
    }

    /** The other half is for Artery's envelope, and for a header that is longer than usual. */
    @Test
    void aFrameTakesAtMostHalfOfTheFrameSizeOfTheApplication() {
        assertThat(maxFrameBytes("akka.remote.artery.advanced.maximum-frame-size = 32KiB"))
                .isEqualTo(16 * 1024);
    }

    @Test
    void aFrameIsNotLargerThanOneOfConclaveWhereTheApplicationAllowsMore() {
        assertThat(maxFrameBytes("akka.remote.artery.advanced.maximum-frame-size = 2MiB"))
                .isEqualTo(Frame.MAX_BYTES);
    }
}
