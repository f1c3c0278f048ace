package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.history.Operation;
import dev.conclave.cluster.history.RegisterHistory;
import dev.conclave.cluster.program.Application;
import dev.conclave.cluster.program.Register;
import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.judge.LeadershipInterval;
import dev.conclave.judge.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * All faults mixed, and changes of the electorate among them. Each leader writes with its token to a fenced register outside: it accepts
 * the tokens in the order of the leaderships (S4), and only leaders write. All peers use the register of the election too: what they saw
 * is linearizable (U1 to U7).
 */
class NemesisIT {

    /** Peers that are in no list of voters at the start. */
    private static final int SPARES = 2;

    /** Writes of the register that were done, and looks at its newest value, without which a run would show nothing. */
    private static final int LEAST_WRITES = 50;

    private static final int LEAST_READS = 250;

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void peersKeepTheirPromisesUnderEachFaultOfProcessesAndLinks() {
        // A flood and busy programs would take the processors from the tests beside this one.
        Set<Nemesis.Fault> faults = EnumSet.complementOf(EnumSet.of(Nemesis.Fault.FLOOD, Nemesis.Fault.STARVE));
        play(nemesis -> nemesis.cause(faults), 3);
    }

    @Test
    @Tag("soak")
    void peersKeepTheirPromisesUnderALongMixOfAllFaults() {
        Duration time = Duration.ofMinutes(Integer.getInteger("soak.minutes", 10));
        play(nemesis -> nemesis.rage(time), Integer.getInteger("nemesis.peers", 3));
    }

    private void play(Consumer<Nemesis> faults, int peers) {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        System.out.println("NemesisIT: -Dcluster.seed=" + seed);
        try (Register register = new Register()) {
            Relays network = Relays.of(peers + SPARES);
            Path histories = trial.directory().resolve("register");
            Cluster cluster = trial.electorate(
                    peers,
                    network,
                    Program.APPLICATION,
                    "-D" + Application.REGISTER_PORT + "=" + register.port(),
                    "-D" + Application.REGISTER_HISTORY + "=" + histories);
            cluster.start();
            cluster.spares().forEach(PeerProcess::start);
            cluster.awaitLeader();
            Nemesis nemesis = new Nemesis(cluster, network, seed);
            faults.accept(nemesis);
            cluster.awaitLeader();
            cluster.until("a write to the register", () -> !register.owners().isEmpty());
            cluster.until("uses of the register of the election", () -> isUsed(RegisterHistory.of(histories)));
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
            RegisterHistory history = RegisterHistory.of(histories);
            System.out.println("NemesisIT: register of the election: " + history.counts());
            assertThat(history.violations())
                    .as("what no register explains in " + histories)
                    .isEmpty();

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

    /** Whether there is something to judge. */
    private static boolean isUsed(RegisterHistory history) {
        return history.count(Operation.Kind.DONE) >= LEAST_WRITES && history.reads() >= LEAST_READS;
    }
}
