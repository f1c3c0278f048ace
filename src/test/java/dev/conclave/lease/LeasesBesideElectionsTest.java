package dev.conclave.lease;

import static dev.conclave.lease.AkkaLeaseTest.got;
import static dev.conclave.lease.AkkaLeaseTest.lease;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Conclave;
import dev.conclave.artery.ActorTree;
import dev.conclave.artery.TestCluster;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The elections behind leases do not affect those of the application, nor the other way round. */
class LeasesBesideElectionsTest {

    private static final String SETTINGS = "conclave.lease.lease-operation-timeout = 3s\n";

    @TempDir
    Path directory;

    @Test
    void aSingletonNamedLikeALeaseIsAskedToStopWhenTheNodeLeaves() {
        try (TestCluster cluster = TestCluster.of(1, directory, SETTINGS)) {
            TestCluster.Node node = cluster.join(cluster.voters().get(0));
            Queue<String> did = new ConcurrentLinkedQueue<>();
            ElectedSingleton.get(node.system()).init(recording(did, "lease/orders"));
            await().atMost(30, SECONDS).until(() -> did.contains("started"));
            ConclaveLease lease = (ConclaveLease) lease(node, "orders", "owner");
            assertThat(got(lease.acquire())).isTrue();

            Conclave.get(node.system()).leave().toCompletableFuture().join();

            assertThat(did).containsExactly("started", "asked to stop", "stopped");
            assertThat(lease.checkLease()).isTrue();
        }
    }

    private static ElectedActor<String> recording(Queue<String> did, String name) {
        return ElectedActor.<String>of(
                        leadership -> Behaviors.setup(context -> {
                            did.add("started");
                            return Behaviors.receive(String.class)
                                    .onMessageEquals("stop", () -> {
                                        did.add("asked to stop");
                                        return Behaviors.stopped();
                                    })
                                    .onSignal(PostStop.class, signal -> {
                                        did.add("stopped");
                                        return Behaviors.same();
                                    })
                                    .build();
                        }),
                        name)
                .withStopMessage("stop");
    }

    @Test
    void anApplicationCannotReachTheElectionOfALeaseByItsName() {
        try (TestCluster cluster = TestCluster.of(1, directory, SETTINGS)) {
            TestCluster.Node node = cluster.join(cluster.voters().get(0));
            String name = "conclave/lease/orders";
            String why = "the name \"conclave/lease/orders\" begins with \"conclave/\"";
            assertThatThrownBy(() -> Conclave.get(node.system()).join(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(why);
            assertThatThrownBy(() ->
                            ElectedSingleton.get(node.system()).init(recording(new ConcurrentLinkedQueue<>(), name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(why);
            assertThatThrownBy(() -> handOverByJmx(node, name)).rootCause().hasMessageContaining(why);
        }
    }

    @Test
    void aLeaseThatIsBeingAcquiredAffectsNeitherReadinessNorJmx() throws JMException {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            cluster.voters().forEach(cluster::join);
            TestCluster.Node node = cluster.nodes().get(0);
            node.election().leave().toCompletableFuture().join();
            await().atMost(30, SECONDS).until(node::isReady);
            cluster.stop(cluster.nodes().get(1));
            cluster.stop(cluster.nodes().get(1));

            // No majority is left, so its election goes on without a leader.
            var unused = lease(node, "orders", "owner").acquire();
            await().atMost(30, SECONDS)
                    .until(() ->
                            ActorTree.below(node.system(), "/system/conclave").contains("conclave%2Flease%2Forders"));

            assertThat(node.isReady()).isTrue();
            assertThat((Object[]) ManagementFactory.getPlatformMBeanServer().getAttribute(bean(node), "Elections"))
                    .isEmpty();
        }
    }

    private static ObjectName bean(TestCluster.Node node) throws JMException {
        return new ObjectName("dev.conclave:type=Conclave,port=" + node.id().port());
    }

    private static void handOverByJmx(TestCluster.Node node, String election) throws JMException {
        ManagementFactory.getPlatformMBeanServer()
                .invoke(bean(node), "handOver", new Object[] {election}, new String[] {String.class.getName()});
    }
}
