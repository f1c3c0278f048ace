package dev.conclave.explore.mutants;

import dev.conclave.explore.simulation.SimulationArena;
import dev.conclave.explore.world.Core;
import java.util.List;
import java.util.stream.Stream;

/**
 * A deliberate fault, and the properties that an explorer must find broken.
 *
 * @param rule the rule that is broken
 * @param core the core with the fault
 * @param properties the properties that may break
 * @param arena where a simulation shows it
 * @param seed the simulation that shows it; 0 if a complete search or a story does, see {@link MutantsTest} and {@link
 *     DirectedTest}
 */
record Mutant(String rule, Core core, List<String> properties, SimulationArena arena, long seed) {

    /** The name of the fault. */
    String fault() {
        return core.getClass().getSimpleName();
    }

    /** The name of a test with this fault. */
    @Override
    public String toString() {
        return rule + " " + fault();
    }

    /** Whether the fault lies outside the steps of the core, so that no test of its steps can show it. */
    boolean isInSurroundings() {
        return core instanceof Core.InSurroundings;
    }

    private static Mutant mutant(String rule, Core core, SimulationArena arena, long seed, String... properties) {
        return new Mutant(rule, core, List.of(properties), arena, seed);
    }

    /** All faults that break a property. */
    static List<Mutant> all() {
        return List.of(
                mutant("R1", new VoteFaults.RefusalsTeachNothing(), SimulationArena.MIXED_FAULTS, 30, "L1", "L2"),
                mutant("R2", new VoteFaults.VotesTwice(), SimulationArena.MIXED_FAULTS, 1, "S2", "S1", "R3"),
                mutant("R2", new VoteFaults.VotesInLearnedTerm(), SimulationArena.MIXED_FAULTS, 1, "S2"),
                mutant("R2", new VoteFaults.VotesInOldTerm(), SimulationArena.MIXED_FAULTS, 4, "S2"),
                mutant("R2", new VoteFaults.RepeatsToAnybody(), SimulationArena.MIXED_FAULTS, 1, "R3", "S1"),
                mutant("R2", new VoteFaults.VotesForTheName(), SimulationArena.MIXED_FAULTS, 0, "S1"),
                mutant("R2", new VoteFaults.CountsVotesForFormerLives(), SimulationArena.MIXED_FAULTS, 0, "S1"),
                mutant("R6", new LoyaltyFaults.LoyalToTheName(), SimulationArena.MIXED_FAULTS, 53, "S3", "STRONG"),
                mutant("R3", new VoteFaults.NeverWrites(), SimulationArena.MIXED_FAULTS, 1, "R3"),
                mutant("R3", new VoteFaults.AnswersBeforeDurable(), SimulationArena.MIXED_FAULTS, 1, "R3"),
                mutant("R3", new VoteFaults.RepeatedAnswerOvertakes(), SimulationArena.MIXED_FAULTS, 2, "R3"),
                mutant("R3", new VoteFaults.AcknowledgementOvertakes(), SimulationArena.MIXED_FAULTS, 1, "R3"),
                mutant("R3", new VoteFaults.CountsBeforeDurable(), SimulationArena.MIXED_FAULTS, 2, "R3"),
                mutant("R3", new VoteFaults.LossIsToldLast(), SimulationArena.MIXED_FAULTS, 61, "R3"),
                mutant(
                        "R4",
                        new VoteFaults.CountsRepeatedGrants(),
                        SimulationArena.MIXED_FAULTS,
                        645,
                        "S1",
                        "S3",
                        "STRONG"),
                mutant(
                        "R4",
                        new VoteFaults.CountsLateGrants(),
                        SimulationArena.MIXED_FAULTS,
                        5226,
                        "S1",
                        "S3",
                        "STRONG",
                        "LIFE"),
                mutant("R4", new VoteFaults.CountsPreVotes(), SimulationArena.MIXED_FAULTS, 6, "S1", "S3", "STRONG"),
                mutant("R4", new VoteFaults.HalfIsAMajority(), SimulationArena.MIXED_FAULTS, 758, "S1", "S3", "STRONG"),
                mutant(
                        "R4",
                        new VoteFaults.NonVoterCountsItself(),
                        SimulationArena.MIXED_FAULTS,
                        294,
                        "S1",
                        "S3",
                        "STRONG"),
                mutant(
                        "R11",
                        new VoteFaults.PushedVotesFitAnyTerm(),
                        SimulationArena.MIXED_FAULTS,
                        5559,
                        "S1",
                        "S3",
                        "STRONG"),
                mutant("R11", new VoteFaults.NoJitter(), SimulationArena.MIXED_FAULTS, 4, "L1"),
                mutant("R7", new LeaseFaults.LeaseFromNewestRound(), SimulationArena.CUT_LINKS, 6, "S3", "STRONG"),
                mutant("R7", new LeaseFaults.LongLease(), SimulationArena.MIXED_FAULTS, 0, "S3", "STRONG"),
                mutant("R7", new LeaseFaults.LeaseWithoutDrift(), SimulationArena.MIXED_FAULTS, 0, "S3", "STRONG"),
                mutant("R7", new LeaseFaults.LeaseWithHalfTheDrift(), SimulationArena.CUT_LINKS, 13, "S3", "STRONG"),
                mutant(
                        "R7",
                        new LeaseFaults.ToldWhenWon(),
                        SimulationArena.MIXED_FAULTS,
                        34,
                        "S3",
                        "STRONG",
                        "S5",
                        "S4"),
                mutant("R7", new LeaseFaults.ToldOverOldUsers(), SimulationArena.MIXED_FAULTS, 1167, "S5", "R8"),
                mutant("R7", new LeaseFaults.NeverGivesUp(), SimulationArena.MIXED_FAULTS, 3398, "L1"),
                mutant(
                        "R4",
                        new LeaseFaults.CountsRepeatedAcknowledgements(),
                        SimulationArena.CUT_LINKS,
                        9,
                        "S3",
                        "STRONG",
                        "S4"),
                mutant(
                        "R4",
                        new LeaseFaults.CountsStrangersAcknowledgements(),
                        SimulationArena.CUT_LINKS,
                        77,
                        "S3",
                        "STRONG",
                        "S4"),
                mutant("R8", new LeaseFaults.NoMargin(), SimulationArena.MIXED_FAULTS, 4, "S5", "R8"),
                mutant(
                        "R8",
                        new LeaseFaults.EndIsAWarning(),
                        SimulationArena.MIXED_FAULTS,
                        26,
                        "SPIN",
                        "S1",
                        "STRONG",
                        "S3",
                        "R8"),
                mutant("R8", new LeaseFaults.LooksOnTicksOnly(), SimulationArena.MIXED_FAULTS, 15, "R8"),
                mutant("R6", new LoyaltyFaults.NoLoyalty(), SimulationArena.MIXED_FAULTS, 13, "S3", "STRONG", "L2"),
                mutant("R6", new LoyaltyFaults.HalfLoyalty(), SimulationArena.MIXED_FAULTS, 130, "S3", "STRONG"),
                mutant("R6", new LoyaltyFaults.OwnVoteIsFree(), SimulationArena.CUT_LINKS, 1156, "S3", "STRONG", "L2"),
                mutant(
                        "R6",
                        new LoyaltyFaults.NoLoyaltyAtStart(),
                        SimulationArena.MIXED_FAULTS,
                        96,
                        "S5",
                        "S3",
                        "STRONG"),
                mutant(
                        "R6",
                        new LoyaltyFaults.ForgetsTheElection(),
                        SimulationArena.MIXED_FAULTS,
                        1,
                        "S1",
                        "S2",
                        "S3",
                        "STRONG",
                        "S4"),
                mutant(
                        "R6",
                        new LoyaltyFaults.ForgetsWithoutAFloor(),
                        SimulationArena.FORGETTING,
                        3,
                        "S1",
                        "S2",
                        "S3",
                        "STRONG",
                        "R3"),
                mutant("R3", new LoyaltyFaults.ResumesItsTerm(), SimulationArena.MIXED_FAULTS, 1, "LIFE", "S1"),
                mutant(
                        "R6",
                        new LoyaltyFaults.NotLoyalToItself(),
                        SimulationArena.CUT_LINKS,
                        1594,
                        "S3",
                        "S5",
                        "STRONG",
                        "R8"),
                mutant(
                        "R9",
                        new LoyaltyFaults.ReleasesBeforeUsersStop(),
                        SimulationArena.MIXED_FAULTS,
                        4,
                        "S5",
                        "STRONG",
                        "R8"),
                mutant("R9", new LoyaltyFaults.BelievesOldReleases(), SimulationArena.MIXED_FAULTS, 67, "S3", "STRONG"),
                mutant("R9", new LoyaltyFaults.AnyReleaseFrees(), SimulationArena.CUT_LINKS, 516, "S3", "STRONG"),
                mutant(
                        "R9",
                        new LoyaltyFaults.ResumesAfterHandOver(),
                        SimulationArena.MIXED_FAULTS,
                        55,
                        "S3",
                        "STRONG",
                        "R8"),
                mutant("R9", new LoyaltyFaults.ExpiredLeaseNamesASuccessor(), SimulationArena.CUT_REMOTING, 2, "L2"),
                mutant("R10", new LoyaltyFaults.FalseProofs(), SimulationArena.CRASHES, 6, "S3", "STRONG"),
                mutant("R10", new LoyaltyFaults.ProofByName(), SimulationArena.MIXED_FAULTS, 581, "L2", "S3", "STRONG"),
                mutant("R10", new LoyaltyFaults.AnyProofFrees(), SimulationArena.MIXED_FAULTS, 28, "S3", "STRONG"),
                mutant("R5", new VoteFaults.NoPreVote(), SimulationArena.MIXED_FAULTS, 1, "L2", "L1"),
                mutant(
                        "R5",
                        new VoteFaults.PreVotesTeach(),
                        SimulationArena.MIXED_FAULTS,
                        1,
                        "S2",
                        "R3",
                        "L2",
                        "S1",
                        "LIFE"),
                mutant("R12", new VoteFaults.NeverDrains(), SimulationArena.MIXED_FAULTS, 1, "R12"),
                mutant("R12", new VoteFaults.AlwaysDrains(), SimulationArena.MIXED_FAULTS, 0, "L1"),
                mutant(
                        "R6",
                        new LoyaltyFaults.LoyaltyGoesWithTheTerm(),
                        SimulationArena.MIXED_FAULTS,
                        0,
                        "S3",
                        "STRONG"),
                mutant(
                        "R6",
                        new LoyaltyFaults.ShorterLoyaltyAtStart(),
                        SimulationArena.MIXED_FAULTS,
                        0,
                        "S3",
                        "STRONG"),
                mutant("R10", new LoyaltyFaults.AnotherLifeIsAProof(), SimulationArena.MIXED_FAULTS, 0, "S3", "STRONG"),
                mutant(
                        "R4",
                        new LeaseFaults.CountsOldAcknowledgements(),
                        SimulationArena.MIXED_FAULTS,
                        0,
                        "S3",
                        "STRONG"),
                mutant(
                        "R9",
                        new LoyaltyFaults.ReleaseFreesTheForgetful(),
                        SimulationArena.MIXED_FAULTS,
                        0,
                        "S3",
                        "STRONG"),
                mutant("U1", new RegisterFaults.StoresInMemoryOnly(), SimulationArena.REGISTERS, 1, "R3"),
                mutant("U2", new RegisterFaults.TakesItsOwnOnly(), SimulationArena.REGISTERS, 4, "KEPT"),
                mutant("U2", new RegisterFaults.PushedVotesNameNothing(), SimulationArena.REGISTERS, 617, "KEPT"),
                mutant("U3", new RegisterFaults.LeadsBeforeItRepeats(), SimulationArena.REGISTERS, 1342, "KEPT"),
                mutant("U3", new RegisterFaults.RepeatsOnlyWhatDiffers(), SimulationArena.REGISTERS, 6192, "KEPT"),
                mutant("U4", new RegisterFaults.DoneAtTheLeader(), SimulationArena.REGISTERS, 11, "KEPT"),
                mutant("U4", new RegisterFaults.UnknownIsNo(), SimulationArena.REGISTERS, 1, "U4"),
                mutant("U5", new RegisterFaults.ReadsWhatIsNotDone(), SimulationArena.REGISTERS, 1, "U5"),
                mutant("U5", new RegisterFaults.ShowsWhatItStores(), SimulationArena.REGISTERS, 1, "COPY"),
                mutant("U10", new RegisterFaults.WritesBeforeItFounds(), SimulationArena.REGISTERS, 0, "KEPT"));
    }

    /**
     * A fault that breaks none of S1 to S5, with the argument in its Javadoc: a test of the rule fails under it, and the
     * searches that it may disturb hold with it as they do without ({@link MutantsTest}).
     */
    static Mutant harmless() {
        return mutant("R11", new LoyaltyFaults.PushedVoteMakesStand(), SimulationArena.MIXED_FAULTS, 0);
    }

    /** All faults, the harmless one too. */
    static Stream<Mutant> everyFault() {
        return Stream.concat(all().stream(), Stream.of(harmless()));
    }

    /** The fault with this core. */
    static Mutant of(Core core) {
        return everyFault()
                .filter(mutant -> mutant.core().getClass() == core.getClass())
                .findFirst()
                .orElseThrow();
    }
}
