package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Needs;
import dev.conclave.cluster.machine.Shell;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A full disk, which is a small tmpfs: acknowledged ballots use space that the journal reserved before (R3). */
@Timeout(300)
@Needs(Machine.MOUNT)
class FullDiskIT {

    @RegisterExtension
    final Trial trial = new Trial();

    private Path mounted = Path.of("/");

    @AfterEach
    void unmount() {
        if (!mounted.equals(Path.of("/"))) {
            Shell.run("umount", "-l", mounted.toString());
        }
    }

    @Test
    @Tag("soak")
    void aPeerWhoseDiskIsFullGoesOnVotingAndDoesNotStartAgainUntilThereIsRoom() throws IOException {
        Cluster cluster = trial.cluster(3);
        PeerProcess full = cluster.peer(0);
        Files.createDirectories(full.dataDirectory());
        Shell.run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=512k",
                "tmpfs",
                full.dataDirectory().toString());
        mounted = full.dataDirectory();
        cluster.start();
        PeerProcess leader = cluster.awaitLeader();
        Path ballast = fill(full.dataDirectory());

        // The majority needs its vote now, or its leadership. Its journal reserved the space at the start.
        PeerProcess other = cluster.others(full).stream()
                .filter(peer -> leader.equals(full) || peer.equals(leader))
                .findFirst()
                .orElseThrow();
        cluster.kill(other);
        cluster.restart(other);
        cluster.awaitLeader();

        cluster.kill(full);
        int before = full.log().length();
        full.startInVain();
        assertThat(full.awaitExit()).isEqualTo(1);
        assertThat(full.log().substring(before).lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("conclave-node: "));
        Files.delete(ballast);
        cluster.restart(full);
        cluster.awaitLeader();
    }

    private static Path fill(Path directory) {
        Path ballast = directory.resolve("ballast");
        try {
            byte[] some = new byte[4096];
            for (int i = 0; i < 1024; i++) {
                Files.write(ballast, some, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            throw new AssertionError("the disk does not get full");
        } catch (IOException noRoomLeft) {
            return ballast;
        }
    }
}
