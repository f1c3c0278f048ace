package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Certificates;
import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.judge.Event;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Remoting under mutual TLS with a private authority: peers elect, and ignore a peer without a valid certificate. */
@Timeout(300)
class TlsIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void peersElectUnderTlsAndIgnorePeersWithoutAValidCertificate() {
        electAndIgnore(certificates -> certificates.foreign());
    }

    @Test
    @Tag("soak")
    void peersIgnoreAPeerWhoseCertificateHasExpiredAndOneWithoutACertificate() {
        // No certificate: that peer does not use TLS.
        electAndIgnore(certificates -> certificates.expired(), certificates -> List.of());
    }

    @SafeVarargs
    private void electAndIgnore(Function<Certificates, List<String>>... strangers) {
        Certificates certificates = Certificates.in(trial.directory().resolve("tls"));
        Cluster cluster = trial.cluster(Loopback.of(3), Program.NODE);
        cluster.peers().forEach(peer -> peer.startWith(certificates.valid()));
        PeerProcess leader = cluster.awaitLeader();
        PeerProcess peer = cluster.others(leader).get(0);

        for (Function<Certificates, List<String>> stranger : strangers) {
            isNotHeard(cluster, peer, stranger.apply(certificates));
        }

        // With its valid certificate the peer comes back, and its vote counts.
        peer.startWith(certificates.valid());
        cluster.awaitLeader();
        cluster.kill(cluster.others(peer).get(0));
        cluster.awaitLeader();
    }

    private static void isNotHeard(Cluster cluster, PeerProcess peer, List<String> options) {
        cluster.kill(peer);
        int before = cluster.history().events().size();
        peer.startWith(options);
        cluster.awaitStarted(peer);
        // A peer whose messages arrive follows within a heartbeat or two.
        cluster.passElectionTimeouts(3);
        cluster.kill(peer);
        List<Event> said = cluster.history().events();
        assertThat(said.subList(before, said.size()))
                .noneMatch(event -> event.peer().equals(peer.id())
                        && (event instanceof Event.Following || event instanceof Event.Elected));
    }
}
