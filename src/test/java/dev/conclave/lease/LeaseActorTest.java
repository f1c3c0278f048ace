package dev.conclave.lease;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.coordination.lease.LeaseException;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.ElectorateChange;
import dev.conclave.core.PeerId;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.telemetry.AkkaLeaseCounts;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.testkit.ConclaveTestKit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The owners of one lease on one node; the test controls the election behind the lease. */
class LeaseActorTest {

    private static final PeerId OTHER = PeerId.parse("10.0.0.2:2551");
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    private final ConclaveTestKit conclave = ConclaveTestKit.create();
    private final ActorTestKit actors = ActorTestKit.create(ActorSystem.create(
            Behaviors.empty(),
            "test",
            ActorSystemSetup.create(
                    BootstrapSetup.create(ConfigFactory.parseString("conclave.lease.lease-operation-timeout = 1h\n"
                                    + "short-lease { lease-class = \"" + ConclaveLease.class.getName()
                                    + "\", lease-operation-timeout = 2s }")
                            .withFallback(ManualTime.config())
                            .withFallback(ConfigFactory.load())),
                    conclave.setup())));
    private final ManualTime time = ManualTime.get(actors.system());
    private final String election = conclave.leaseElection("sbr");
    private final List<Optional<Throwable>> losses = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        actors.shutdownTestKit();
    }

    private Lease leaseOf(String owner) {
        return LeaseProvider.get(Adapter.toClassic(actors.system())).getLease("sbr", "conclave.lease", owner);
    }

    private CompletableFuture<Boolean> acquire(String owner) {
        return leaseOf(owner).acquire(losses::add).toCompletableFuture();
    }

    private static boolean got(CompletionStage<Boolean> answer) {
        return answer.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    /** The node is elected as soon as an owner makes it a candidate. */
    private void elect() {
        await().atMost(30, SECONDS).until(() -> conclave.stands(election));
        conclave.elect(election);
    }

    private void holds(String owner) {
        CompletableFuture<Boolean> acquired = acquire(owner);
        elect();
        assertThat(got(acquired)).isTrue();
        assertThat(leaseOf(owner).checkLease()).isTrue();
    }

    private long term(String owner) {
        return ((ConclaveLease) leaseOf(owner)).leadership().orElseThrow().fencingToken();
    }

    /** Whether every message that was sent to the lease's actor before has been dealt with. */
    private void settled() {
        CompletionStage<Boolean> answer = leaseOf("nobody").release();
        assertThatThrownBy(() -> got(answer)).isInstanceOf(CompletionException.class);
    }

    private AkkaLeaseCounts counts() {
        return Telemetry.get(actors.system()).leases();
    }

    @Test
    void namesOfLeasesAndOwnersForgeNoLineInAFailure() {
        LeaseProvider leases = LeaseProvider.get(Adapter.toClassic(actors.system()));
        CompletionStage<Boolean> released =
                leases.getLease("s\nb", "conclave.lease", "o\nw").release();
        assertThatThrownBy(() -> got(released))
                .hasMessageContaining("the lease \"s\\nb\" cannot be released by o\\nw")
                .message()
                .doesNotContain("\n");
        CompletionStage<Boolean> acquired =
                leases.getLease("s\nb", "short-lease", "o\nw").acquire();
        assertThatThrownBy(() -> got(acquired))
                .hasMessageContaining("to acquire the lease \"s\\nb\" for o\\nw failed")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void theNodeStandsWhileAnOwnerWaitsAndNotBefore() {
        assertThat(conclave.stands(election)).isFalse();
        CompletableFuture<Boolean> acquired = acquire("a");
        await().atMost(30, SECONDS).until(() -> conclave.stands(election));
        assertThat(acquired).isNotDone();
        assertThat(counts().allWaiting()).isEqualTo(1);
        assertThat(counts().allHeld()).isZero();
        conclave.elect(election);
        assertThat(got(acquired)).isTrue();
        await().atMost(30, SECONDS).until(() -> counts().allHeld() == 1 && counts().allWaiting() == 0);
    }

    @Test
    void anOwnerThatHoldsTheLeaseAcquiresItAgainInTheSameTerm() {
        holds("a");
        long term = term("a");
        assertThat(got(acquire("a"))).isTrue();
        assertThat(term("a")).isEqualTo(term);
        assertThat(counts().allHeld()).isEqualTo(1);
    }

    @Test
    void anOwnerWaitsForTheElectionTimeoutOfTheElectorateAndNotForThatOfTheFile() {
        Conclave.get(actors.system())
                .electorate()
                .change(ElectorateChange.settings(times -> times.withElectionTimeout(ELECTION_TIMEOUT.multipliedBy(3))))
                .toCompletableFuture()
                .orTimeout(30, SECONDS)
                .join();
        holds("a");
        CompletableFuture<Boolean> other = acquire("b");
        settled();
        time.timePasses(ELECTION_TIMEOUT.multipliedBy(3).minusMillis(1));
        settled();
        assertThat(other).isNotDone();
        time.timePasses(Duration.ofMillis(1));
        assertThat(got(other)).isFalse();
    }

    @Test
    void anOwnerOnTheSameNodeIsRefusedWhenItHasWaitedForAnElectionTimeoutAndNotBefore() {
        holds("a");
        CompletableFuture<Boolean> other = acquire("b");
        settled();
        time.timePasses(ELECTION_TIMEOUT.minusMillis(1));
        settled();
        assertThat(other).isNotDone();
        time.timePasses(Duration.ofMillis(1));
        assertThat(got(other)).isFalse();
        assertThat(leaseOf("a").checkLease()).isTrue();
        // The meter counts after the answer is sent.
        await().atMost(30, SECONDS).until(() -> counts().allRefused() == 1);
    }

    @Test
    void anOwnerIsNotRefusedWhileNobodyIsKnownToLead() {
        CompletableFuture<Boolean> acquired = acquire("a");
        await().atMost(30, SECONDS).until(() -> conclave.stands(election));
        time.timePasses(ELECTION_TIMEOUT);
        settled();
        assertThat(acquired).isNotDone();
        conclave.electOther(election, OTHER);
        assertThat(got(acquired)).isFalse();
        await().atMost(30, SECONDS).until(() -> !conclave.stands(election));
    }

    @Test
    void aLeaderThatIsLostRefusesNobody() {
        CompletableFuture<Boolean> acquired = acquire("a");
        await().atMost(30, SECONDS).until(() -> conclave.stands(election));
        conclave.electOther(election, OTHER);
        conclave.loseOther(election);
        settled();
        time.timePasses(ELECTION_TIMEOUT);
        settled();
        assertThat(acquired).isNotDone();
        conclave.elect(election);
        assertThat(got(acquired)).isTrue();
    }

    @Test
    void theOwnerThatHasWaitedLongestGetsTheLeaseAndAllItsCallsAreAnswered() {
        CompletableFuture<Boolean> first = acquire("a");
        CompletableFuture<Boolean> second = acquire("b");
        CompletableFuture<Boolean> again = acquire("a");
        settled();
        elect();
        assertThat(got(first)).isTrue();
        assertThat(got(again)).isTrue();
        settled();
        assertThat(second).isNotDone();
        assertThat(leaseOf("b").checkLease()).isFalse();
    }

    @Test
    void aReleaseEndsTheTermAndTheNextOwnerHoldsTheLeaseInAHigherOne() {
        holds("a");
        long term = term("a");
        CompletableFuture<Boolean> next = acquire("b");
        settled();
        CompletionStage<Boolean> released = leaseOf("a").release();
        assertThat(leaseOf("a").checkLease()).isFalse();
        assertThat(got(released)).isTrue();
        assertThat(next).isNotDone();
        elect();
        assertThat(got(next)).isTrue();
        assertThat(term("b")).isGreaterThan(term);
        assertThat(losses).isEmpty();
        assertThat(counts().allLost()).isZero();
    }

    @Test
    void whenTheLastOwnerLetsGoTheNodeStandsNoMore() {
        holds("a");
        assertThat(got(leaseOf("a").release())).isTrue();
        assertThat(conclave.stands(election)).isFalse();
        assertThat(counts().allHeld()).isZero();
        assertThatThrownBy(() -> got(leaseOf("a").release()))
                .hasCauseInstanceOf(LeaseException.class)
                .hasMessageContaining("neither holds it nor waits for it");
    }

    @Test
    void aReleaseTakesBackAnAcquireThatIsUnderWay() {
        CompletableFuture<Boolean> wanted = acquire("a");
        CompletableFuture<Boolean> other = acquire("b");
        await().atMost(30, SECONDS).until(() -> conclave.stands(election));
        assertThat(got(leaseOf("b").release())).isTrue();
        assertThat(got(other)).isFalse();
        assertThat(wanted).isNotDone();
        assertThat(got(leaseOf("a").release())).isTrue();
        assertThat(got(wanted)).isFalse();
        assertThat(conclave.stands(election)).isFalse();
    }

    @Test
    void anOwnerThatLosesTheLeaseIsNotifiedOnceWithTheReason() {
        holds("a");
        conclave.dismiss(election, Duration.ofSeconds(30));
        await().atMost(30, SECONDS).until(() -> losses.size() == 1);
        assertThat(losses.get(0).orElseThrow()).hasMessageContaining("lease expired");
        assertThat(leaseOf("a").checkLease()).isFalse();
        time.timePasses(Duration.ofSeconds(30));
        settled();
        assertThat(losses).hasSize(1);
        assertThat(counts().allLost()).isEqualTo(1);
        assertThat(got(leaseOf("a").release())).as("a release after the loss").isTrue();
    }

    @Test
    void aLostLeaseEndsAtOnceWhenItsOwnerReleasesItAndNotBefore() {
        holds("a");
        CompletableFuture<?> over =
                conclave.dismiss(election, Duration.ofSeconds(30)).toCompletableFuture();
        await().atMost(30, SECONDS).until(() -> losses.size() == 1);
        settled();
        assertThat(over).isNotDone();
        assertThat(got(leaseOf("a").release())).isTrue();
        await().atMost(30, SECONDS).until(over::isDone);
    }

    @Test
    void anOwnerThatAcquiresAnewAfterALossHoldsTheLeaseInAHigherTerm() {
        holds("a");
        long term = term("a");
        conclave.dismiss(election, Duration.ofSeconds(30));
        await().atMost(30, SECONDS).until(() -> losses.size() == 1);
        CompletableFuture<Boolean> anew = acquire("a");
        await().atMost(30, SECONDS).until(() -> elected());
        assertThat(got(anew)).isTrue();
        assertThat(term("a")).isGreaterThan(term);
        assertThat(losses).hasSize(1);
    }

    /** The node may still be leaving its former term. */
    private boolean elected() {
        try {
            conclave.elect(election);
            return true;
        } catch (IllegalStateException notYet) {
            return false;
        }
    }

    @Test
    void anOwnerThatAcquiresWithoutAListenerKeepsTheOneThatItHad() {
        holds("a");
        List<Optional<Throwable>> second = new CopyOnWriteArrayList<>();
        assertThat(got(leaseOf("a").acquire(second::add))).isTrue();
        assertThat(got(leaseOf("a").acquire())).isTrue();
        conclave.dismiss(election, Duration.ofSeconds(30));
        await().atMost(30, SECONDS).until(() -> second.size() == 1);
        assertThat(losses).isEmpty();
    }

    @Test
    void whatAnAcquireTookIsMeasuredOnceForEachTenure() {
        List<Long> took = new CopyOnWriteArrayList<>();
        TelemetryListener instruments = new TelemetryListener() {
            @Override
            public void leaseAcquired(long tookNanos) {
                took.add(tookNanos);
            }
        };
        Telemetry.get(actors.system()).instruments().fit(instruments, Runnable::run);
        holds("a");
        assertThat(got(acquire("a"))).isTrue();
        await().atMost(30, SECONDS).until(() -> !took.isEmpty());
        assertThat(took).singleElement().satisfies(nanos -> assertThat(nanos).isBetween(1L, SECONDS.toNanos(60)));
    }

    @Test
    void whenTheActorSystemEndsAnOwnerThatWaitsIsAnswered() {
        CompletableFuture<Boolean> waits = acquire("a");
        await().atMost(30, SECONDS).until(() -> conclave.stands(election));
        settled();
        actors.system().terminate();
        assertThatThrownBy(() -> waits.orTimeout(30, SECONDS).join())
                .hasMessageContaining("no longer takes part in elections");
        await().atMost(30, SECONDS).until(() -> counts().allWaiting() == 0);
    }

    @Test
    void aLeaseIsNoElectionOfTheApplication() {
        holds("a");
        assertThatThrownBy(() -> Conclave.get(actors.system()).join(election)).hasMessageContaining("conclave/");
    }
}
