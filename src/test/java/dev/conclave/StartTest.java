package dev.conclave;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start of an actor system with Conclave: dormant, as a voter, as an observer, or refused. */
class StartTest {

    @TempDir
    Path directory;

    private Config voter(TestCluster cluster, String settings) {
        return ConfigFactory.parseString(settings)
                .withFallback(cluster.configOf(cluster.voters().get(0)));
    }

    private static void run(Config config, Consumer<ActorSystem<Void>> use) {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "test", config);
        try {
            use.accept(system);
        } finally {
            system.terminate();
            await().atMost(30, SECONDS).until(() -> system.whenTerminated().isCompleted());
        }
    }

    /** The message of the failure that aborted the start; the port must be free again. */
    private static String refusal(Config config) {
        Throwable thrown = catchThrowable(() -> run(config, system -> {}));
        assertThat(thrown).as("the start was to be refused").isNotNull();
        Throwable cause = thrown;
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (String.valueOf(next.getMessage()).contains("conclave.")) {
                cause = next;
                break;
            }
        }
        int port = config.getInt("akka.remote.artery.canonical.port");
        await().atMost(30, SECONDS).until(() -> isFree(port));
        return String.valueOf(cause.getMessage());
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static boolean hasEndpoint(ActorSystem<Void> system) {
        CompletionStage<?> found =
                Adapter.toClassic(system).actorSelection("/system/conclave").resolveOne(Duration.ofSeconds(3));
        return catchThrowable(() -> found.toCompletableFuture().join()) == null;
    }

    @Test
    void aNodeWithoutVotersInItsSettingsIsDormant() throws IOException {
        String settings = "akka.actor.provider = local\nconclave.data-dir = \"" + directory.resolve("never") + "\"";
        run(ConfigFactory.parseString(settings).withFallback(ConfigFactory.load()), system -> {
            assertThat(hasEndpoint(system)).isFalse();
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith(system.name() + "-conclave"));
            assertThatThrownBy(() -> Conclave.get(system).join("orders"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "conclave.voters is not set, so \"orders\" has no voters; list every voter");
        });
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aVotersEndpointStartsWithItsActorSystemBeforeAnyElectionIsJoined() {
        TestCluster cluster = TestCluster.of(1, directory);
        run(voter(cluster, ""), system -> assertThat(hasEndpoint(system)).isTrue());
    }

    @Test
    void aVoterWithTheProviderRemoteLeads() {
        TestCluster cluster = TestCluster.of(1, directory);
        run(voter(cluster, "akka.actor.provider = remote"), system -> {
            Election election = Conclave.get(system).join("orders");
            election.stand();
            await().atMost(20, SECONDS).until(() -> election.leadership().isPresent());
        });
    }

    @Test
    void aHostNameWithCapitalLettersIsRefusedWithTheLineToWrite() {
        TestCluster cluster = TestCluster.of(1, directory);
        assertThat(refusal(voter(cluster, "akka.remote.artery.canonical.hostname = LOCALHOST")))
                .startsWith("akka.remote.artery.canonical.hostname is \"LOCALHOST\"")
                .endsWith("so set akka.remote.artery.canonical.hostname = \"localhost\"");
    }

    @Test
    void inUntrustedModeANodeStartsOnlyIfThePathOfItsEndpointIsTrusted() {
        TestCluster cluster = TestCluster.of(1, directory);
        String untrusted = "akka.remote.artery.untrusted-mode = on\n";
        assertThat(refusal(voter(cluster, untrusted)))
                .endsWith("add \"/system/conclave\" to akka.remote.artery.trusted-selection-paths");
        run(
                voter(cluster, untrusted + "akka.remote.artery.trusted-selection-paths = [\"/system/conclave\"]"),
                system -> assertThat(hasEndpoint(system)).isTrue());
    }

    @Test
    void theExtensionAndTheElectionOfANameAreTheSameForAllCallers() {
        TestCluster cluster = TestCluster.of(1, directory);
        run(voter(cluster, ""), system -> {
            assertThat(Conclave.get(system)).isSameAs(Conclave.get(system));
            assertThat(Conclave.get(system).join("orders"))
                    .isSameAs(Conclave.get(system).join("orders"))
                    .isNotSameAs(Conclave.get(system).join("stock"));
            assertThatThrownBy(() -> Conclave.get(system).join(""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("give it 1 to 200 bytes");
            assertThatThrownBy(() -> Conclave.get(system).join("n".repeat(201)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("takes 201 bytes");
        });
    }

    @Test
    void aConclaveSetupReplacesTheExtension() {
        Conclave other = new Conclave() {
            @Override
            public Election join(String election) {
                throw new UnsupportedOperationException(election);
            }
        };
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "test",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseString("akka.actor.provider = local")
                                .withFallback(ConfigFactory.load())),
                        new ConclaveSetup(anySystem -> other)));
        try {
            assertThat(Conclave.get(system)).isSameAs(other);
        } finally {
            system.terminate();
        }
    }

    @Test
    void anInvalidSettingAbortsTheStart() {
        TestCluster cluster = TestCluster.of(3, directory);
        assertThat(refusal(voter(cluster, "conclave.heartbeat-interval = 600ms")))
                .startsWith("conclave.heartbeat-interval (600ms) is not below half of conclave.election-timeout");
    }

    @Test
    void aVoterWithoutADataDirectoryIsRefused() {
        TestCluster cluster = TestCluster.of(3, directory);
        assertThat(refusal(voter(cluster, "conclave.data-dir = \"\"")))
                .isEqualTo(cluster.voters().get(0)
                        + " is one of conclave.voters, but conclave.data-dir is not set; a voter"
                        + " must store its votes on disk: name a directory that only this node uses");
    }

    @Test
    void anUnusableDataDirectoryIsRefused() throws IOException {
        TestCluster cluster = TestCluster.of(3, directory);
        Path file = Files.writeString(directory.resolve("file"), "a file");
        for (Path unusable : List.of(file, file.resolve("below"), Path.of("/proc/conclave"))) {
            assertThat(refusal(voter(cluster, "conclave.data-dir = \"" + unusable + "\"")))
                    .startsWith("conclave.data-dir is \"" + unusable + "\", which cannot be used: " + unusable)
                    .contains("then start the peer again");
        }
        Path strange = Files.createDirectory(directory.resolve("strange"));
        Files.writeString(strange.resolve("letters.txt"), "somebody's");
        assertThat(refusal(voter(cluster, "conclave.data-dir = \"" + strange + "\"")))
                .startsWith("conclave.data-dir is \"" + strange + "\", which cannot be used: ")
                .contains("letters.txt");
    }

    @Test
    void aDataDirectoryOfAnotherPeerIsRefused() {
        TestCluster cluster = TestCluster.of(3, directory);
        PeerId first = cluster.voters().get(0);
        PeerId second = cluster.voters().get(1);
        run(cluster.configOf(first), system -> {});
        Config stolen = ConfigFactory.parseString(
                        "conclave.data-dir = \"" + cluster.configOf(first).getString("conclave.data-dir") + "\"")
                .withFallback(cluster.configOf(second));
        assertThat(refusal(stolen))
                .contains("the journal belongs to " + first + ", this node is " + second)
                .contains("conclave.data-dir");
    }

    @Test
    void theProviderLocalWithVotersIsRefused() {
        TestCluster cluster = TestCluster.of(3, directory);
        assertThat(refusal(voter(cluster, "akka.actor.provider = local")))
                .isEqualTo(
                        "conclave.voters is set, but akka.actor.provider is \"local\", so no other node could be reached; set it to"
                                + " \"cluster\" (or \"remote\")");
    }

    @Test
    void aVoterUnderAnotherHostNameIsRefused() {
        TestCluster cluster = TestCluster.of(3, directory);
        int port = cluster.voters().get(0).port();
        assertThat(refusal(voter(cluster, "akka.remote.artery.canonical.hostname = localhost")))
                .startsWith("this node is localhost:" + port + ", but conclave.voters contains 127.0.0.1:" + port
                        + ", which is the same host and port under another name")
                .contains("akka.remote.artery.canonical.hostname");
    }

    /** It can become a voter, and the others must find it again (E8). */
    @Test
    void aNonVoterWithADataDirectoryNeedsAPortThatStays() {
        TestCluster cluster = TestCluster.of(1, directory);
        Config config = voter(cluster, "akka.remote.artery.canonical.port = 0");
        assertThat(refusal(config))
                .contains("has a conclave.data-dir, so it is or can become a voter, but its port changes with"
                        + " each start (akka.remote.artery.canonical.port = 0)")
                .endsWith("set a port, or remove conclave.data-dir");
        assertThat(Path.of(config.getString("conclave.data-dir"))).doesNotExist();
        run(
                voter(cluster, "akka.remote.artery.canonical.port = 0\nconclave.data-dir = \"\""),
                system -> Conclave.get(system).join("orders").stand());
    }

    @Test
    void r10_noLifelineIsUsedUnderTlsOrWhenItIsSwitchedOff() {
        Config reference = ConfigFactory.load();
        Config artery = reference.getConfig("akka.remote.artery");
        ConclaveSettings on = ConclaveSettings.fromConfig(reference.getConfig("conclave"));
        assertThat(RunningConclave.usesLifeline(on, artery)).isTrue();
        assertThat(RunningConclave.usesLifeline(
                        on, artery.withValue("transport", ConfigValueFactory.fromAnyRef("tls-tcp"))))
                .isFalse();
        ConclaveSettings off = ConclaveSettings.fromConfig(
                reference.getConfig("conclave").withValue("lifeline", ConfigValueFactory.fromAnyRef("off")));
        assertThat(RunningConclave.usesLifeline(off, artery)).isFalse();
    }
}
