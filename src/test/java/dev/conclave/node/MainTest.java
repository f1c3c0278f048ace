package dev.conclave.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.ProgramFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failing command prints one line without a stack trace, and its exit code is not zero. */
class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --no-such-option",
                "run --port many",
                "run --events xml",
                "demo --rounds",
                "demo --heartbeat soon",
                "demo --ballast much",
                "run --ballast -1",
                "run --port -1 --voters a:1",
                "run --voters localhost",
                "run --voters a:1,b:2 --port 0",
                "run --voters a:1 --election ",
                "run --voters a:1 --system -orders",
                "run --voters a:1 --election conclave/orders",
                "demo --peers 1",
                "demo --rounds 0",
                "demo --pause -1s",
                "demo --heartbeat 0ms",
                "demo --heartbeat 1s --election-timeout 1s",
                "exec --voters a:1", // without a command
                "exec --voters a:1 --on-exit sing -- true",
                "exec --voters a:1 --try=soon -- true",
                "exec --voters a:1 -- no/such/command --at-all",
                "inspect --limit -1 nowhere",
                "judge --limit many -",
                "judge --picture out.svg", // without a file
                "fly",
            })
    void aWrongOptionPrintsOneLineAndExitsWithTwo(String line) {
        assertThat(execute(line.split(" ", -1))).isEqualTo(2);
        assertThat(complaint()).contains("--").doesNotContain("Exception");
    }

    @Test
    void theDemoStartsThisClassWhereThereIsNoJar() {
        assertThat(ProgramFiles.MAIN_CLASS).isEqualTo(Main.class.getName());
    }

    @Test
    void aMissingCommandPrintsOneLineAndExitsWithTwo() {
        assertThat(execute()).isEqualTo(2);
        assertThat(complaint()).contains("run", "demo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run", // without voters
                "run --voters 127.0.0.1:2551 --ballast 999t",
                "inspect nowhere",
                "archive", // of no jar
            })
    void anImpossibleCommandPrintsOneLineAndExitsWithOne(String line) {
        assertThat(execute(line.split(" ", -1))).isEqualTo(1);
        assertThat(complaint()).doesNotContain("Exception");
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(execute("run", "--port", port, "--voters", "127.0.0.1:" + port))
                    .isEqualTo(1);
            assertThat(complaint()).contains("cannot listen on 127.0.0.1 port " + port, "--port");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "exec",
                "status",
                "watch",
                "events",
                "hand-over",
                "drain",
                "undrain",
                "inspect",
                "judge",
                "demo"
            })
    void helpExitsWithZero(String command) {
        assertThat(execute((command + " --help").strip().split(" ", -1))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage: conclave-node");
    }

    @Test
    void theHelpNamesTheValuesOfAnOptionInLowerCaseWithHyphens() {
        execute("demo", "--help");
        execute("exec", "--help");
        execute("run", "--help");
        assertThat(out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " "))
                .contains("--by=kill|term|freeze|hand-over", "(default: kill)")
                .contains("--on-exit=restart|hand-over|end", "(default: restart)")
                .contains("--events=json|text", "(default: text)")
                .doesNotContain("HAND_OVER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hand-over", "Hand-Over", "hand_over", "HAND_OVER"})
    void theNameOfAConstantIsAlsoAcceptedInAnyCase(String value) {
        // The next option is refused, which shows that this one was not.
        assertThat(execute("demo", "--by", value, "--peers", "1")).isEqualTo(2);
        assertThat(complaint()).contains("--peers 1");
    }

    @Test
    void theHelpDocumentsTheCommandsForHarnesses() {
        execute("run", "--help");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--die-with-stdin", "hand-over", "withdraw", "stand");
    }

    private String complaint() {
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        String text = err.toString(StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(1);
        assertThat(text).startsWith("conclave-node: ");
        return text;
    }

    private int execute(String... args) {
        return Main.execute(
                new Console(
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                args);
    }
}
