package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.internal.telemetry.TelemetryPublisher;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.logging.LogLines;
import dev.conclave.store.MemoryNodeStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lifelines to the peers that send messages: opened, reopened, and reported if they are missing (R10). */
class PeerLifelinesTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final PeerId ANNA = PeerId.parse("127.0.0.1:1");
    private static final PeerId BERT = PeerId.parse("127.0.0.1:2");
    private static final PeerId CLEO = PeerId.parse("cleo.example:3");
    private static final PeerId WATCHER = PeerId.parse("127.0.0.1:4");
    private static final PeerId OTHER_WATCHER = PeerId.parse("127.0.0.1:5");
    private static final Incarnation LIFE = new Incarnation(7);

    private final ManualClock clock = new ManualClock();
    private Lifeline ours;
    private Lifeline theirs;
    private NodeEnvironment environment;

    @BeforeEach
    void open() throws IOException {
        LifelineRelay relay = new LifelineRelay(AsyncLogger.silent());
        ours = Lifeline.open(HERE, 0, ANNA, LIFE, relay);
        theirs = Lifeline.open(HERE, 0, BERT, LIFE, relay);
        Settings settings = new Settings(List.of(ANNA, BERT, CLEO), 100_000_000L, 1_000_000_000L, 0.01);
        environment = new NodeEnvironment(
                new Node.Self(ANNA, LIFE, settings, 100_000_000L, ours.port(), 0, 42),
                new Peer.Self(ANNA, LIFE, settings, 100_000_000L),
                MemoryNodeStore.of(JournalHead.withoutDirectory(ANNA)),
                Optional.of(ours),
                clock,
                clock.nanoTime(),
                (peer, frame) -> {
                    throw new AssertionError("nothing is sent");
                },
                NodeEnvironment.WarmUp.NONE,
                new NodeEnvironment.Elections(),
                new TelemetryPublisher(),
                new NodeObservations(settings.voters()),
                AsyncLogger::of);
    }

    @AfterEach
    void close() {
        theirs.close();
        ours.close();
    }

    private static Node.Contact contact(int port) {
        return new Node.Contact(LIFE, new DirectoryIdentity(5), 1, 1, port, 0, 0, 0);
    }

    /** A port on which nothing listens, held so that nothing else will. */
    private static int refusing() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aPeerThatSendsMessagesIsWatched() {
        PeerLifelines keeper = new PeerLifelines(environment);
        keeper.heard(BERT, contact(theirs.port()));
        await().until(() -> ours.isUp(BERT));
        assertThat(environment.lifelinesUp()).containsExactly(BERT);
    }

    @Test
    void aMissingLifelineToAReachableVoterIsReportedOnceAndSoIsItsReturn() throws IOException {
        PeerLifelines keeper = new PeerLifelines(environment);
        int nowhere = refusing();
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            keeper.met(BERT, LIFE, nowhere);
            keeper.heard(BERT, contact(nowhere));
            await().until(() -> ours.obstacle(BERT).isPresent());
            clock.pause(Duration.ofNanos(PeerLifelines.PATIENCE_NANOS - 1));
            keeper.heard(BERT, contact(nowhere));
            assertThat(lines.soFar()).isEmpty();

            clock.pause(Duration.ofNanos(1));
            keeper.heard(BERT, contact(nowhere));
            assertThat(lines.soFar())
                    .singleElement()
                    .asString()
                    .startsWith(BERT + " can be reached, but the lifeline to it is not up (127.0.0.1:" + nowhere)
                    .contains("refused")
                    .contains("conclave.lifeline = off");
            clock.pause(Duration.ofHours(1));
            keeper.heard(BERT, contact(nowhere));
            assertThat(lines.soFar()).hasSize(1);

            keeper.heard(BERT, contact(theirs.port()));
            ours.watch(BERT, LIFE, new InetSocketAddress(HERE, theirs.port()));
            await().until(() -> ours.isUp(BERT));
            keeper.heard(BERT, contact(theirs.port()));
            assertThat(lines.soFar()).hasSize(2).last().asString().isEqualTo("The lifeline to " + BERT + " is up");
        }
    }

    @Test
    void aVoterThatHasItsLifelineOffIsReported() {
        PeerLifelines keeper = new PeerLifelines(environment);
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            keeper.heard(BERT, contact(0));
            clock.pause(Duration.ofNanos(PeerLifelines.PATIENCE_NANOS));
            keeper.heard(BERT, contact(0));
            assertThat(lines.soFar()).singleElement().asString().contains("(conclave.lifeline is off there)");
        }
    }

    @Test
    void missingLifelinesToNonVotersAreReportedByOneLine() throws IOException {
        PeerLifelines keeper = new PeerLifelines(environment);
        int nowhere = refusing();
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            keeper.heard(WATCHER, contact(nowhere));
            keeper.heard(OTHER_WATCHER, contact(nowhere));
            clock.pause(Duration.ofNanos(PeerLifelines.PATIENCE_NANOS));
            keeper.heard(WATCHER, contact(nowhere));
            keeper.heard(OTHER_WATCHER, contact(nowhere));
            assertThat(lines.soFar()).singleElement().asString().startsWith(WATCHER.toString());
        }
    }

    @Test
    void aHangingNameServiceDelaysNeitherOtherPeersNorTheCaller() {
        CountDownLatch answers = new CountDownLatch(1);
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        PeerLifelines keeper = new PeerLifelines(environment, host -> {
            threads.add(Thread.currentThread().getName());
            if (host.equals("hangs.example")) {
                awaitQuietly(answers);
            }
            return new InetAddress[] {HERE};
        });
        keeper.met(PeerId.parse("hangs.example:9"), LIFE, theirs.port());
        keeper.met(CLEO, LIFE, theirs.port());
        await().until(() -> ours.isWatching(CLEO, LIFE));
        assertThat(ours.isWatching(PeerId.parse("hangs.example:9"), LIFE)).isFalse();
        answers.countDown();
        await().until(() -> ours.isWatching(PeerId.parse("hangs.example:9"), LIFE));
        assertThat(threads).as("not the pool of the JVM").containsOnly("conclave-names");
    }

    @Test
    void allAddressesOfAHostAreTriedUntilOneAnswers() throws IOException {
        InetAddress refuses = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        try (Lifeline cleo = Lifeline.open(HERE, 0, CLEO, LIFE, new LifelineRelay(AsyncLogger.silent()))) {
            PeerLifelines keeper = new PeerLifelines(environment, host -> new InetAddress[] {refuses, HERE});
            keeper.met(CLEO, LIFE, cleo.port());
            await().until(() -> ours.isUp(CLEO));
        }
    }

    /** Each look-up of a name service that hangs takes a thread, and other peers need one too. */
    @Test
    void aHostNameIsLookedUpOnceAtATimeAndTheNewestLifeIsWatched() {
        CountDownLatch answers = new CountDownLatch(1);
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        PeerLifelines keeper = new PeerLifelines(environment, host -> {
            asked.add(host);
            awaitQuietly(answers);
            return new InetAddress[] {HERE};
        });
        for (int life = 1; life <= PeerLifelines.LOOK_UPS_AT_ONCE; life++) {
            keeper.met(CLEO, new Incarnation(life), theirs.port());
            await().until(() -> asked.contains(CLEO.host()));
        }
        keeper.met(PeerId.parse("dora.example:4"), LIFE, theirs.port());
        await().until(() -> asked.contains("dora.example"));
        assertThat(asked).containsExactly("cleo.example", "dora.example");
        answers.countDown();
        await().until(() -> ours.isWatching(CLEO, new Incarnation(PeerLifelines.LOOK_UPS_AT_ONCE)));

        keeper.met(CLEO, LIFE, theirs.port());
        await().until(() -> ours.isWatching(CLEO, LIFE));
    }

    @Test
    void nonVotersWithoutALifelineAreRememberedUpToABoundAndVotersAlways() throws IOException {
        PeerLifelines keeper = new PeerLifelines(environment);
        int nowhere = refusing();
        for (int port = 1; port <= PeerLifelines.MAX_MISSING + 1; port++) {
            keeper.heard(new PeerId("127.0.0.9", port), contact(nowhere));
        }
        keeper.heard(BERT, contact(theirs.port()));
        await().until(() -> ours.isUp(BERT));
        assertThat(ours.isWatching(new PeerId("127.0.0.9", PeerLifelines.MAX_MISSING), LIFE))
                .isTrue();
        assertThat(ours.isWatching(new PeerId("127.0.0.9", PeerLifelines.MAX_MISSING + 1), LIFE))
                .isFalse();
    }

    @Test
    void anUnknownHostNameIsLookedUpAgainAndReported() {
        CountDownLatch asked = new CountDownLatch(3);
        PeerLifelines keeper = new PeerLifelines(environment, host -> {
            asked.countDown();
            throw new UnknownHostException(host);
        });
        try (LogLines lines = LogLines.of(NodeActor.class.getName())) {
            await().until(() -> {
                keeper.heard(CLEO, contact(theirs.port()));
                clock.pause(Duration.ofNanos(PeerLifelines.AGAIN_NANOS));
                return asked.getCount() == 0 && !lines.soFar().isEmpty();
            });
            assertThat(lines.soFar())
                    .singleElement()
                    .asString()
                    .contains("this host cannot resolve the name cleo.example");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
