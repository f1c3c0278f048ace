package dev.conclave.explore.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.search.NamedSearch;
import dev.conclave.explore.search.PeerModel;
import dev.conclave.explore.search.Search;
import dev.conclave.explore.search.SearchBounds;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.Violation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An explorer that does not find the faults of a broken core proves nothing about the production core. Each deliberate fault is
 * found: by the simulation that is noted with it, by a complete search of a small size, or by a scripted run ({@link
 * DirectedTest}).
 */
@Tag("explore")
class MutantsTest {

    /** Counted from the noted seed; a change of the core changes the runs of the same seeds. */
    private static final int MOST_RUNS = 4000;

    static Stream<Mutant> bySimulation() {
        return Mutant.all().stream().filter(mutant -> mutant.seed() != 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bySimulation")
    void aSimulationFindsTheFault(Mutant mutant) {
        EventCounts counts = new EventCounts();
        String property = "";
        long seed = mutant.seed();
        while (!mutant.properties().contains(property) && seed < mutant.seed() + MOST_RUNS) {
            property = MutantFinder.judge(mutant, mutant.arena(), seed++, counts);
        }
        System.out.printf(
                "mutant %s %s: %s after %,d steps (%s, seed %d)%n",
                mutant.rule(), mutant.fault(), property, counts.steps, mutant.arena(), seed - 1);
        assertThat(mutant.properties()).contains(property);
    }

    @Test
    void aSearchFindsALeaseThatIsANanosecondTooLong() {
        found(new LeaseFaults.LongLease(), rounds());
    }

    @Test
    void aSearchFindsALeaseThatLeavesOutTheDrift() {
        found(new LeaseFaults.LeaseWithoutDrift(), rounds());
    }

    @Test
    void aSearchFindsALeaseThatCountsHalfTheDrift() {
        found(new LeaseFaults.LeaseWithHalfTheDrift(), rounds());
    }

    @Test
    void aSearchFindsALoyaltyOfHalfTheElectionTimeout() {
        found(new LoyaltyFaults.HalfLoyalty(), rounds());
    }

    @Test
    void aSearchFindsAMissingLoyalty() {
        found(new LoyaltyFaults.NoLoyalty(), rounds());
    }

    @Test
    void aSearchFindsFalseProofs() {
        found(
                new LoyaltyFaults.FalseProofs(),
                SearchBounds.led(NamedSearch.THREE, "term=2 proofs=2 timers=2 messages=4"));
    }

    @Test
    void aSearchFindsATermThatIsForgottenWithoutAFloor() {
        found(new LoyaltyFaults.ForgetsWithoutAFloor(), NamedSearch.forgotten().bounds());
    }

    @Test
    void aSearchFindsAVoteForTheNameOfANonVoter() {
        found(new VoteFaults.VotesForTheName(), NamedSearch.supplanted().bounds());
    }

    @Test
    void aSearchFindsALoyaltyToTheNameOfANonVoter() {
        found(new LoyaltyFaults.LoyalToTheName(), NamedSearch.supplanted().bounds());
    }

    @Test
    void aSearchFindsAPeerThatSleptAndDoesNotHandleQueuedMessages() {
        found(new VoteFaults.NeverDrains(), SearchBounds.led(NamedSearch.THREE, "term=2 ticks=3 timers=3 messages=2"));
    }

    /** {@link Mutant#harmless} has the argument; the searches go through other states with the fault than without it. */
    @Test
    void standingBecauseOfAPushedVoteBreaksNothing() {
        SearchBounds bounds =
                SearchBounds.led(NamedSearch.THREE, "term=2 ticks=1 crashes=1 proofs=2 timers=2 messages=3");
        var as = new Search<>(new PeerModel(bounds, Core.PRODUCTION), 2, 600_000);
        var with = new Search<>(new PeerModel(bounds, Mutant.harmless().core()), 2, 600_000);
        assertThat(as.run()).isTrue();
        assertThat(with.run()).isTrue();
        System.out.printf(
                "harmless %s: %,d states, %,d without it%n", Mutant.harmless().fault(), with.states(), as.states());
        assertThat(with.states()).isNotEqualTo(as.states());
    }

    private static SearchBounds rounds() {
        return SearchBounds.led(NamedSearch.THREE, "term=2 ticks=2 beats=1 timers=4 messages=4");
    }

    /** The same size holds for the production core, or the search would only show that it is too strict. */
    private static void found(Core core, SearchBounds bounds) {
        Search<PeerModel.Situation, Choice> search = new Search<>(new PeerModel(bounds, core), 2, 600_000);
        search.run();
        Violation violation = search.violation();
        assertThat(violation).isNotNull();
        System.out.printf(
                "mutant %s: %s after %,d states, shortest run %d choices%n",
                core.getClass().getSimpleName(),
                violation == null ? "" : violation.property(),
                search.states(),
                search.counterexample().size());
        assertThat(Mutant.of(core).properties()).contains(violation == null ? "" : violation.property());
    }
}
