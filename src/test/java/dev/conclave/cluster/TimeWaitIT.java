package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Needs;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A port stays in TIME_WAIT for a minute if its side closed a connection first; a peer must start at such a port. */
@Timeout(300)
@Needs(Machine.PROC_NET)
class TimeWaitIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    @Tag("soak")
    void aPeerStartsAgainWhileItsPortIsInTimeWait() throws IOException {
        Cluster cluster = trial.cluster(3).start();
        PeerProcess leader = cluster.awaitLeader();
        cluster.kill(leader);
        bringIntoTimeWait(leader.id().port());
        cluster.until("the port in TIME_WAIT", () -> isInTimeWait(leader.id().port()));
        cluster.restart(leader);
        cluster.awaitLeader();
    }

    /**
     * The kernel keeps the side that closes first in TIME_WAIT. Either side of a killed peer's connections can be the
     * first, so this connection at the same port closes in a known order.
     */
    private static void bringIntoTimeWait(int port) throws IOException {
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            try (Socket dialler = new Socket()) {
                dialler.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                dialler.connect(listener.getLocalSocketAddress());
                acceptFrom(listener, dialler.getLocalPort()).close();
                assertThat(dialler.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    /** The other peers may connect to the port of the dead peer too. */
    private static Socket acceptFrom(ServerSocket listener, int port) throws IOException {
        while (true) {
            Socket accepted = listener.accept();
            if (accepted.getPort() == port) {
                return accepted;
            }
            accepted.close();
        }
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
