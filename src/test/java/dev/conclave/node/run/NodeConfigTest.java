package dev.conclave.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigTest {

    private static final NodeConfig.Options TWO_VOTERS = new NodeConfig.Options(
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            List.of("b:2551", "a:2551"),
            Optional.empty(),
            Optional.empty());

    private final Map<String, Optional<String>> before = new HashMap<>();

    @TempDir
    private Path directory;

    @AfterEach
    void restoreProperties() {
        before.forEach((name, value) ->
                value.ifPresentOrElse(text -> System.setProperty(name, text), () -> System.clearProperty(name)));
    }

    @Test
    void aNodeIsByDefaultALocalNonVoterWithoutADirectory() throws CliException {
        NodeConfig node = NodeConfig.of(TWO_VOTERS);
        assertThat(node.peer()).isEqualTo(PeerId.parse("127.0.0.1:2551"));
        assertThat(node.config().getString("conclave.data-dir")).isEmpty();
        assertThat(node.config().getString("akka.actor.provider")).isEqualTo("cluster");
        assertThat(node.config().getBoolean("akka.cluster.jmx.enabled")).isFalse();
        assertThat(node.config().getBoolean("conclave.warm-up"))
                .as("a node of its own warms up")
                .isTrue();
    }

    /** The end of a process that runs a command is no proof that the command has ended (R10). */
    @Test
    void aNodeWithoutLifelinesIsOtherwiseTheSame() throws CliException {
        NodeConfig node = NodeConfig.of(TWO_VOTERS);
        assertThat(node.conclave().lifeline()).isTrue();
        assertThat(node.withoutLifelines().conclave().lifeline()).isFalse();
        assertThat(node.withoutLifelines().conclave().voters())
                .isEqualTo(node.conclave().voters());
    }

    @Test
    void aVoterHasItsOwnDataDirectory() throws CliException {
        NodeConfig node = NodeConfig.of(new NodeConfig.Options(
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                List.of("127.0.0.1:2551"),
                Optional.empty(),
                Optional.empty()));
        assertThat(node.dataDir()).isEqualTo(Path.of("./conclave-data/127.0.0.1_2551"));
    }

    /** The judge of its events accepts that a peer with an empty directory begins at term 0 (S2). */
    @Test
    void aPeerRemembersNothingUntilItsDataDirectoryHoldsAJournal() throws CliException, IOException {
        NodeConfig node = NodeConfig.of(new NodeConfig.Options(
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                List.of("127.0.0.1:2551"),
                Optional.of(directory),
                Optional.empty()));
        assertThat(node.remembers()).isFalse();

        Files.write(directory.resolve("journal"), new byte[0]);

        assertThat(node.remembers()).isTrue();
        assertThat(NodeConfig.of(TWO_VOTERS).remembers())
                .as("without a directory")
                .isFalse();
    }

    @Test
    void theVotersAreTheSeedNodesInTheSameOrderByDefault() throws CliException {
        assertThat(NodeConfig.of(TWO_VOTERS).config().getStringList("akka.cluster.seed-nodes"))
                .containsExactly("akka://conclave@a:2551", "akka://conclave@b:2551");
    }

    @Test
    void theSeedNodesHaveTheNameOfTheActorSystemThatTheOptionGives() throws CliException {
        NodeConfig node = NodeConfig.of(new NodeConfig.Options(
                Optional.of("orders"),
                Optional.empty(),
                OptionalInt.empty(),
                List.of("a:2551"),
                Optional.empty(),
                Optional.empty()));
        assertThat(node.system()).isEqualTo("orders");
        assertThat(node.config().getStringList("akka.cluster.seed-nodes")).containsExactly("akka://orders@a:2551");
    }

    @Test
    void theHttpOptionSetsThePortAndTheHostIfItNamesOne() throws CliException {
        NodeConfig.Options port = withHttp("8558");
        assertThat(NodeConfig.of(port).config().getInt("conclave.http.port")).isEqualTo(8558);
        assertThat(port.http().orElseThrow().host()).isEmpty();
        NodeConfig node = NodeConfig.of(withHttp("[::1]:9000"));
        assertThat(node.config().getInt("conclave.http.port")).isEqualTo(9000);
        assertThat(node.config().getString("conclave.http.host")).isEqualTo("::1");
    }

    private static NodeConfig.Options withHttp(String http) {
        return new NodeConfig.Options(
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                List.of("a:2551"),
                Optional.empty(),
                Optional.of(NodeConfig.Http.parse(http)));
    }

    @Test
    void optionsOverridePropertiesAndPropertiesOverrideTheFile() throws CliException, IOException {
        Path file = Files.writeString(directory.resolve("application.conf"), """
            conclave.voters = ["file:1"]
            conclave.data-dir = "/from/file"
            akka.remote.artery.canonical { hostname = "file", port = 1 }
            akka.cluster.seed-nodes = ["akka://conclave@seed:1"]
            """);
        property("config.file", file.toString());
        NodeConfig fromFile = NodeConfig.of(NodeConfig.Options.NONE);
        assertThat(fromFile.peer()).isEqualTo(PeerId.parse("file:1"));
        assertThat(fromFile.dataDir()).isEqualTo(Path.of("/from/file"));
        assertThat(fromFile.config().getStringList("akka.cluster.seed-nodes"))
                .containsExactly("akka://conclave@seed:1");

        property("akka.remote.artery.canonical.port", "2");
        property("conclave.data-dir", "/from/property");
        NodeConfig fromProperty = NodeConfig.of(NodeConfig.Options.NONE);
        assertThat(fromProperty.peer()).isEqualTo(PeerId.parse("file:2"));
        assertThat(fromProperty.dataDir()).isEqualTo(Path.of("/from/property"));

        NodeConfig fromOption = NodeConfig.of(new NodeConfig.Options(
                Optional.empty(),
                Optional.of("option"),
                OptionalInt.of(3),
                List.of("option:3"),
                Optional.of(Path.of("/from/option")),
                Optional.empty()));
        assertThat(fromOption.peer()).isEqualTo(PeerId.parse("option:3"));
        assertThat(fromOption.dataDir()).isEqualTo(Path.of("/from/option"));
        assertThat(fromOption.config().getStringList("conclave.voters")).containsExactly("option:3");
    }

    @Test
    void theShippedConfigurationOfThreeMachinesCanBeUsed() throws CliException {
        property("config.file", "application.conf");
        NodeConfig node = NodeConfig.of(NodeConfig.Options.NONE);
        assertThat(node.peer()).isEqualTo(PeerId.parse("10.0.0.1:2551"));
        assertThat(node.config().getStringList("conclave.voters")).hasSize(3).contains("10.0.0.1:2551");
        assertThat(node.config().getStringList("akka.cluster.seed-nodes"))
                .hasSize(3)
                .allMatch(seed -> seed.startsWith("akka://conclave@"));
    }

    @Test
    void anIpv6AddressIsWrittenInBrackets() throws CliException {
        NodeConfig node = NodeConfig.of(new NodeConfig.Options(
                Optional.empty(),
                Optional.of("::1"),
                OptionalInt.empty(),
                List.of("[::1]:2551"),
                Optional.empty(),
                Optional.empty()));
        assertThat(node.peer()).isEqualTo(PeerId.parse("[::1]:2551"));
        assertThat(node.bindHost()).isEqualTo("::1");
        assertThat(node.dataDir()).isEqualTo(Path.of("./conclave-data/::1_2551"));
    }

    @Test
    void getHostAddressIsReplacedByTheAddressOfTheHost() throws CliException {
        property("akka.remote.artery.canonical.hostname", "<getHostAddress>");
        assertThat(NodeConfig.of(TWO_VOTERS).peer().host()).doesNotContain("<");
    }

    @Test
    void aMissingOrUnreadableConfigurationFileIsNamed() throws IOException {
        property("config.file", directory.resolve("nowhere.conf").toString());
        assertThatThrownBy(() -> NodeConfig.of(TWO_VOTERS))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("nowhere.conf");
        property(
                "config.file",
                Files.writeString(directory.resolve("bad.conf"), "a = {").toString());
        assertThatThrownBy(() -> NodeConfig.of(TWO_VOTERS))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("bad.conf")
                .hasMessageNotContaining("\n");
    }

    private void property(String name, String value) {
        before.putIfAbsent(name, Optional.ofNullable(System.getProperty(name)));
        System.setProperty(name, value);
    }
}
