package dev.conclave.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A killed peer's connections linger at its port for a minute; its next life listens there all the same. */
@Timeout(300)
@Needs(Machine.PROC_NET)
class TimeWaitIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void aPeerStartsAgainWhileItsPortIsInTimeWait() {
        Cluster cluster = trial.cluster(3).start();
        PeerProcess leader = cluster.awaitLeader();
        cluster.kill(leader);
        cluster.until("the port in TIME_WAIT", () -> isInTimeWait(leader.id().port()));
        cluster.restart(leader);
        cluster.awaitLeader();
    }

    /** State 06 of a local port, in the kernel's table. */
    private static boolean isInTimeWait(int port) {
        String local = String.format(Locale.ROOT, ":%04X ", port);
        try {
            for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
                boolean found = Files.readAllLines(Path.of(table)).stream()
                        .map(line -> line.strip().split(" +", -1))
                        .anyMatch(
                                words -> words.length > 3 && (words[1] + " ").endsWith(local) && words[3].equals("06"));
                if (found) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
