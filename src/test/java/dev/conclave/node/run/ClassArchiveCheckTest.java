package dev.conclave.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer that is started with an archive of another JDK says so. {@link dev.conclave.node.archive.ArchiveIT} has real archives. */
class ClassArchiveCheckTest {

    @TempDir
    private Path directory;

    private Path archive = Path.of("");

    @BeforeEach
    void writeAnArchive() throws IOException {
        archive = directory.resolve("node.jsa");
        Files.writeString(archive, "\0\1OpenJDK 64-Bit Server VM (17.0.15+6) for linux-amd64 JRE (17.0.15+6)\0");
    }

    @Test
    void anArchiveOfThisJdkNeedsNoHint() {
        assertThat(ClassArchiveCheck.hint(List.of("-Xmx1g", "-XX:SharedArchiveFile=" + archive), "17.0.15+6"))
                .isEmpty();
    }

    @Test
    void anArchiveOfAnotherJdkIsNamedWithTheCommandThatWritesOne() {
        assertThat(ClassArchiveCheck.hint(List.of("-XX:SharedArchiveFile=" + archive), "25.0.3+9-LTS"))
                .hasValueSatisfying(hint -> assertThat(hint)
                        .startsWith(archive.toString())
                        .contains("25.0.3+9-LTS", "archive --file " + archive));
    }

    @Test
    void aJvmWithoutAnArchiveNeedsNoHint() {
        assertThat(ClassArchiveCheck.hint(List.of(), "17.0.15+6")).isEmpty();
        assertThat(ClassArchiveCheck.hint(List.of("-XX:SharedArchiveFile=" + directory.resolve("none")), "17.0.15+6"))
                .isEmpty();
    }
}
