package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.program.Application;
import dev.conclave.cluster.program.Register;
import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.judge.LeadershipInterval;
import dev.conclave.judge.Report;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * All faults mixed, and changes of the electorate among them, beside a fenced register to which each leader writes with its token:
 * the register accepts the tokens in the order of the leaderships (S4), and only leaders write.
 */
class NemesisIT {

    /** Peers that are in no list of voters at the start. */
    private static final int SPARES = 2;

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void peersKeepTheirPromisesUnderAShortMixOfAllFaults() {
        rage(Duration.ofSeconds(Integer.getInteger("nemesis.seconds", 10)), 3);
    }

    @Test
    @Tag("soak")
    void peersKeepTheirPromisesUnderALongMixOfAllFaults() {
        rage(Duration.ofMinutes(Integer.getInteger("soak.minutes", 10)), Integer.getInteger("nemesis.peers", 3));
    }

    private void rage(Duration time, int peers) {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        System.out.println("NemesisIT: -Dcluster.seed=" + seed);
        try (Register register = new Register()) {
            Relays network = Relays.of(peers + SPARES);
            Cluster cluster = trial.electorate(
                    peers, network, Program.APPLICATION, "-D" + Application.REGISTER_PORT + "=" + register.port());
            cluster.start();
            cluster.spares().forEach(PeerProcess::start);
            cluster.awaitLeader();
            Nemesis nemesis = new Nemesis(cluster, network, seed);
            nemesis.rage(time);
            cluster.awaitLeader();
            cluster.until("a write to the register", () -> !register.owners().isEmpty());
            cluster.close();

            Report report = cluster.judge();
            List<LeadershipInterval> leaderships =
                    report.elections().values().iterator().next().leaderships();
            System.out.println("NemesisIT: " + leaderships.size() + " leaderships, faults " + nemesis.done()
                    + ", answers to changes of the electorate " + nemesis.changes()
                    + ", violations " + report.violations().size() + ", longest without a leader while a majority was"
                    + " healthy "
                    + nemesis.health().longestLeaderlessNanos(leaderships) / 1_000_000 + " ms; register: "
                    + register.writes() + " writes under " + register.owners().size() + " tokens, "
                    + register.refused() + " refused");

            List<Register.TokenOwner> led = leaderships.stream()
                    .map(one -> new Register.TokenOwner(one.term(), one.peer().toString()))
                    .toList();
            List<Long> tokens =
                    register.owners().stream().map(Register.TokenOwner::token).toList();
            assertThat(tokens).isNotEmpty().doesNotHaveDuplicates();
            // A leader may write and be killed before it has reported that it leads.
            Set<Long> told = led.stream().map(Register.TokenOwner::token).collect(Collectors.toSet());
            assertThat(led)
                    .containsSubsequence(register.owners().stream()
                            .filter(owner -> told.contains(owner.token()))
                            .toList());
        }
    }
}
