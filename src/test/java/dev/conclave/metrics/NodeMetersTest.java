package dev.conclave.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.actor.NodePlace;
import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of what a node tells its instruments, event by event. */
class NodeMetersTest {

    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final PeerId BERT = new PeerId("b", 1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final NodeMeters meters = new NodeMeters(registry, Tags.of("node", "a"), new NodePlace.Elections());

    private void decides(long atSeconds, Effect effect) {
        meters.decided(ORDERS, effect, atSeconds * SECOND);
    }

    private void sends(Message message) {
        decides(0, new Effect.Send(BERT, message));
    }

    private double countOfOrders(String name, String... tags) {
        return registry.get(name)
                .tags("election", "orders")
                .tags(tags)
                .counter()
                .count();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags("node", "a").tags(tags).counter().count();
    }

    @Test
    void eachTermThatWasOpenedIsEitherWonOrLost() {
        decides(1, new Effect.Standing(1));
        decides(2, new Effect.Standing(2));
        decides(3, new Effect.Following(BERT, 3));
        decides(4, new Effect.Leaderless(3));
        decides(5, new Effect.Standing(4));
        decides(6, new Effect.Elected(4, 9 * SECOND));
        decides(7, new Effect.Dismissed(4, Effect.Reason.HIGHER_TERM, 9 * SECOND));
        decides(8, new Effect.Ended(4, Effect.Reason.HIGHER_TERM, 8 * SECOND));
        assertThat(count("conclave.elections.started", "election", "orders")).isEqualTo(3);
        assertThat(count("conclave.elections.won", "election", "orders")).isEqualTo(1);
        assertThat(count("conclave.elections.lost", "election", "orders")).isEqualTo(2);
        assertThat(countOfOrders("conclave.leaderships.ended", "reason", "higher-term"))
                .isEqualTo(1);
        assertThat(countOfOrders("conclave.leaderships.ended", "reason", "lease-expired"))
                .isZero();
    }

    @Test
    void theTimeWithoutALeaderIsStillCountedAfterTheGarbageIsCollected() {
        decides(1, new Effect.Standing(1));
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        while (garbage.get() != null) {
            System.gc();
        }
        assertThat(registry.get("conclave.leaderless").functionCounter().count())
                .isPositive();
    }

    @Test
    void aFailOverLastsFromTheLossOfOneLeaderToTheNextAndTheFirstElectionIsNone() {
        decides(1, new Effect.Following(BERT, 1));
        assertThat(registry.get("conclave.failover").timer().count()).isZero();
        decides(5, new Effect.Leaderless(1));
        decides(7, new Effect.Standing(2));
        decides(8, new Effect.Elected(2, 9 * SECOND));
        assertThat(registry.get("conclave.failover").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
        decides(10, new Effect.Dismissed(2, Effect.Reason.HAND_OVER, 11 * SECOND));
        decides(11, new Effect.Leaderless(2));
        decides(12, new Effect.Following(BERT, 3));
        assertThat(registry.get("conclave.failover").timer().count()).isEqualTo(2);
        assertThat(registry.get("conclave.failover").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(5);
    }

    @Test
    void aRefusedVoteIsCountedByWhyItWasRefused() {
        sends(new Message.VoteGranted(3));
        sends(new Message.VoteRefused(3, 4));
        sends(new Message.VoteRefused(3, 3));
        sends(new Message.VoteRefused(5, 3));
        sends(new Message.PreVoteGranted(3));
        sends(new Message.PreVoteRefused(3, 4, 10));
        sends(new Message.Release(3, Optional.empty()));
        meters.heard(ORDERS, BERT, new Message.PreVoteRefused(4, 4, 0), 0);
        assertThat(countOfOrders("conclave.votes.cast", "kind", "vote", "answer", "granted"))
                .isEqualTo(1);
        assertThat(countOfOrders("conclave.votes.cast", "kind", "vote", "answer", "refused-loyal"))
                .isEqualTo(1);
        assertThat(countOfOrders("conclave.votes.cast", "kind", "vote", "answer", "refused-term"))
                .isEqualTo(2);
        assertThat(countOfOrders("conclave.votes.cast", "kind", "pre-vote", "answer", "granted"))
                .isEqualTo(1);
        assertThat(countOfOrders("conclave.votes.cast", "kind", "pre-vote", "answer", "refused-loyal"))
                .isEqualTo(1);
        assertThat(countOfOrders("conclave.votes.received", "kind", "pre-vote", "answer", "refused-term"))
                .isEqualTo(1);
    }

    @Test
    void aRoundTripLastsFromBeforeTheHeartbeatToItsAcknowledgement() {
        meters.heard(ORDERS, BERT, new Message.HeartbeatAck(1, 2 * SECOND, true), 5 * SECOND);
        meters.heard(ORDERS, BERT, new Message.HeartbeatAck(1, 9 * SECOND, true), 5 * SECOND);
        assertThat(registry.get("conclave.heartbeat.roundtrip")
                        .tag("peer", "b:1")
                        .timer()
                        .count())
                .as("the second claims to come before it was asked for")
                .isEqualTo(1);
        assertThat(registry.get("conclave.heartbeat.roundtrip").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
    }

    @Test
    void whatIsDroppedIsCountedByReason() {
        meters.dropped("OTHER_SETTINGS");
        meters.dropped("OTHER_SETTINGS");
        assertThat(count("conclave.dropped", "reason", "other-settings")).isEqualTo(2);
    }

    @Test
    void electionsBeyondTheMostShareOneName() {
        for (int i = 0; i < NodeMeters.MAX_ELECTIONS + 50; i++) {
            meters.decided(new ElectionName("lease-" + i), new Effect.Standing(1), 0);
        }
        assertThat(registry.get("conclave.elections.started").counters()).hasSize(NodeMeters.MAX_ELECTIONS + 1);
        assertThat(count("conclave.elections.started", "election", "(others)")).isEqualTo(50);
    }

    @Test
    void closedItLeavesNothingBehind() {
        decides(1, new Effect.Following(BERT, 1));
        meters.dropped("MALFORMED");
        meters.forced(5);
        meters.close();
        assertThat(registry.getMeters()).isEmpty();
    }
}
