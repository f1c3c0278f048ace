package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessPeerLauncherTest {

    private static final PeerId PEER = new PeerId("127.0.0.1", 1);

    /** Ctrl-C arrives while the demo starts its peers. */
    @Test
    void aLauncherThatIsClosedStartsNoPeerAndLeavesNoFolderBehind() throws IOException {
        ProcessPeerLauncher launcher = new ProcessPeerLauncher(new DemoPlan(
                3,
                1,
                LeaderFault.KILL,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ZERO,
                0,
                Duration.ofSeconds(1)));
        launcher.close();
        assertThatThrownBy(() -> launcher.launch(PEER, List.of(PEER), line -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("the demo is ending");
        assertThat(Path.of(launcher.keepTraces())).doesNotExist();
    }
}
