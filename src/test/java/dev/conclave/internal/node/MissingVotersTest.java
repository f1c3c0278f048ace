package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.internal.telemetry.TelemetryPublisher;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.logging.LogLines;
import dev.conclave.store.MemoryNodeStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node writes a warning that names the voters which it does not hear, and what an operator may check. */
class MissingVotersTest {

    private static final PeerId ANNA = PeerId.parse("localhost:1");
    private static final PeerId BERT = PeerId.parse("localhost:2");
    private static final PeerId CLEO = PeerId.parse("localhost:3");
    private static final Settings SETTINGS =
            new Settings(List.of(ANNA, BERT, CLEO), 100_000_000L, 1_000_000_000L, 0.01);

    private static final Configuration FOUNDED = Configuration.founding(
            7,
            Map.of(ANNA, new DirectoryIdentity(1), BERT, new DirectoryIdentity(2), CLEO, new DirectoryIdentity(3)),
            SETTINGS,
            0,
            ANNA.toString());

    private final ActorTestKit kit = ActorTestKit.create("shop");
    private final ManualClock clock = new ManualClock();
    private final ConcurrentLinkedQueue<Hello> greetings = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    private ActorRef<NodeMessage> start(JournalHead head) {
        Incarnation life = new Incarnation(1);
        return kit.system()
                .systemActorOf(
                        NodeActor.create(new NodeEnvironment(
                                new Node.Self(ANNA, life, SETTINGS, 100_000_000L, 0, 0, 42),
                                Peer.Self.beforeFounding(ANNA, life, SETTINGS, 100_000_000L),
                                MemoryNodeStore.of(head),
                                Optional.empty(),
                                clock,
                                clock.nanoTime(),
                                (to, frame) -> noteGreeting(to, frame),
                                NodeEnvironment.WarmUp.NONE,
                                new NodeEnvironment.Elections(),
                                new TelemetryPublisher(),
                                new NodeObservations(SETTINGS.voters()),
                                AsyncLogger::of)),
                        NodeActor.NAME,
                        Props.empty());
    }

    private void noteGreeting(PeerId to, Frame frame) {
        if (to.equals(BERT) && WireFormat.read(frame) instanceof ParsedFrame.HeardHello heard) {
            greetings.add(heard.hello());
        }
    }

    private static Hello hello(PeerId from, long echo) {
        return new Hello(from, new Incarnation(9), new DirectoryIdentity(2), 0, 0, Hello.VERSION, 77, echo, true, 1);
    }

    private void pass(Duration time) {
        clock.advance(time, () -> {});
    }

    private static Stream<String> warnings(LogLines lines) {
        return lines.soFar().stream().filter(line -> line.contains("localhost:3"));
    }

    @Test
    void votersThatWereNotHeardForTwentySecondsAfterTheStartAreNamedOnceWithWhatToCheck() {
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            ActorRef<NodeMessage> node =
                    start(new JournalHead(ANNA, new DirectoryIdentity(1), StoredElectorate.EMPTY.storing(FOUNDED), 1));
            await().atMost(10, SECONDS).until(() -> !greetings.isEmpty());
            int before = greetings.size();
            node.tell(WireFormat.toFrame(hello(BERT, greetings.element().pass())));
            await().atMost(10, SECONDS).until(() -> greetings.size() > before);
            node.tell(WireFormat.toFrame(hello(PeerId.parse("127.0.0.1:3"), 0)));
            pass(Duration.ofSeconds(19));
            assertThat(warnings(lines)).noneMatch(line -> line.contains("since its start"));
            pass(Duration.ofSeconds(1));
            await().atMost(10, SECONDS).until(() -> warnings(lines).findAny().isPresent());
            pass(Duration.ofHours(1));
            assertThat(warnings(lines))
                    .filteredOn(line -> line.contains("since its start"))
                    .singleElement()
                    .asString()
                    .startsWith("localhost:1 has received nothing from [localhost:3] since its start")
                    .contains(
                            "actor systems have the same name \"shop\"",
                            "127.0.0.1:3 is not in conclave.voters but contacts this node: it may be localhost:3");
        }
    }

    @Test
    void atAFirstStartTheVotersThatHaveNotAnsweredAreNamedWithWhatToCheck() {
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            start(new JournalHead(ANNA, new DirectoryIdentity(1), StoredElectorate.EMPTY, 1));
            await().pollInterval(Duration.ofMillis(2)).atMost(10, SECONDS).until(() -> {
                pass(Duration.ofMillis(100));
                return warnings(lines).findAny().isPresent();
            });
            assertThat(warnings(lines))
                    .first()
                    .asString()
                    .contains(
                            "missing: [localhost:2, localhost:3]",
                            "actor systems have the same name \"shop\"",
                            "localhost is not 127.0.0.1");
        }
    }
}
