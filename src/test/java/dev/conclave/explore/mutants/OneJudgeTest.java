package dev.conclave.explore.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.simulation.Simulation;
import dev.conclave.explore.simulation.SimulationArena;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.RunEventLog;
import dev.conclave.explore.world.Violation;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import dev.conclave.judge.Judge;
import dev.conclave.judge.Report;
import dev.conclave.judge.Violation.Promise;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The judge of real processes and the oracle of explored runs agree: the same runs, once seen from outside in every step, once
 * through the lines that the peers would have written.
 */
@Tag("explore")
class OneJudgeTest {

    /** Faults that break S1, S3 or S4 in most runs, so that few will do. */
    private static final List<String> PLAIN = List.of(
            "NeverWrites",
            "CountsPreVotes",
            "NonVoterCountsItself",
            "LeaseFromNewestRound",
            "CountsRepeatedAcknowledgements",
            "CountsStrangersAcknowledgements",
            "NoLoyalty",
            "ForgetsTheElection",
            "ResumesItsTerm");

    private static final Set<Promise> COMPARED = EnumSet.of(Promise.S1, Promise.S3, Promise.S4);

    @ParameterizedTest
    @EnumSource(SimulationArena.class)
    void neitherTheOracleNorTheJudgeAccusesAGoodRun(SimulationArena arena) throws EventLine.Malformed {
        int said = 0;
        for (long seed = 101; seed <= 103; seed++) {
            RunEventLog.Account record = run(arena, Core.PRODUCTION, seed);
            assertThat(record.violations()).as(arena + " " + seed).isEmpty();
            assertThat(judge(record).violations()).as(arena + " " + seed).isEmpty();
            said += record.lines().size();
        }
        assertThat(said).isGreaterThan(100);
    }

    @Test
    void theOracleAndTheJudgeAccuseTheSameRunsOfBrokenCores() throws EventLine.Malformed {
        Set<Promise> accused = EnumSet.noneOf(Promise.class);
        for (Mutant mutant : Mutant.all()) {
            if (PLAIN.contains(mutant.fault())) {
                accused.addAll(compare(mutant, 2));
            }
        }
        assertThat(accused).containsAll(COMPARED);
    }

    static Stream<Mutant> faults() {
        return Mutant.everyFault();
    }

    @ParameterizedTest
    @MethodSource("faults")
    @Tag("soak")
    void theOracleAndTheJudgeAccuseTheSameOfManyRuns(Mutant mutant) throws EventLine.Malformed {
        System.out.println("judged " + mutant.fault() + ": " + compare(mutant, 100));
    }

    /** Returns the promises that the judge found broken in some run. */
    private static Set<Promise> compare(Mutant mutant, int runs) throws EventLine.Malformed {
        Set<Promise> accused = EnumSet.noneOf(Promise.class);
        for (long seed = mutant.seed(); seed < mutant.seed() + runs; seed++) {
            RunEventLog.Account record = run(mutant.arena(), mutant.core(), seed);
            Report report = judge(record);
            Set<String> seen = record.violations().stream()
                    .map(Violation::property)
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<Promise> said = EnumSet.noneOf(Promise.class);
            report.violations().forEach(violation -> said.add(violation.promise()));
            said.retainAll(COMPARED);
            String which =
                    mutant.fault() + " " + mutant.arena() + " " + seed + ": oracle " + seen + ", judge " + report;
            // Events do not show renewals, so to the judge a leadership lasts until its end is reported; the oracle,
            // which
            // sees each lease, accuses the leader that outlives one (R8) and not the next that is elected.
            boolean outlivesItsLease = record.violations().stream()
                    .anyMatch(violation -> violation.property().equals("R8")
                            && violation.toString().contains("beyond its lease"));
            if (!said.isEmpty() && !(outlivesItsLease && said.equals(EnumSet.of(Promise.S3)))) {
                assertThat(seen).as(which).containsAnyOf("S1", "LIFE", "S3", "S4", "S5", "STRONG");
            }
            // To the judge a process ends where another of its name starts, so it cannot see two of one name lead at
            // once.
            boolean othersLead = record.violations().stream()
                    .anyMatch(violation -> violation.property().equals("S3")
                            && !violation.toString().contains("a former process of"));
            // Events show no second beginning of a leadership, so a leader that goes on after it has reported its end
            // is accused
            // of its second end (S1), and not of leading beside another.
            boolean endsTwice = report.violations().stream()
                    .anyMatch(violation -> violation.promise() == Promise.S1
                            && violation.toString().contains("a second time"));
            if (othersLead && !endsTwice) {
                assertThat(said).as(which).contains(Promise.S3);
            }
            if (seen.contains("S4")) {
                // A term that is led twice is S4 to the oracle at once; the judge calls it S1.
                assertThat(said).as(which).containsAnyOf(Promise.S4, Promise.S1);
            }
            accused.addAll(said);
        }
        return accused;
    }

    private static RunEventLog.Account run(SimulationArena arena, Core core, long seed) {
        List<Choice> choices = new ArrayList<>();
        Simulation simulation = arena.simulation(core, seed, new EventCounts(), choices);
        simulation.world().goesOnAfter(new ArrayList<>());
        try {
            simulation.run(2);
        } catch (RuntimeException end) {
            // L1 and L2, or a step that refuses what the fault has made: the run up to there is compared.
            assertThat(core).as(end.toString()).isNotSameAs(Core.PRODUCTION);
        }
        return RunEventLog.of(arena.group(seed), core, choices);
    }

    private static Report judge(RunEventLog.Account record) throws EventLine.Malformed {
        List<Event> events = new ArrayList<>();
        for (String line : record.lines()) {
            events.add(EventLine.read(line));
        }
        return Judge.judge(events);
    }
}
