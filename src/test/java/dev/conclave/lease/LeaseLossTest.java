package dev.conclave.lease;

import static dev.conclave.lease.AkkaLeaseTest.got;
import static dev.conclave.lease.AkkaLeaseTest.lease;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.coordination.lease.LeaseTimeoutException;
import akka.coordination.lease.javadsl.Lease;
import dev.conclave.artery.NetworkCut;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.ElectionName;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.node.NodeCommand;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.wire.NodeMessage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loss of a lease that its owner has not released, and the time limit of an acquire. */
class LeaseLossTest {

    private static final String SETTINGS = NetworkCut.SETTINGS + "conclave.lease.lease-operation-timeout = 3s\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Queue<Optional<Throwable>> losses = new ConcurrentLinkedQueue<>();

    @SuppressWarnings("NullAway.Init")
    private TestCluster.Node holder;

    @SuppressWarnings("NullAway.Init")
    private TestCluster.Node second;

    @SuppressWarnings("NullAway.Init")
    private TestCluster.Node third;

    @BeforeEach
    void forgetLosses() {
        losses.clear();
    }

    private TestCluster cluster() {
        TestCluster cluster = TestCluster.of(3, directory, SETTINGS);
        holder = cluster.join(cluster.voters().get(0));
        second = cluster.join(cluster.voters().get(1));
        third = cluster.join(cluster.voters().get(2));
        return cluster;
    }

    private void acquired() {
        Lease first = lease(holder, "it", "a");
        await().atMost(30, SECONDS).until(() -> yes(lease(holder, "it", "a")));
        assertThat(got(first.acquire(losses::add))).isTrue();
    }

    /** Whether the lease was acquired; a failure counts as false. */
    private static boolean yes(Lease lease) {
        return lease.acquire()
                .handle((got, failure) -> failure == null && got)
                .toCompletableFuture()
                .join();
    }

    private void lostAndTold() {
        await().atMost(30, SECONDS).until(() -> !losses.isEmpty());
        assertThat(lease(holder, "it", "a").checkLease()).isFalse();
        assertThat(losses).hasSize(1);
    }

    @Test
    void aHolderThatIsCutOffIsNotifiedOfTheLossBeforeAnotherOwnerHasTheLease() {
        try (TestCluster cluster = cluster()) {
            acquired();
            NetworkCut.between(List.of(holder), List.of(second, third));
            await().atMost(60, SECONDS).until(() -> yes(lease(second, "it", "b")));
            lostAndTold();
            assertThatThrownBy(() -> got(lease(holder, "it", "a").acquire()))
                    .hasCauseInstanceOf(LeaseTimeoutException.class);
            assertThat(lease(second, "it", "b").checkLease()).isTrue();
            NetworkCut.healed(List.of(holder), List.of(second, third));
            assertThat(got(lease(second, "it", "b").release())).isTrue();
            await().atMost(60, SECONDS).until(() -> yes(lease(holder, "it", "a")));
            assertThat(cluster.nodes()).hasSize(3);
        }
    }

    @Test
    void aNodeWhoseEndpointFailsLosesItsLeaseAndCanAcquireItAgain() {
        try (TestCluster cluster = cluster()) {
            acquired();
            failEndpoint(holder);
            lostAndTold();
            await().atMost(60, SECONDS).until(() -> yes(lease(holder, "it", "a")));
            assertThat(cluster.nodes()).hasSize(3);
        }
    }

    @SuppressWarnings("NullAway")
    private static void failEndpoint(TestCluster.Node node) {
        ActorRef<NodeMessage> endpoint = ActorRefResolver.get(node.system())
                .resolveActorRef("akka://test@" + node.id() + "/system/" + NodeActor.NAME);
        PeerCommand nothing = null;
        endpoint.tell(new NodeCommand.ForPeer(ElectionName.ofLease("it"), nothing));
    }

    @Test
    void aRestartedOwnerDoesNotInheritItsFormerLease() {
        try (TestCluster cluster = cluster()) {
            acquired();
            cluster.stop(holder);
            assertThat(losses).hasSize(1);
            await().atMost(60, SECONDS).until(() -> yes(lease(second, "it", "b")));
            holder = cluster.join(holder.id());
            assertThat(lease(holder, "it", "a").checkLease()).isFalse();
            assertThat(yes(lease(holder, "it", "a"))).isFalse();
            assertThat(lease(second, "it", "b").checkLease()).isTrue();
        }
    }

    @Test
    void anAcquireWithoutAMajorityFailsAndDoesNotTakeEffectLater() {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            holder = cluster.join(cluster.voters().get(0));
            assertThatThrownBy(() -> got(lease(holder, "it", "a").acquire()))
                    .hasCauseInstanceOf(LeaseTimeoutException.class)
                    .hasMessageContaining("no majority of conclave.voters could be reached");
            second = cluster.join(cluster.voters().get(1));
            third = cluster.join(cluster.voters().get(2));
            await().atMost(60, SECONDS).until(() -> yes(lease(second, "it", "b")));
            assertThat(got(lease(second, "it", "b").release())).isTrue();
            assertThat(yes(lease(third, "it", "c"))).isTrue();
            assertThat(lease(holder, "it", "a").checkLease()).isFalse();
        }
    }
}
