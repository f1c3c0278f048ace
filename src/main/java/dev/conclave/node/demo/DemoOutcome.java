package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of a demo: its rounds, the judge's report and other errors.
 *
 * @param firstLeaderNanos from the start of the first process to the first leader; empty if there was none
 * @param rounds the completed rounds
 * @param report the judge's report
 * @param troubles other errors
 */
record DemoOutcome(
        DemoPlan plan,
        List<PeerId> peers,
        Optional<Long> firstLeaderNanos,
        List<DemoRound> rounds,
        Report report,
        List<String> troubles) {

    DemoOutcome {
        peers = List.copyOf(peers);
        rounds = List.copyOf(rounds);
        troubles = List.copyOf(troubles);
    }

    /** Returns all errors of the demo, in sentences. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>(troubles);
        report.violations().forEach(violation -> complaints.add(violation.toString()));
        for (DemoRound round : rounds) {
            if (round.leaders() != 1) {
                complaints.add("round " + round.number() + " elected " + round.leaders() + " leaders");
            }
        }
        if (rounds.size() < plan.rounds()) {
            complaints.add("only " + rounds.size() + " of " + plan.rounds() + " rounds were completed");
        }
        return complaints;
    }

    /** Returns the rounds with little CPU pressure. */
    List<DemoRound> quietRounds() {
        return rounds.stream().filter(DemoRound::isQuiet).toList();
    }

    boolean isGood() {
        return complaints().isEmpty();
    }
}
