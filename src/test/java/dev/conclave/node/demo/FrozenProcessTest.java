package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FrozenProcessTest {

    private final Process process;

    FrozenProcessTest() throws IOException {
        process = new ProcessBuilder("cat").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void aProcessDoesNothingUntilItsThaw() throws IOException {
        FrozenProcess frozen = FrozenProcess.freeze(process.pid());
        process.outputWriter(StandardCharsets.US_ASCII).append("line\n").flush();
        BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
        assertThat(output.ready()).isFalse();
        frozen.thaw();
        assertThat(output.readLine()).isEqualTo("line");
        frozen.thaw();
    }

    @Test
    void aProcessThatEndsWhileItIsFrozenLeavesNoShellBehind() throws IOException {
        FrozenProcess frozen = FrozenProcess.freeze(process.pid());
        process.destroyForcibly();
        frozen.forget();
        await().until(() -> ProcessHandle.current()
                .children()
                .noneMatch(child -> child.info().commandLine().orElse("").endsWith(" " + process.pid())));
    }

    @Test
    void aProcessThatHasEndedCannotBeFrozen() {
        process.destroyForcibly();
        process.onExit().join();
        assertThatThrownBy(() -> FrozenProcess.freeze(process.pid()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the process " + process.pid() + " cannot be stopped");
    }
}
