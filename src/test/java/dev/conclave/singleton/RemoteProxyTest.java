package dev.conclave.singleton;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy reaches the proxy of the leader under the settings of Artery that affect its address. */
class RemoteProxyTest {

    private static final String SETTINGS = "akka.actor.allow-java-serialization = on\nconclave.warm-up = off\n";

    @TempDir
    Path directory;

    private final Queue<String> arrived = new ConcurrentLinkedQueue<>();

    private ActorRef<String> init(ActorSystem<?> system, String name) {
        return ElectedSingleton.get(system)
                .init(ElectedActor.of(
                        leadership -> Behaviors.receiveMessage(text -> {
                            arrived.add(name + " " + text.length());
                            return Behaviors.same();
                        }),
                        name));
    }

    /** Sends from a node without instances to a node that runs them. */
    private void send(String settings, int length, String... names) {
        PeerId outsider = TestCluster.of(1, directory).voters().get(0);
        try (TestCluster cluster = TestCluster.of(1, directory, SETTINGS + settings)) {
            TestCluster.Node host = cluster.join(cluster.voters().get(0));
            ActorSystem<Void> sender = ActorSystem.create(
                    Behaviors.empty(),
                    "test",
                    ConfigFactory.parseString(
                                    "conclave.singleton.role = a-role-that-it-has-not\nconclave.data-dir = \"\"\n"
                                            + "akka.remote.artery.canonical.port = " + outsider.port())
                            .withFallback(cluster.configOf(host.id())));
            try {
                for (String name : names) {
                    init(host.system(), name);
                }
                for (String name : names) {
                    init(sender, name).tell("x".repeat(length));
                    await().atMost(30, SECONDS).until(() -> arrived.contains(name + " " + length));
                }
            } finally {
                sender.terminate();
                await().atMost(30, SECONDS).until(() -> sender.whenTerminated().isCompleted());
            }
        }
    }

    @Test
    void messagesBeyondTheFrameSizeGoOverTheConnectionForLargeOnes() {
        send("""
                akka.remote.artery.large-message-destinations = ["/system/conclave-singleton-images"]
                akka.remote.artery.advanced.maximum-large-frame-size = 2MiB
                """, 1_000_000, "images");
    }

    @Test
    void anAsteriskInTheNameOfASingletonIsNotAPattern() {
        send("", 1, "orders-1", "orders*");
        assertThat(arrived).containsExactly("orders-1 1", "orders* 1");
    }

    @Test
    void inUntrustedModeASingletonIsReachedByTrustedPathsAndIsRefusedWithoutThem() {
        String untrusted = "akka.remote.artery.untrusted-mode = on\n";
        send(untrusted + """
                akka.remote.artery.trusted-selection-paths = ["/system/conclave", "/system/conclave-singleton-orders"]
                """, 1, "orders");
        assertThatThrownBy(() -> send(
                        untrusted + "akka.remote.artery.trusted-selection-paths = [\"/system/conclave\"]", 1, "orders"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("add \"/system/conclave-singleton-orders\" to akka.remote.artery.trusted");
    }
}
