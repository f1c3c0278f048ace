package dev.conclave.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import dev.conclave.Conclave;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of elections, on two real voters in one JVM. */
class RealElectionContractTest extends ElectionContract {

    @TempDir
    static Path directory;

    private static World world;

    @BeforeAll
    static void start() {
        world = new RealWorld();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Override
    World world() {
        return world;
    }

    @Override
    World anotherWorld() {
        return new RealWorld();
    }

    private static final class RealWorld implements World {

        private final TestCluster cluster =
                TestCluster.of(2, newDirectory(), "conclave.warm-up = off\nconclave.lifeline = off\n");
        private final TestCluster.Node node = cluster.join(cluster.voters().get(0));
        private final TestCluster.Node other = cluster.join(cluster.voters().get(1));

        private static Path newDirectory() {
            try {
                return Files.createTempDirectory(directory, "world");
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public ActorSystem<?> system() {
            return node.system();
        }

        @Override
        public PeerId self() {
            return node.id();
        }

        @Override
        public PeerId other() {
            return other.id();
        }

        @Override
        public void elect(String election) {
            await().atMost(30, SECONDS)
                    .until(() -> Conclave.get(node.system())
                            .join(election)
                            .leadership()
                            .isPresent());
        }

        @Override
        public void grantLease(String lease) {
            // No other owner wants the lease.
        }

        @Override
        public void letOtherStand(String election) {
            Conclave.get(other.system()).join(election).stand();
            // Each acknowledgement states whether its sender is a candidate.
            cluster.awaitAcknowledgements(node, 5);
        }

        @Override
        public void close() {
            cluster.close();
        }
    }
}
