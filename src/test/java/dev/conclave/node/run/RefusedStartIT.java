package dev.conclave.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.node.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that must not start: each writes one line, which says what to do, and exits with 1. */
@Timeout(300)
@SuppressWarnings("NullAway.Init")
class RefusedStartIT {

    @TempDir
    private Path directory;

    private Peers peers;

    @BeforeEach
    void choosePorts() throws CliException {
        peers = Peers.of(2, directory);
    }

    @AfterEach
    void endAll() {
        peers.close();
    }

    @Test
    void aDataDirectoryInUseIsRefusedInOneLine() throws IOException, InterruptedException {
        Path data = directory.resolve("data");
        Jvm user = peers.start(peers.voter(0), "--data-dir", data.toString());
        // The store locks the directory before it writes the journal.
        Awaitility.await().atMost(Jvm.PATIENCE).until(() -> Files.exists(data.resolve("journal")));
        Jvm second = peers.start(peers.voter(1), "--data-dir", data.toString());
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.events()).isEmpty();
        assertThat(second.log().lines()).hasSize(1);
        assertThat(second.log()).startsWith("conclave-node: ").contains(data.toString(), "in use");
        assertThat(user.process().isAlive()).isTrue();
    }

    @Test
    void aDamagedJournalIsRefusedInOneLineThatSaysWhichFileAndWhatToDo() throws IOException, InterruptedException {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.write(data.resolve("journal"), new byte[4096]);
        Jvm refused = peers.start(peers.voter(0), "--data-dir", data.toString());
        assertThat(refused.awaitExit()).isEqualTo(1);
        assertThat(refused.events()).isEmpty();
        assertThat(refused.log().lines()).hasSize(1);
        assertThat(refused.log())
                .startsWith("conclave-node: ")
                .contains(
                        data.resolve("journal").toString(),
                        "damaged at byte",
                        "let the other voters readmit it (electorate readmit)");
    }
}
