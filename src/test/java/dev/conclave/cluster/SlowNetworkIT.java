package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.relay.LinkFaults;
import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.HttpDoor;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.status.ElectorateStatus;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Delay, jitter, little bandwidth, and connections that break while all peers live. */
@Timeout(300)
class SlowNetworkIT {

    private static final Duration PATH = Duration.ofMillis(200);
    private static final String SHORT = "set election-timeout=500ms heartbeat-interval=50ms";

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    @Tag("soak")
    void aSlowNetworkCostsTimeAndNothingElse() {
        Relays network = Relays.of(3);
        Cluster cluster = trial.cluster(network, Program.NODE).start();
        cluster.awaitLeader();

        network.faults(LinkFaults.delayed(Duration.ofMillis(40), Duration.ofMillis(80)));
        cluster.passElectionTimeouts(3);
        PeerProcess leader = cluster.awaitLeader();
        cluster.kill(leader);
        cluster.awaitNextLeader();
        cluster.restart(leader);
        cluster.awaitLeader();

        network.faults(LinkFaults.narrow(16_000));
        cluster.passElectionTimeouts(2);
        network.faults(LinkFaults.CALM);
        cluster.awaitLeader();

        // As a router does that drops its connection table. Remoting connects again, and no peer takes the break for a
        // proof of death.
        for (PeerProcess from : cluster.peers()) {
            for (PeerProcess to : cluster.others(from)) {
                network.link(from.id(), to.id()).breakConnections();
            }
        }
        cluster.awaitLeader();
    }

    /** A path of 200 ms each way: an answer takes 400 ms, and a lease of E = 500 ms with its stop margin of 200 ms is shorter. */
    @Test
    @Tag("soak")
    void anElectionTimeoutIsRefusedThatThePathsAreTooLongForAndOneThatTheyOutgrewIsLengthened() {
        Relays network = Relays.of(3);
        Cluster cluster = trial.electorate(3, network, Program.NODE).start();
        PeerProcess leader = cluster.awaitLeader();

        network.faults(LinkFaults.delayed(PATH, Duration.ZERO));
        HttpDoor.Answer tooShort = leader.door().change(SHORT);
        assertThat(tooShort.status()).isEqualTo(409);
        assertThat(tooShort.body()).contains("an answer takes 4", " ms here, too long for a lease of 490 ms");
        assertThat(electorate(leader).number()).isZero();

        network.faults(LinkFaults.CALM);
        cluster.until(
                "the change on calm paths", () -> leader.door().change(SHORT).isDone());
        cluster.awaitLeader();
        network.faults(LinkFaults.delayed(PATH, Duration.ZERO));
        cluster.awaitDismissed(cluster.awaitLeader());

        // No lease can be held any more; the change needs no leader.
        HttpDoor.Answer back = leader.door().change("set election-timeout=2s heartbeat-interval=100ms");
        assertThat(back.isDone()).as(back.body()).isTrue();
        cluster.until(
                "the longer election timeout everywhere",
                () -> cluster.peers().stream()
                        .allMatch(peer ->
                                electorate(peer).obeyed() && electorate(peer).electionTimeoutMillis() == 2_000));
        cluster.awaitNextLeader();
    }

    private static ElectorateStatus electorate(PeerProcess peer) {
        return peer.door().electorate().orElseThrow();
    }
}
