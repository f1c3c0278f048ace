package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.coordination.lease.javadsl.LeaseProvider;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.conclave.ElectionEvent;
import dev.conclave.Serve;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code akka.actor.serialize-messages = on}, as tests of an application may have it, Conclave works as without. */
class SerializedMessagesTest {

    private static final String SETTINGS = "akka.actor.serialize-messages = on\nconclave.warm-up = off";

    @TempDir
    Path directory;

    /** The host of a singleton rarely sends messages, so not every test would find an unmarked one. */
    @Test
    void theMessagesOfEveryActorAreMarkedAsLocal() {
        List<Class<?>> commands = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.conclave").stream()
                        .filter(type -> type.isAssignableTo(AbstractBehavior.class))
                        .map(actor -> ((ParameterizedType) actor.reflect().getGenericSuperclass())
                                .getActualTypeArguments()[0])
                        .filter(message -> !message.equals(Object.class))
                        .<Class<?>>map(message -> (Class<?>) message)
                        .toList();
        assertThat(commands)
                .hasSizeGreaterThanOrEqualTo(6)
                .allMatch(NoSerializationVerificationNeeded.class::isAssignableFrom);
    }

    @Test
    void serversAndSubscribersAreNotifiedWhereEveryMessageIsSerialized() {
        try (TestCluster cluster = TestCluster.of(1, directory, SETTINGS)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            TestProbe<Serve> server = TestProbe.create(leader.system());
            TestProbe<ElectionEvent> events = TestProbe.create(leader.system());
            leader.election().serve(server.getRef());
            server.expectMessageClass(Serve.Start.class, Duration.ofSeconds(30));
            leader.election().subscribe(events.getRef());
            events.expectMessageClass(ElectionEvent.Elected.class, Duration.ofSeconds(30));
        }
    }

    @Test
    void electionsSingletonsAndLeasesWorkWhereEveryMessageIsSerialized() throws Exception {
        try (TestCluster cluster = TestCluster.of(2, directory, SETTINGS)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            leader.election().handOver().toCompletableFuture().get(30, SECONDS);
            cluster.awaitLeader();

            ConcurrentLinkedQueue<String> arrived = new ConcurrentLinkedQueue<>();
            List<ActorRef<String>> references = new ArrayList<>();
            for (TestCluster.Node node : cluster.nodes()) {
                references.add(ElectedSingleton.get(node.system())
                        .init(ElectedActor.of(
                                leadership -> Behaviors.receiveMessage(text -> {
                                    arrived.add(text);
                                    return Behaviors.same();
                                }),
                                "singleton")));
            }
            references.get(0).tell("one");
            references.get(1).tell("two");
            await().atMost(30, SECONDS).until(() -> arrived.size() == 2);

            await().atMost(30, SECONDS)
                    .until(() -> LeaseProvider.get(Adapter.toClassic(leader.system()))
                            .getLease("lease", "conclave.lease", "owner")
                            .acquire()
                            .toCompletableFuture()
                            .get(30, SECONDS));
        }
    }
}
