package dev.conclave.lease;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.javadsl.Adapter;
import akka.coordination.lease.LeaseException;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.artery.ActorTree;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.ElectionName;
import dev.conclave.internal.node.InternalElections;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The contract of Akka's lease API, on one node and between two. Each test uses a lease of its own name. */
public class AkkaLeaseTest {

    private static final String SETTINGS = """
        conclave.lease.lease-operation-timeout = 20s
        another { lease-class = "dev.conclave.lease.ConclaveLease", lease-operation-timeout = 20s }
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster.Node here;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster.Node there;

    private String name = "";

    @BeforeAll
    static void start() {
        cluster = TestCluster.of(3, directory, SETTINGS);
        here = cluster.join(cluster.voters().get(0));
        there = cluster.join(cluster.voters().get(1));
        cluster.join(cluster.voters().get(2));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void nameTheLease(TestInfo test) {
        name = test.getDisplayName();
    }

    public static Lease lease(TestCluster.Node node, String name, String owner) {
        return LeaseProvider.get(Adapter.toClassic(node.system())).getLease(name, "conclave.lease", owner);
    }

    public static boolean got(CompletionStage<Boolean> answer) {
        return answer.toCompletableFuture().join();
    }

    private Lease leaseOf(String owner) {
        return lease(here, name, owner);
    }

    /** The election behind a lease, which only Conclave itself may join. */
    @SuppressWarnings("unchecked")
    static Election electionOf(TestCluster.Node node, String lease) {
        return ((InternalElections<Election>) Conclave.get(node.system())).own(ElectionName.ofLease(lease));
    }

    /** The election behind the lease of this test. */
    private Election election() {
        return electionOf(here, name);
    }

    private static final class Losses {
        private final Queue<Optional<Throwable>> told = new ConcurrentLinkedQueue<>();

        void tell(Optional<Throwable> why) {
            told.add(why);
        }

        void await() {
            org.awaitility.Awaitility.await().atMost(20, SECONDS).until(() -> !told.isEmpty());
        }
    }

    // ---- acquire

    @Test
    void eachOwnerOfALeaseAlwaysReceivesItsOwnHandle() {
        assertThat(leaseOf("a"))
                .isNotSameAs(leaseOf("b"))
                .isSameAs(leaseOf("a"))
                .isInstanceOf(ConclaveLease.class);
        assertThat(leaseOf("a").getSettings().leaseName()).isEqualTo(name);
    }

    @Test
    void anOwnerThatAcquiresALeaseHoldsIt() {
        assertThat(leaseOf("a").checkLease()).isFalse();
        assertThat(got(leaseOf("a").acquire())).isTrue();
        assertThat(leaseOf("a").checkLease()).isTrue();
    }

    @Test
    void anOwnerMayAcquireALeaseThatItAlreadyHolds() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        long term = term("a");
        assertThat(got(leaseOf("a").acquire())).isTrue();
        assertThat(leaseOf("a").checkLease()).isTrue();
        assertThat(term("a")).isEqualTo(term);
        assertThat(leaseOf("b").checkLease()).isFalse();
    }

    private long term(String owner) {
        return ((ConclaveLease) leaseOf(owner)).leadership().orElseThrow().fencingToken();
    }

    @Test
    void aHeldLeaseIsRefusedToOtherOwnersOnAnyNode() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        CompletionStage<Boolean> near = leaseOf("b").acquire();
        CompletionStage<Boolean> far = lease(there, name, "b").acquire();
        assertThat(got(near)).isFalse();
        assertThat(got(far)).isFalse();
        assertThat(leaseOf("b").checkLease()).isFalse();
        assertThat(lease(there, name, "b").checkLease()).isFalse();
        assertThat(leaseOf("a").checkLease()).isTrue();
    }

    @Test
    void leaseOwnersOfTheSameNameOnTwoNodesAreDifferentOwners() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        assertThat(got(lease(there, name, "a").acquire())).isFalse();
        assertThat(lease(there, name, "a").checkLease()).isFalse();
    }

    @Test
    void aLeaseIsHeldUntilItsOwnerReleasesIt() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        long term = term("a");
        long until = System.nanoTime() + SECONDS.toNanos(3);
        await().atMost(30, SECONDS).until(() -> System.nanoTime() > until);
        assertThat(leaseOf("a").checkLease()).isTrue();
        assertThat(term("a")).isEqualTo(term);
    }

    @Test
    void aRefusedOwnerDoesNotAcquireTheLeaseLaterWithoutANewCall() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        assertThat(got(lease(there, name, "b").acquire())).isFalse();
        assertThat(got(leaseOf("a").release())).isTrue();
        // A node that were still a candidate would lead now, and "c" could not acquire the lease.
        assertThat(got(leaseOf("c").acquire())).isTrue();
        assertThat(lease(there, name, "b").checkLease()).isFalse();
        assertThat(electionOf(there, name).leadership().isPresent()).isFalse();
    }

    @Test
    void twoHandlesOfOneOwnerShareTheLease() {
        Lease other = LeaseProvider.get(Adapter.toClassic(here.system())).getLease(name, "another", "a");
        assertThat(other).isNotSameAs(leaseOf("a"));
        assertThat(got(leaseOf("a").acquire())).isTrue();
        assertThat(other.checkLease()).isFalse();
        assertThat(got(other.acquire())).isTrue();
        assertThat(other.checkLease()).isTrue();
        assertThat(got(other.release())).isTrue();
        assertThat(leaseOf("a").checkLease()).isFalse();
        assertThat(got(leaseOf("a").release())).isTrue();
    }

    @Test
    void aLeaseNameMayHaveAnyLengthAndAnyCharacters() {
        String odd = "s/ü:%*".repeat(50);
        assertThat(got(lease(here, odd, "a").acquire())).isTrue();
        assertThat(got(lease(there, odd, "b").acquire())).isFalse();
        assertThat(got(lease(there, odd + "x", "b").acquire())).isTrue();
    }

    // ---- release

    @Test
    void anOwnerCannotReleaseALeaseThatItDoesNotHold() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        assertThatThrownBy(() -> got(leaseOf("b").release()))
                .cause()
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining("neither holds it nor waits for it");
        assertThat(leaseOf("a").checkLease()).isTrue();
    }

    @Test
    void aReleasedLeaseIsNotHeldFromTheCallOn() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        CompletionStage<Boolean> released = leaseOf("a").release();
        assertThat(leaseOf("a").checkLease()).isFalse();
        assertThat(got(released)).isTrue();
        assertThat(leaseOf("a").checkLease()).isFalse();
        assertThatThrownBy(() -> got(leaseOf("a").release())).hasCauseInstanceOf(LeaseException.class);
    }

    @Test
    void anOwnerOnAnyNodeAcquiresAReleasedLeaseInAHigherTerm() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        long first = term("a");
        assertThat(got(leaseOf("a").release())).isTrue();
        assertThat(got(leaseOf("b").acquire())).isTrue();
        long second = term("b");
        assertThat(second).isGreaterThan(first);
        assertThat(leaseOf("a").checkLease()).isFalse();
        assertThat(got(leaseOf("b").release())).isTrue();
        Lease far = lease(there, name, "c");
        assertThat(got(far.acquire())).isTrue();
        assertThat(((ConclaveLease) far).leadership().orElseThrow().fencingToken())
                .isGreaterThan(second);
    }

    @Test
    void aReleaseCancelsAnAcquireThatIsUnderWay() {
        assertThat(got(leaseOf("a").acquire())).isTrue();
        CompletionStage<Boolean> wanted = leaseOf("b").acquire();
        CompletionStage<Boolean> released = leaseOf("b").release();
        assertThat(got(wanted)).isFalse();
        assertThat(got(released)).isTrue();
        CompletionStage<Boolean> wantedElsewhere = lease(there, name, "c").acquire();
        assertThat(got(lease(there, name, "c").release())).isTrue();
        assertThat(got(wantedElsewhere)).isFalse();
        assertThat(leaseOf("a").checkLease()).isTrue();
    }

    // ---- loss

    @Test
    void anOwnerThatLosesALeaseIsNotifiedOnceWithTheReasonAndMayAcquireItAgain() {
        Losses losses = new Losses();
        assertThat(got(leaseOf("a").acquire(losses::tell))).isTrue();
        long term = term("a");
        election().withdraw();
        losses.await();
        assertThat(leaseOf("a").checkLease()).isFalse();
        assertThat(losses.told).hasSize(1);
        assertThat(losses.told.element().orElseThrow())
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining("withdrawn");
        assertThat(got(leaseOf("a").release())).isTrue();
        assertThat(got(leaseOf("a").acquire())).isTrue();
        assertThat(term("a")).isGreaterThan(term);
        assertThat(losses.told).hasSize(1);
    }

    @Test
    void aSecondAcquireReplacesTheCallbackOfTheLeaseUnlessItHasNone() {
        Losses first = new Losses();
        Losses second = new Losses();
        assertThat(got(leaseOf("a").acquire(first::tell))).isTrue();
        assertThat(got(leaseOf("a").acquire(second::tell))).isTrue();
        assertThat(got(leaseOf("a").acquire())).isTrue();
        election().withdraw();
        second.await();
        assertThat(first.told).isEmpty();
    }

    @Test
    void anOwnerThatReleasesALeaseIsNotNotifiedOfALoss() {
        Losses losses = new Losses();
        assertThat(got(leaseOf("a").acquire(losses::tell))).isTrue();
        assertThat(got(leaseOf("a").release())).isTrue();
        assertThat(got(leaseOf("b").acquire())).isTrue();
        assertThat(losses.told).isEmpty();
    }

    /** R8: an owner that has lost the lease may still be at work, until it releases the lease or the lease has ended. */
    @Test
    void aLostLeaseGoesToAnotherOwnerOnlyAfterTheLoserReleasesIt() {
        Losses losses = new Losses();
        assertThat(got(leaseOf("a").acquire(losses::tell))).isTrue();
        CompletableFuture<Boolean> next = lease(there, name, "b").acquire().toCompletableFuture();
        election().withdraw();
        losses.await();
        assertThat(next.getNow(false)).isFalse();
        assertThat(got(leaseOf("a").release())).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(() -> retried(lease(there, name, "b")));
    }

    private static boolean retried(Lease lease) {
        return got(lease.acquire());
    }

    // ---- observers of a lease

    @Test
    void aLeaseObserverOnAnyNodeSeesTheHolder() {
        try (LeaseObserver near = LeaseObserver.of(here.system(), name);
                LeaseObserver far = LeaseObserver.of(there.system(), name)) {
            assertThat(got(leaseOf("a").acquire())).isTrue();
            long term = term("a");
            awaitHolder(near, Optional.of(here));
            awaitHolder(far, Optional.of(here));
            assertThat(far.term()).isEqualTo(term);
            assertThat(got(leaseOf("a").release())).isTrue();
            awaitHolder(near, Optional.empty());
            awaitHolder(far, Optional.empty());
            assertThat(got(lease(there, name, "b").acquire())).isTrue();
            awaitHolder(near, Optional.of(there));
            awaitHolder(far, Optional.of(there));
        }
        assertThat(lease(there, name, "b").checkLease()).isTrue();
        assertThat(got(lease(there, name, "b").release())).isTrue();
        await().atMost(60, SECONDS).until(() -> !hasElection(here) && !hasElection(there));
    }

    private static void awaitHolder(LeaseObserver observer, Optional<TestCluster.Node> node) {
        await().atMost(30, SECONDS).until(() -> observer.holder().equals(node.map(TestCluster.Node::id)));
    }

    @Test
    void closingALeaseObserverTwiceLeavesOtherObserversOpen() {
        LeaseObserver closed = LeaseObserver.of(there.system(), name);
        try (LeaseObserver open = LeaseObserver.of(there.system(), name)) {
            closed.close();
            closed.close();
            assertThat(got(leaseOf("a").acquire())).isTrue();
            awaitHolder(open, Optional.of(here));
        }
    }

    // ---- actors and messages of a lease

    @Test
    void aLeaseThatNobodyHoldsOrWantsHasNoActor() {
        int before = leasesInUse(there);
        assertThat(got(leaseOf("a").acquire())).isTrue();
        int held = leasesInUse(here);
        assertThat(got(lease(there, name, "b").acquire())).isFalse();
        await().atMost(20, SECONDS).until(() -> leasesInUse(there) <= before);
        assertThat(got(leaseOf("a").release())).isTrue();
        await().atMost(20, SECONDS).until(() -> leasesInUse(here) < held);
        // R9: the release is repeated for one election timeout; after that no node needs the election any more.
        cluster.nodes().forEach(node -> await().atMost(60, SECONDS).until(() -> !hasElection(node)));
    }

    private boolean hasElection(TestCluster.Node node) {
        return ActorTree.below(node.system(), "/system/conclave").stream()
                .anyMatch(actor -> actor.contains(name.replace("()", "")));
    }

    private static int leasesInUse(TestCluster.Node node) {
        return ActorTree.below(node.system(), "/system/conclave-leases").size();
    }

    /** Singletons and shards stop after a node has begun to leave, and need their leases until then. */
    @Test
    void anOwnerKeepsItsLeaseWhenItsNodeBeginsToLeave() {
        TestCluster.Node leaving =
                cluster.join(TestCluster.of(1, directory).voters().get(0));
        Lease lease = lease(leaving, name, "a");
        Losses losses = new Losses();
        assertThat(got(lease.acquire(losses::tell))).isTrue();
        Queue<Boolean> held = new ConcurrentLinkedQueue<>();
        CoordinatedShutdown.get(leaving.system())
                .addTask(CoordinatedShutdown.PhaseClusterExiting(), "singleton", () -> {
                    held.add(lease.checkLease() && losses.told.isEmpty());
                    return lease.release().thenApply(released -> Done.getInstance());
                });
        cluster.stop(leaving);
        assertThat(held).containsExactly(true);
        assertThat(losses.told).isEmpty();
        assertThat(got(leaseOf("b").acquire())).isTrue();
    }
}
