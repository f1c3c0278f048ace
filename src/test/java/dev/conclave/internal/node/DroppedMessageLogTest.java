package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.logging.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** R13: dropped messages are counted each time, and logged within bounds that never silence them for good. */
class DroppedMessageLogTest {

    private final ManualClock clock = new ManualClock();
    private final List<String> counted = new ArrayList<>();
    private final DroppedMessageLog drops = new DroppedMessageLog(
            new TelemetryListener() {
                @Override
                public void dropped(String reason) {
                    counted.add(reason);
                }
            },
            clock);

    private void drop(String sender) {
        drops.dropped(
                new NodeEffect.Dropped(PeerId.parse(sender + ":1"), NodeEffect.Drop.OTHER_GROUP, sender + " differs"));
    }

    @Test
    void beyondAThousandSendersOneLogLineStandsForAllOthers() {
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            for (int i = 0; i < DroppedMessageLog.MOST + 500; i++) {
                drop("p" + i);
            }
            assertThat(lines.soFar()).hasSize(DroppedMessageLog.MOST + 1);
            assertThat(lines.soFar().get(DroppedMessageLog.MOST))
                    .startsWith("Messages of more than 1000 senders were dropped");
            assertThat(counted).hasSize(DroppedMessageLog.MOST + 500);
        }
    }

    @Test
    void aSenderIsLoggedAgainWhenEarlierSendersHaveBeenSilentForAnHour() {
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            for (int i = 0; i < DroppedMessageLog.MOST; i++) {
                drop("p" + i);
            }
            clock.pause(Duration.ofMinutes(30));
            drop("p0");
            clock.pause(Duration.ofMinutes(30));
            drop("x");
            drop("p0");
            drop("p1");
            assertThat(lines.soFar()).hasSize(DroppedMessageLog.MOST + 2).endsWith("x differs", "p1 differs");
        }
    }

    @Test
    void aLastingFloodOfSendersIsLoggedOnceAnHour() {
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            for (int i = 0; i < DroppedMessageLog.MOST; i++) {
                drop("p" + i);
            }
            for (int minute = 0; minute < 120; minute++) {
                for (int i = 0; i < DroppedMessageLog.MOST; i++) {
                    drop("p" + i);
                }
                drop("x" + minute);
                clock.pause(Duration.ofMinutes(1));
            }
            assertThat(lines.soFar()).hasSize(DroppedMessageLog.MOST + 2);
            assertThat(lines.soFar().subList(DroppedMessageLog.MOST, DroppedMessageLog.MOST + 2))
                    .allMatch(line -> line.contains("further senders are counted"));
        }
    }

    @Test
    void aReachedBoundIsLoggedOnceForAllRejectedPeers() {
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            for (int i = 0; i < 3; i++) {
                PeerId peer = PeerId.parse("p" + i + ":1");
                drops.crowdedOut(new ElectionName("orders"), peer);
                drops.dropped(new NodeEffect.Dropped(peer, NodeEffect.Drop.TOO_MANY_PEERS, "full"));
            }
            assertThat(lines.soFar())
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line).startsWith("p0:1 is not notified who leads \"orders\""));
            assertThat(counted).hasSize(6).contains("TOO_MANY_OBSERVERS", "TOO_MANY_PEERS");
        }
    }
}
