package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.peer.PeerFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node warns once when its disk is too slow for E, and once when its paths are too long. */
class SlownessWarningsTest {

    private final List<String> lines = new ArrayList<>();
    private final SlownessWarnings slownessWarnings =
            new SlownessWarnings(() -> PeerFixture.SETTINGS, (what, line) -> lines.add(line));

    private void noted(Effect.Slow.What what, Duration took, Duration at) {
        slownessWarnings.noted(new Effect.Slow(what, took.toNanos()), at.toNanos());
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
            noted(Effect.Slow.What.PATH, Duration.ofMillis(400), PeerFixture.E.multipliedBy(period));
        }
        assertThat(lines).singleElement().asString().contains("400 ms", "conclave.election-timeout (1000 ms)");
    }

    @Test
    void aPeerReportsASlowForceAndASlowRoundAndNoFastOnes() {
        try (PeerFixture peer = new PeerFixture()) {
            peer.lead();
            peer.pass(PeerFixture.H);
            peer.acknowledge();
            assertThat(peer.seenOf("slow")).isEmpty();
        }
        try (PeerFixture peer = new PeerFixture()) {
            peer.lead();
            peer.pass(PeerFixture.H);
            Message.Heartbeat beat = peer.last(Message.Heartbeat.class);
            peer.pass(Duration.ofMillis(350));
            peer.hear(PeerFixture.BERT, new Message.HeartbeatAck(beat.term(), beat.sentAt(), true));
            assertThat(peer.seenOf("slow")).containsExactly("slow PATH");
        }
        try (PeerFixture peer = new PeerFixture()) {
            peer.store.hold();
            peer.hear(PeerFixture.BERT, new Message.RequestVote(5, 0));
            peer.pass(Duration.ofMillis(500));
            peer.store.release();
            peer.settle();
            assertThat(peer.seenOf("slow")).containsExactly("slow DISK");
        }
    }
}
