package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.core.PeerId;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Artery's receiver advertises once in an interval the references to which it resolved recipients, and decodes by them
 * from then on, also by the empty reference of a message that arrived before its actor existed. The interval is a minute
 * in production.
 */
class CompressedReferencesTest {

    private static final String SETTINGS = """
            akka.remote.artery.advanced.compression.actor-refs.advertisement-interval = 250ms
            akka.remote.artery.advanced.compression.manifests.advertisement-interval = 250ms
            conclave.heartbeat-interval = 50ms
            conclave.warm-up = off
            """;

    /** More than three intervals hold. */
    private static final int ROUNDS = 20;

    @TempDir
    Path directory;

    @Test
    void aVoterWhoseEndpointStartsAfterItsFirstFramesKeepsExchangingMessages() {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            cluster.start(cluster.voters().get(0));
            cluster.voters().stream().skip(1).forEach(peer -> {
                cluster.give(peer, LateEndpoint.settings(2));
                cluster.start(peer);
            });
            cluster.awaitAcknowledgements(cluster.awaitLeader(), ROUNDS);
        }
    }

    @Test
    void aNodeThatSentBeforeTheLeaderCreatedItsProxyStillReachesTheSingleton() {
        PeerId outsider = TestCluster.of(1, directory).voters().get(0);
        String settings = SETTINGS + "akka.actor.allow-java-serialization = on\nconclave.singleton.buffer-size = 1000";
        try (TestCluster cluster = TestCluster.of(1, directory, settings)) {
            TestCluster.Node leader = cluster.start(cluster.voters().get(0));
            ActorSystem<Void> sender = ActorSystem.create(
                    Behaviors.empty(),
                    "test",
                    ConfigFactory.parseString("akka.remote.artery.canonical.port = " + outsider.port()
                                    + "\nconclave.data-dir = \"\"")
                            .withFallback(cluster.configOf(cluster.voters().get(0))));
            try {
                AtomicInteger arrived = new AtomicInteger();
                ActorRef<String> singleton = init(sender, arrived);
                Election seen = Conclave.get(sender).join(TestCluster.ELECTION);
                await().atMost(30, SECONDS).until(() -> seen.status().leader().isPresent());
                int early = 10;
                for (int i = 0; i < early; i++) {
                    singleton.tell("early");
                }
                awaitThatAllHasCome(sender, leader);
                init(leader.system(), arrived);
                AtomicInteger sent = new AtomicInteger(early);
                // One each time, for longer than three intervals.
                await().atMost(60, SECONDS).pollInterval(Duration.ofMillis(20)).until(() -> {
                    singleton.tell("later");
                    sent.incrementAndGet();
                    return arrived.get() >= early + 50;
                });
                await().atMost(30, SECONDS).until(() -> arrived.get() == sent.get());
            } finally {
                sender.terminate();
                await().atMost(30, SECONDS).until(() -> sender.whenTerminated().isCompleted());
            }
        }
    }

    private static ActorRef<String> init(ActorSystem<?> system, AtomicInteger arrived) {
        return ElectedSingleton.get(system)
                .init(ElectedActor.of(
                        leadership -> Behaviors.receiveMessage(text -> {
                            arrived.incrementAndGet();
                            return Behaviors.same();
                        }),
                        TestCluster.ELECTION));
    }

    /** Messages between two nodes keep their order, so all earlier ones have arrived when this one is answered. */
    private static void awaitThatAllHasCome(ActorSystem<?> sender, TestCluster.Node receiver) {
        assertThat(Adapter.toClassic(sender)
                        .actorSelection("akka://test@" + receiver.id() + "/system/listener")
                        .resolveOne(Duration.ofSeconds(30))
                        .toCompletableFuture()
                        .join())
                .isNotNull();
    }
}
