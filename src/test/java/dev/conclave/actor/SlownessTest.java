package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Effect;
import dev.conclave.core.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node warns once when its disk is too slow for E, and once when its paths are too long. */
class SlownessTest {

    private final List<String> lines = new ArrayList<>();
    private final Slowness slowness = new Slowness(Scene.SETTINGS, lines::add);

    private void noted(Effect.Slow.What what, Duration took, Duration at) {
        slowness.noted(new Effect.Slow(what, took.toNanos()), at.toNanos());
    }

    @Test
    void aSlowDiskIsReportedOnceWithTheRemedy() {
        noted(Effect.Slow.What.DISK, Duration.ofMillis(800), Duration.ZERO);
        noted(Effect.Slow.What.DISK, Duration.ofMillis(900), Duration.ofHours(1));
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("800 ms", "conclave.election-timeout (1000 ms)", "conclave.data-dir");
    }

    @Test
    void aLongPathIsReportedOnceItLastsLongerThanAPause() {
        for (int round = 0; round < 1000; round++) {
            noted(Effect.Slow.What.PATH, Duration.ofMillis(400), Duration.ofMillis(round));
        }
        assertThat(lines).isEmpty();
        for (int period = 1; period < 20; period++) {
            noted(Effect.Slow.What.PATH, Duration.ofMillis(400), Scene.E.multipliedBy(period));
        }
        assertThat(lines).singleElement().asString().contains("400 ms", "conclave.election-timeout (1000 ms)");
    }

    @Test
    void aPeerReportsASlowForceAndASlowRoundAndNoFastOnes() {
        try (Scene scene = new Scene()) {
            scene.lead();
            scene.pass(Scene.H);
            scene.acknowledge();
            assertThat(scene.seenOf("slow")).isEmpty();
        }
        try (Scene scene = new Scene()) {
            scene.lead();
            scene.pass(Scene.H);
            Message.Heartbeat beat = scene.last(Message.Heartbeat.class);
            scene.pass(Duration.ofMillis(350));
            scene.hear(Scene.BERT, new Message.HeartbeatAck(beat.term(), beat.sentAt(), true));
            assertThat(scene.seenOf("slow")).containsExactly("slow PATH");
        }
        try (Scene scene = new Scene()) {
            scene.store.hold();
            scene.hear(Scene.BERT, new Message.RequestVote(5, 0));
            scene.pass(Duration.ofMillis(500));
            scene.store.release();
            scene.settle();
            assertThat(scene.seenOf("slow")).containsExactly("slow DISK");
        }
    }
}
