package dev.conclave.node.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.JournalHead;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.store.FileNodeStore;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InspectCommandTest {

    private static final PeerId ANNA = PeerId.parse("10.0.0.1:2551");
    private static final PeerId BERT = PeerId.parse("10.0.0.2:2551");
    private static final Configuration FOUNDED = Configuration.founding(
            0x3f2a,
            Map.of(ANNA, new DirectoryIdentity(0x9f86d081884c7d65L), BERT, new DirectoryIdentity(7)),
            new Settings(List.of(ANNA, BERT), 100_000_000L, 1_000_000_000L, 0.01),
            0,
            ANNA.toString());
    private static final JournalHead HEAD = new JournalHead(
            ANNA, new DirectoryIdentity(0x9f86d081884c7d65L), StoredElectorate.EMPTY.storing(FOUNDED), 17);

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private FileNodeStore store;

    @BeforeEach
    void writeAJournal() {
        store = FileNodeStore.open(directory, found -> HEAD);
        store.save(new ElectionName("orders"), Ballot.vote(12, BERT))
                .toCompletableFuture()
                .join();
        store.save(new ElectionName("<b>\u001b[2J"), Ballot.learned(9))
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    @Test
    void aDirectoryInUseIsShownAndNothingInItChanges() throws Exception {
        Map<String, String> before = contents();
        assertThat(inspect(directory.toString())).isZero();
        assertThat(said())
                .contains("10.0.0.1:2551", "9f86d081884c7d65", "17", "1000 ms", "highest 0.12, floor of forgotten")
                .contains(
                        "group      0000000000003f2a",
                        "configuration 0: 10.0.0.1:2551 as 9f86d081884c7d65, 10.0.0.2:2551")
                .contains("term 0.12  orders  voted for 10.0.0.2:2551", "term 0.9  <b>\\u001b[2J  has not voted in it")
                .doesNotContain("\u001b");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void oneElectionOrALimitedNumberIsShown() throws Exception {
        inspect(directory.toString(), "--election", "orders");
        assertThat(said()).contains("2, of which shown 1", "orders").doesNotContain("<b>");
        out.reset();
        inspect(directory.toString(), "--limit", "1");
        assertThat(said()).contains("<b>", "1 more").doesNotContain("orders");
    }

    @Test
    void theSameIsWrittenAsJson() throws Exception {
        inspect(directory.toString(), "--json", "--limit", "1");
        assertThat(said().lines()).hasSize(1);
        assertThat(said())
                .startsWith("{\"version\":1,")
                .contains("\"self\":\"10.0.0.1:2551\"", "\"longestElectionTimeoutMillis\":1000.0", "\"ballots\":2")
                .contains("\"elections\":[{\"name\":\"<b>\\u001B[2J\",\"term\":9}]");
    }

    @Test
    void aDamagedJournalIsNamedWithThePlaceAndTheRemedy() throws Exception {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        byte[] bytes = Files.readAllBytes(directory.resolve("journal"));
        bytes[530] ^= 1;
        Files.write(copy.resolve("journal"), bytes);
        assertThatThrownBy(() -> inspect(copy.toString()))
                .isInstanceOf(CliException.class)
                .hasMessageContaining(copy.resolve("journal") + ": damaged at byte 512")
                .hasMessageContaining("let the other voters readmit it");
        assertThat(copy.toFile().list()).containsExactly("journal");
    }

    @Test
    void aJournalThatCannotBeShownAsJsonIsAnObjectWithTheErrorOfTheText() throws Exception {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        Files.write(copy.resolve("journal"), new byte[4096]);
        for (Path unusable : List.of(copy, directory.resolve("none"))) {
            out.reset();
            assertThatThrownBy(() -> inspect(unusable.toString(), "--json"))
                    .isInstanceOfSatisfying(
                            CliException.class,
                            failure -> assertThat(said().strip())
                                    .isEqualTo("{\"version\":1,\"directory\":\"" + unusable + "\",\"error\":\""
                                            + failure.getMessage() + "\"}"));
        }
    }

    @Test
    void aDirectoryWithoutAJournalIsNotCreated() {
        assertThatThrownBy(() -> inspect(directory.resolve("none").toString()))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("none/journal does not exist");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void aNegativeLimitIsAWrongOption() {
        assertThatThrownBy(() -> inspect(directory.toString(), "--limit", "-1"))
                .isInstanceOfSatisfying(
                        CliException.class,
                        wrong -> assertThat(wrong.isWrongOption()).isTrue());
    }

    private int inspect(String... args) throws CliException {
        Console console = new Console(
                InputStream.nullInputStream(), new PrintStream(out, true, StandardCharsets.UTF_8), System.err);
        return CommandLine.populateCommand(new InspectCommand(console), args).call();
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private Map<String, String> contents() throws Exception {
        Map<String, String> all = new TreeMap<>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                all.put(file.toString(), Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return all;
    }
}
