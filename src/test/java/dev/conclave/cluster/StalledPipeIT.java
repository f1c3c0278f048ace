package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.UnreadPipe;
import dev.conclave.cluster.program.Application;
import dev.conclave.cluster.program.InstanceFile;
import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three applications, each with an elected singleton and a blocking console appender of its own, share a log that is a full pipe
 * (R14). The instances report to a file, the applications to their standard output.
 */
@Timeout(300)
class StalledPipeIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void withAFullLogPipeASingletonEndsBeforeTheNextStartsAndAKilledLeaderIsReplaced() {
        Path file = trial.directory().resolve("instances.txt");
        InstanceFile instances = new InstanceFile(file);
        try (UnreadPipe log = UnreadPipe.in(trial.directory())) {
            Cluster cluster = trial.cluster(
                    Relays.of(3),
                    Program.APPLICATION,
                    "-D" + Application.INSTANCES_FILE + "=" + file,
                    // An instance has a second to end, also on a busy machine.
                    "-Dconclave.election-timeout=2s",
                    "-Dconclave.stop-margin=1s");
            cluster.peers().forEach(peer -> peer.startThrough(log.asStandardError()));
            cluster.awaitLeader();
            log.fill();
            List<Path> lines = writeALineEach(cluster);

            PeerProcess leader = cluster.awaitLeader();
            cluster.until("its instance", () -> instances.runsOn(leader.id()));
            cluster.cutOff(leader);
            cluster.awaitDismissed(leader);
            cluster.until("the end of its instance", () -> !instances.runsOn(leader.id()));
            PeerProcess next = cluster.awaitNextLeaderAmong(cluster.others(leader));
            cluster.until("the next instance", () -> instances.runsOn(next.id()));
            cluster.mend();

            PeerProcess killed = cluster.awaitLeader();
            cluster.kill(killed);
            PeerProcess last = cluster.awaitNextLeader();
            cluster.until("the last instance", () -> instances.runsOn(last.id()));

            // The log has been full all the time.
            assertThat(lines).allSatisfy(line -> assertThat(line).hasContent("begun"));
            assertThat(instances.sideBySide(cluster.history().events())).isEmpty();
        }
    }

    /** Makes each application write a line to its log; a file of its own shows that the write has begun, or is done. */
    private List<Path> writeALineEach(Cluster cluster) {
        List<Path> reports = new ArrayList<>();
        for (PeerProcess peer : cluster.peers()) {
            Path report = trial.directory().resolve("line-" + peer.id().port() + ".txt");
            peer.command("log " + report);
            cluster.until("a line of " + peer, () -> Files.exists(report));
            reports.add(report);
        }
        return reports;
    }
}
