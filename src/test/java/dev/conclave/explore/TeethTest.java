package dev.conclave.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An explorer that does not find the faults of a broken core proves nothing about the production core. Each deliberate fault is
 * found: by the simulation that is noted with it, by a complete search of a small size, or by a scripted run ({@link
 * DirectedTest}, {@link DirectedAdmissionTest}).
 */
@Tag("explore")
class TeethTest {

    /** Counted from the noted seed; a change of the core changes the runs of the same seeds. */
    private static final int MOST_RUNS = 4000;

    static Stream<Tooth> bySimulation() {
        return Tooth.all().stream().filter(tooth -> tooth.seed() != 0);
    }

    @ParameterizedTest
    @MethodSource("bySimulation")
    void aSimulationFindsTheFault(Tooth tooth) {
        Tally tally = new Tally();
        String property = "";
        long seed = tooth.seed();
        while (!tooth.properties().contains(property) && seed < tooth.seed() + MOST_RUNS) {
            property = Bite.judge(tooth, tooth.arena(), seed++, tally);
        }
        System.out.printf(
                "tooth %s %s: %s after %,d steps (%s, seed %d)%n",
                tooth.rule(), tooth.fault(), property, tally.steps, tooth.arena(), seed - 1);
        assertThat(tooth.properties()).contains(property);
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
        found(new LoyaltyFaults.FalseProofs(), Bounds.led(Size.THREE, "term=2 proofs=2 timers=2 letters=4"));
    }

    @Test
    void aSearchFindsATermThatIsForgottenWithoutAFloor() {
        found(new LoyaltyFaults.ForgetsWithoutAFloor(), Size.forgotten().bounds());
    }

    @Test
    void aSearchFindsAVoteForTheNameOfANonVoter() {
        found(new VoteFaults.VotesForTheName(), Size.supplanted().bounds());
    }

    @Test
    void aSearchFindsALoyaltyToTheNameOfANonVoter() {
        found(new LoyaltyFaults.LoyalToTheName(), Size.supplanted().bounds());
    }

    @Test
    void aSearchFindsAReadmissionWithoutAFloor() {
        found(
                new NodeFaults.ReadmittedWithoutFloor(),
                Size.lost("", "term=2 ticks=2 timers=1 letters=3").bounds());
    }

    @Test
    void aSearchFindsAPeerThatSleptAndDoesNotHandleQueuedMessages() {
        found(new VoteFaults.NeverDrains(), Bounds.led(Size.THREE, "term=2 ticks=3 timers=3 letters=2"));
    }

    /** {@link Tooth#harmless} has the argument; the searches go through other states with the fault than without it. */
    @Test
    void standingBecauseOfAPushedVoteBreaksNothing() {
        Bounds bounds = Bounds.led(Size.THREE, "term=2 ticks=1 crashes=1 proofs=2 timers=2 letters=3");
        var as = new Search<>(new PeerModel(bounds, Core.PRODUCTION), 2, 600_000);
        var with = new Search<>(new PeerModel(bounds, Tooth.harmless().core()), 2, 600_000);
        assertThat(as.run()).isTrue();
        assertThat(with.run()).isTrue();
        System.out.printf(
                "harmless %s: %,d states, %,d without it%n", Tooth.harmless().fault(), with.states(), as.states());
        assertThat(with.states()).isNotEqualTo(as.states());
    }

    private static Bounds rounds() {
        return Bounds.led(Size.THREE, "term=2 ticks=2 beats=1 timers=4 letters=4");
    }

    /** The same size holds for the production core, or the search would only show that it is too strict. */
    private static void found(Core core, Bounds bounds) {
        Search<PeerModel.Situation, Choice> search = new Search<>(new PeerModel(bounds, core), 2, 600_000);
        search.run();
        Violation violation = search.violation();
        assertThat(violation).isNotNull();
        System.out.printf(
                "tooth %s: %s after %,d states, shortest run %d choices%n",
                core.getClass().getSimpleName(),
                violation == null ? "" : violation.property(),
                search.states(),
                search.counterexample().size());
        assertThat(Tooth.of(core).properties()).contains(violation == null ? "" : violation.property());
    }
}
