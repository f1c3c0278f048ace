package dev.conclave.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.telemetry.AkkaLeaseCounts;
import dev.conclave.internal.telemetry.DropReasons;
import dev.conclave.internal.telemetry.NodeProbe;
import dev.conclave.internal.telemetry.SingletonCounts;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The meters that follow from a node's events, event by event. */
class NodeMetersTest {

    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final PeerId ANNA = new PeerId("a", 1);
    private static final PeerId BERT = new PeerId("b", 1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Settings SETTINGS =
            new Settings(List.of(ANNA, BERT, new PeerId("c", 1)), SECOND / 10, SECOND, 0.01);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AkkaLeaseCounts leases = new AkkaLeaseCounts();
    private final NodeMeters meters =
            new NodeMeters(new RemovableMeters(registry, Tags.of("node", "a")), election -> KnownLeader.NOBODY, leases);

    private static final NodeProbe.Registers REGISTERS = new NodeProbe.Registers(() -> 3, () -> 4_096, () -> 1.5);

    private static NodeProbe.Electorate electorate(int configuration) {
        return new NodeProbe.Electorate(() -> configuration, () -> 2, () -> 5);
    }

    @Test
    void theGaugesOfTheElectorateFollowTheNode() {
        assertThat(registry.get("conclave.configuration").gauge().value()).isEqualTo(-1);
        meters.begun(new NodeProbe(ANNA, () -> SETTINGS, () -> true, () -> false, Set::of, electorate(7), REGISTERS));
        assertThat(registry.get("conclave.configuration").gauge().value()).isEqualTo(7);
        assertThat(registry.get("conclave.voters").gauge().value()).isEqualTo(3);
        assertThat(registry.get("conclave.voters.heard").gauge().value()).isEqualTo(2);
        assertThat(registry.get("conclave.electorate.change").gauge().value()).isEqualTo(5);
    }

    @Test
    void theGaugesOfRegistersFollowTheNode() {
        assertThat(registry.get("conclave.registers").gauge().value()).isZero();
        meters.begun(new NodeProbe(ANNA, () -> SETTINGS, () -> true, () -> false, Set::of, electorate(7), REGISTERS));
        assertThat(registry.get("conclave.registers").gauge().value()).isEqualTo(3);
        assertThat(registry.get("conclave.register.bytes").gauge().value()).isEqualTo(4_096);
        assertThat(registry.get("conclave.register.copy.age").gauge().value()).isEqualTo(1.5);
    }

    @Test
    void aVoterThatIsAddedGetsAGaugeOfItsLifelineAndOneThatIsRemovedLosesIt() {
        PeerId dora = new PeerId("d", 1);
        meters.votersAre(List.of(ANNA, BERT));
        meters.begun(new NodeProbe(
                ANNA, () -> SETTINGS, () -> true, () -> false, () -> Set.of(dora), electorate(7), REGISTERS));
        meters.votersAre(List.of(ANNA, BERT, dora));
        assertThat(registry.get("conclave.lifeline.up").gauges())
                .extracting(gauge -> gauge.getId().getTag("peer"))
                .containsExactlyInAnyOrder(BERT.toString(), dora.toString());
        assertThat(lifelineUp(dora)).isEqualTo(1);
        assertThat(lifelineUp(BERT)).isZero();
        meters.close();
        meters.votersAre(List.of(ANNA, BERT));
        assertThat(registry.getMeters()).isEmpty();
    }

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
    void eachElectionThatWasStartedIsCountedAsWonOrLost() {
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
    void aFailOverLastsFromTheLossOfALeaderToTheNextAndExcludesTheFirstElection() {
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
    void aRefusedVoteIsCountedByTheReasonOfTheRefusal() {
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
    void aDroppedMessageIsCountedByReason() {
        meters.dropped("OTHER_SETTINGS");
        meters.dropped("OTHER_SETTINGS");
        assertThat(count("conclave.dropped", "reason", "other-settings")).isEqualTo(2);
    }

    @Test
    void everyReasonForDroppingHasACounterFromTheStart() {
        for (String reason : DropReasons.all()) {
            assertThat(count(
                            "conclave.dropped",
                            "reason",
                            reason.toLowerCase(Locale.ROOT).replace('_', '-')))
                    .isZero();
        }
        assertThat(count("conclave.metrics.missed")).isZero();
    }

    @Test
    void forcesOfTheJournalAndMissedEventsAreMeasured() {
        meters.forced(2 * SECOND);
        meters.missed(7);
        assertThat(registry.get("conclave.journal.force").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
        assertThat(count("conclave.metrics.missed")).isEqualTo(7);
    }

    @Test
    void theLowestLeaseOfAnElectionHasAGauge() {
        decides(1, new Effect.Elected(1, 9 * SECOND));
        decides(4, new Effect.Renewed(1, 12 * SECOND));
        assertThat(registry.get("conclave.lease.remaining.lowest").gauge().value())
                .isEqualTo(5);
    }

    private static ElectionName numbered(int i) {
        return new ElectionName("election-" + i);
    }

    private void standIn(ElectionName election) {
        meters.begun(election, 0);
        meters.decided(election, new Effect.Standing(1), 0);
    }

    @Test
    void electionsBeyondTheMaximumShareOneName() {
        for (int i = 0; i < MetersByElection.MOST + 50; i++) {
            standIn(numbered(i));
        }
        assertThat(registry.get("conclave.elections.started").counters()).hasSize(MetersByElection.MOST + 2);
        assertThat(count("conclave.elections.started", "election", "(others)")).isEqualTo(50);
    }

    @Test
    void aForgottenElectionMakesRoomForTheMetersOfAnother() {
        for (int i = 0; i < 10 * MetersByElection.MOST; i++) {
            standIn(numbered(i));
            meters.forgotten(numbered(i), 1);
        }
        ElectionName last = numbered(10 * MetersByElection.MOST - 1);
        assertThat(count("conclave.elections.started", "election", last.value()))
                .isEqualTo(1);
        assertThat(count("conclave.elections.started", "election", "(others)")).isZero();
        assertThat(registry.get("conclave.elections.started").counters()).hasSize(MetersByElection.MOST + 2);
        assertThat(registry.get("conclave.term").gauges()).hasSize(MetersByElection.MOST);
    }

    @Test
    void anElectionThatBeginsAgainKeepsItsMetersAndItsCounts() {
        standIn(numbered(0));
        meters.forgotten(numbered(0), 1);
        standIn(numbered(0));
        for (int i = 1; i < 2 * MetersByElection.MOST; i++) {
            standIn(numbered(i));
        }
        assertThat(count("conclave.elections.started", "election", numbered(0).value()))
                .isEqualTo(2);
    }

    @Test
    void electionsBehindLeasesAreCountedTogetherAndTakeNoRoom() {
        for (int i = 0; i < 2 * MetersByElection.MOST; i++) {
            standIn(ElectionName.ofLease("shard-" + i));
        }
        standIn(ORDERS);
        assertThat(count("conclave.elections.started", "election", "(leases)")).isEqualTo(2 * MetersByElection.MOST);
        assertThat(count("conclave.elections.started", "election", "orders")).isEqualTo(1);
    }

    @Test
    void timeInWhichTheElectionIsUnusedIsNotTimeWithoutALeader() {
        meters.begun(ORDERS, SECOND);
        decides(2, new Effect.Following(BERT, 1));
        decides(5, new Effect.Leaderless(1));
        meters.forgotten(ORDERS, 6 * SECOND);
        double before = leaderless();
        meters.begun(ORDERS, 100 * SECOND);
        decides(101, new Effect.Following(BERT, 2));
        assertThat(leaderless() - before).isEqualTo(1);
        assertThat(registry.get("conclave.failover").timer().count())
                .as("fail-overs of unknown length")
                .isZero();
    }

    private double leaderless() {
        return registry.get("conclave.leaderless").functionCounter().count();
    }

    private void acknowledges(PeerId peer, long atNanos) {
        meters.heard(ORDERS, peer, new Message.HeartbeatAck(1, atNanos, true), atNanos);
    }

    @Test
    void aPeerThatIsSilentForAMinuteMakesRoomForTheRoundTripsOfAnother() {
        for (int i = 0; i < RoundTrips.MOST; i++) {
            acknowledges(new PeerId("gone", i + 1), SECOND);
        }
        acknowledges(BERT, SECOND + RoundTrips.GONE_NANOS - 1);
        assertThat(registry.find("conclave.heartbeat.roundtrip")
                        .tag("peer", "b:1")
                        .timer())
                .as("all others are there still")
                .isNull();
        acknowledges(BERT, SECOND + RoundTrips.GONE_NANOS);
        acknowledges(BERT, SECOND + RoundTrips.GONE_NANOS);
        assertThat(registry.get("conclave.heartbeat.roundtrip")
                        .tag("peer", "b:1")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("conclave.heartbeat.roundtrip").timers()).hasSize(RoundTrips.MOST);
    }

    @Test
    void theGaugeOfTakingPartFollowsTheNode() {
        assertThat(registry.get("conclave.takes.part").gauge().value()).isZero();
        AtomicBoolean takesPart = new AtomicBoolean();
        meters.begun(
                new NodeProbe(ANNA, () -> SETTINGS, takesPart::get, () -> false, Set::of, electorate(0), REGISTERS));
        assertThat(registry.get("conclave.voters").gauge().value()).isEqualTo(3);
        assertThat(registry.get("conclave.election.timeout").gauge().value()).isEqualTo(1);
        assertThat(registry.get("conclave.heartbeat.interval").gauge().value()).isEqualTo(0.1);
        assertThat(registry.get("conclave.takes.part").gauge().value()).isZero();
        takesPart.set(true);
        assertThat(registry.get("conclave.takes.part").gauge().value()).isEqualTo(1);
    }

    @Test
    void theGaugeOfADrainedNodeFollowsTheNode() {
        assertThat(registry.get("conclave.drained").gauge().value()).isZero();
        AtomicBoolean drained = new AtomicBoolean(true);
        meters.begun(new NodeProbe(ANNA, () -> SETTINGS, () -> true, drained::get, Set::of, electorate(0), REGISTERS));
        assertThat(registry.get("conclave.drained").gauge().value()).isEqualTo(1);
        drained.set(false);
        assertThat(registry.get("conclave.drained").gauge().value()).isZero();
    }

    @Test
    void r10_eachOtherVoterHasAGaugeOfItsLifeline() {
        Set<PeerId> up = new HashSet<>();
        meters.begun(new NodeProbe(ANNA, () -> SETTINGS, () -> true, () -> false, () -> up, electorate(0), REGISTERS));
        assertThat(registry.get("conclave.lifeline.up").gauges()).hasSize(2);
        assertThat(lifelineUp(BERT)).isZero();
        up.add(BERT);
        assertThat(lifelineUp(BERT)).isEqualTo(1);
    }

    private double lifelineUp(PeerId voter) {
        return registry.get("conclave.lifeline.up")
                .tag("peer", voter.toString())
                .gauge()
                .value();
    }

    @Test
    void singletonsAndLeasesAreCountedFromTheStart() {
        SingletonCounts counts = new SingletonCounts();
        meters.singletonBegun("jobs", counts);
        meters.singletonBegun("jobs", counts);
        for (String name : List.of("dropped", "starts", "restarts", "stuck")) {
            assertThat(countedElsewhere("conclave.singleton." + name)).isZero();
        }
        counts.keeps(7);
        counts.dropped();
        counts.started();
        counts.started();
        counts.restarted();
        counts.stuck();
        meters.singletonStopped("jobs", 3 * SECOND);
        meters.singletonStopped("unknown", 3 * SECOND);
        assertThat(registry.get("conclave.singleton.kept")
                        .tag("singleton", "jobs")
                        .gauge()
                        .value())
                .isEqualTo(7);
        assertThat(countedElsewhere("conclave.singleton.dropped")).isEqualTo(1);
        assertThat(countedElsewhere("conclave.singleton.starts")).isEqualTo(2);
        assertThat(countedElsewhere("conclave.singleton.restarts")).isEqualTo(1);
        assertThat(countedElsewhere("conclave.singleton.stuck")).isEqualTo(1);
        assertThat(registry.get("conclave.singleton.stop").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
        leases.refused();
        leases.unanswered();
        leases.unanswered();
        leases.lost();
        leases.held(2);
        leases.waiting(3);
        meters.leaseAcquired(SECOND);
        assertThat(countedElsewhere("conclave.leases.refused", "reason", "held"))
                .isEqualTo(1);
        assertThat(countedElsewhere("conclave.leases.refused", "reason", "unanswered"))
                .isEqualTo(2);
        assertThat(countedElsewhere("conclave.leases.lost")).isEqualTo(1);
        assertThat(registry.get("conclave.leases.held").gauge().value()).isEqualTo(2);
        assertThat(registry.get("conclave.leases.waiting").gauge().value()).isEqualTo(3);
        assertThat(registry.get("conclave.leases.acquire").timer().count()).isEqualTo(1);
    }

    private double countedElsewhere(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    @Test
    void closedMetersLeaveNothingInTheRegistry() {
        decides(1, new Effect.Following(BERT, 1));
        meters.dropped("MALFORMED");
        meters.forced(5);
        meters.singletonBegun("jobs", new SingletonCounts());
        meters.close();
        decides(2, new Effect.Following(BERT, 2));
        meters.begun(numbered(1), 0);
        meters.dropped("NEW");
        meters.singletonBegun("more", new SingletonCounts());
        acknowledges(BERT, SECOND);
        meters.begun(new NodeProbe(ANNA, () -> SETTINGS, () -> true, () -> false, Set::of, electorate(0), REGISTERS));
        assertThat(registry.getMeters()).isEmpty();
    }
}
