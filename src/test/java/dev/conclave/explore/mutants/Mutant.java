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
 * @param seed the simulation that shows it; 0 if a complete search or a story does, see {@link MutantsTest}, {@link
 *     DirectedTest} and {@link DirectedAdmissionTest}
 */
record Mutant(String rule, Core core, List<String> properties, SimulationArena arena, long seed) {

    /** The name of the fault. */
    String fault() {
        return core.getClass().getSimpleName();
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
                mutant("R1", new VoteFaults.RefusalsTeachNothing(), SimulationArena.ALL, 30, "L1", "L2"),
                mutant("R2", new VoteFaults.VotesTwice(), SimulationArena.ALL, 1, "S2", "S1", "R3"),
                mutant("R2", new VoteFaults.VotesInLearnedTerm(), SimulationArena.ALL, 1, "S2"),
                mutant("R2", new VoteFaults.VotesInOldTerm(), SimulationArena.ALL, 1, "S2"),
                mutant("R2", new VoteFaults.RepeatsToAnybody(), SimulationArena.ALL, 1, "R3", "S1"),
                mutant("R2", new VoteFaults.VotesForTheName(), SimulationArena.ALL, 0, "S1"),
                mutant("R2", new VoteFaults.CountsVotesForFormerLives(), SimulationArena.ALL, 0, "S1"),
                mutant("R6", new LoyaltyFaults.LoyalToTheName(), SimulationArena.ALL, 12, "S3", "STRONG"),
                mutant("R3", new VoteFaults.NeverWrites(), SimulationArena.ALL, 1, "R3"),
                mutant("R3", new VoteFaults.AnswersBeforeDurable(), SimulationArena.ALL, 1, "R3"),
                mutant("R3", new VoteFaults.RepeatedAnswerOvertakes(), SimulationArena.ALL, 2, "R3"),
                mutant("R3", new VoteFaults.AcknowledgementOvertakes(), SimulationArena.ALL, 1, "R3"),
                mutant("R3", new VoteFaults.CountsBeforeDurable(), SimulationArena.ALL, 1, "R3"),
                mutant("R3", new VoteFaults.LossIsToldLast(), SimulationArena.ALL, 10, "R3"),
                mutant("R4", new VoteFaults.CountsRepeatedGrants(), SimulationArena.ALL, 441, "S1", "S3", "STRONG"),
                mutant(
                        "R4",
                        new VoteFaults.CountsLateGrants(),
                        SimulationArena.ALL,
                        1564,
                        "S1",
                        "S3",
                        "STRONG",
                        "LIFE"),
                mutant("R4", new VoteFaults.CountsPreVotes(), SimulationArena.ALL, 6, "S1", "S3", "STRONG"),
                mutant("R4", new VoteFaults.HalfIsAMajority(), SimulationArena.ALL, 334, "S1", "S3", "STRONG"),
                mutant("R4", new VoteFaults.NonVoterCountsItself(), SimulationArena.ALL, 214, "S1", "S3", "STRONG"),
                mutant("R11", new VoteFaults.PushedVotesFitAnyTerm(), SimulationArena.ALL, 4431, "S1", "S3", "STRONG"),
                mutant("R11", new VoteFaults.NoJitter(), SimulationArena.ALL, 4, "L1"),
                mutant("R7", new LeaseFaults.LeaseFromNewestRound(), SimulationArena.CUTS, 5, "S3", "STRONG"),
                mutant("R7", new LeaseFaults.LongLease(), SimulationArena.ALL, 0, "S3", "STRONG"),
                mutant("R7", new LeaseFaults.LeaseWithoutDrift(), SimulationArena.ALL, 0, "S3", "STRONG"),
                mutant("R7", new LeaseFaults.LeaseWithHalfTheDrift(), SimulationArena.CUTS, 8, "S3", "STRONG"),
                mutant("R7", new LeaseFaults.ToldWhenWon(), SimulationArena.ALL, 12, "S3", "STRONG", "S5", "S4"),
                mutant("R7", new LeaseFaults.ToldOverOldUsers(), SimulationArena.ALL, 717, "S5", "R8"),
                mutant("R7", new LeaseFaults.NeverGivesUp(), SimulationArena.ALL, 1662, "L1"),
                mutant(
                        "R4",
                        new LeaseFaults.CountsRepeatedAcknowledgements(),
                        SimulationArena.CUTS,
                        9,
                        "S3",
                        "STRONG",
                        "S4"),
                mutant(
                        "R4",
                        new LeaseFaults.CountsStrangersAcknowledgements(),
                        SimulationArena.CUTS,
                        66,
                        "S3",
                        "STRONG",
                        "S4"),
                mutant("R8", new LeaseFaults.NoMargin(), SimulationArena.ALL, 4, "S5", "R8"),
                mutant("R8", new LeaseFaults.EndIsAWarning(), SimulationArena.ALL, 6, "SPIN", "STRONG", "S3", "R8"),
                mutant("R8", new LeaseFaults.LooksOnTicksOnly(), SimulationArena.ALL, 12, "R8"),
                mutant("R6", new LoyaltyFaults.NoLoyalty(), SimulationArena.ALL, 4, "S3", "STRONG", "L2"),
                mutant("R6", new LoyaltyFaults.HalfLoyalty(), SimulationArena.ALL, 79, "S3", "STRONG"),
                mutant("R6", new LoyaltyFaults.OwnVoteIsFree(), SimulationArena.CUTS, 626, "S3", "STRONG", "L2"),
                mutant("R6", new LoyaltyFaults.NoLoyaltyAtStart(), SimulationArena.ALL, 96, "S5", "S3", "STRONG"),
                mutant(
                        "R6",
                        new LoyaltyFaults.ForgetsTheElection(),
                        SimulationArena.ALL,
                        1,
                        "S1",
                        "S2",
                        "S3",
                        "STRONG",
                        "S4"),
                mutant(
                        "R6",
                        new LoyaltyFaults.ForgetsWithoutAFloor(),
                        SimulationArena.NAMES,
                        3,
                        "S1",
                        "S2",
                        "S3",
                        "STRONG",
                        "R3"),
                mutant("R3", new LoyaltyFaults.ResumesItsTerm(), SimulationArena.ALL, 1, "LIFE", "S1"),
                mutant(
                        "R6",
                        new LoyaltyFaults.NotLoyalToItself(),
                        SimulationArena.CUTS,
                        1412,
                        "S3",
                        "S5",
                        "STRONG",
                        "R8"),
                mutant("R9", new LoyaltyFaults.ReleasesBeforeUsersStop(), SimulationArena.ALL, 4, "S5", "STRONG", "R8"),
                mutant("R9", new LoyaltyFaults.BelievesOldReleases(), SimulationArena.ALL, 15, "S3", "STRONG"),
                mutant("R9", new LoyaltyFaults.AnyReleaseFrees(), SimulationArena.CUTS, 169, "S3", "STRONG"),
                mutant("R9", new LoyaltyFaults.ResumesAfterHandOver(), SimulationArena.ALL, 4, "S3", "STRONG", "R8"),
                mutant("R10", new LoyaltyFaults.FalseProofs(), SimulationArena.ENDS, 5, "S3", "STRONG"),
                mutant("R10", new LoyaltyFaults.ProofByName(), SimulationArena.ALL, 298, "L2", "S3", "STRONG"),
                mutant("R10", new LoyaltyFaults.AnyProofFrees(), SimulationArena.ALL, 20, "S3", "STRONG"),
                mutant("R5", new VoteFaults.NoPreVote(), SimulationArena.ALL, 1, "L2", "L1"),
                mutant("R5", new VoteFaults.PreVotesTeach(), SimulationArena.ALL, 1, "S2", "R3", "L2", "S1", "LIFE"),
                mutant("R12", new VoteFaults.NeverDrains(), SimulationArena.ALL, 1, "R12"),
                mutant("R13", new NodeFaults.HeedsStrangers(), SimulationArena.NODES, 1, "R13"),
                mutant("R13", new NodeFaults.HeedsFormerLives(), SimulationArena.NODES, 1, "R13"),
                mutant(
                        "R15",
                        new NodeFaults.EmptyDirectoryIsBelieved(),
                        SimulationArena.NODES,
                        1,
                        "S1",
                        "S3",
                        "STRONG",
                        "R15"),
                mutant(
                        "R15",
                        new NodeFaults.MajorityOfAnswersAdmits(),
                        SimulationArena.NODES,
                        1,
                        "S1",
                        "S3",
                        "STRONG",
                        "R15"),
                mutant("R15", new NodeFaults.PromisesBeforeDurable(), SimulationArena.NODES, 1, "R15"),
                mutant("R15", new NodeFaults.WaitingPeersAreSilent(), SimulationArena.NODES, 1, "R15L"),
                mutant("R15", new NodeFaults.ReadmittedWithoutLoyalty(), SimulationArena.NODES, 1, "S3", "STRONG"),
                mutant("R12", new VoteFaults.AlwaysDrains(), SimulationArena.ALL, 0, "L1"),
                mutant("R6", new LoyaltyFaults.LoyaltyGoesWithTheTerm(), SimulationArena.ALL, 0, "S3", "STRONG"),
                mutant("R6", new LoyaltyFaults.ShorterLoyaltyAtStart(), SimulationArena.ALL, 0, "S3", "STRONG"),
                mutant("R10", new LoyaltyFaults.AnotherLifeIsAProof(), SimulationArena.ALL, 0, "S3", "STRONG"),
                mutant("R15", new NodeFaults.ReadmittedWithoutFloor(), SimulationArena.NODES, 0, "S1"),
                mutant("R15", new NodeFaults.WaitingPeersVouch(), SimulationArena.NODES, 0, "S1"),
                mutant("R15", new NodeFaults.NothingIsStruck(), SimulationArena.NODES, 0, "S1"),
                mutant("R15", new NodeFaults.IdentitiesAreNotPassedOn(), SimulationArena.NODES, 0, "S1"),
                mutant("R15", new NodeFaults.KeepsToTheFirstHeardOf(), SimulationArena.NODES, 0, "S1"),
                mutant("R4", new LeaseFaults.CountsOldAcknowledgements(), SimulationArena.ALL, 0, "S3", "STRONG"),
                mutant("R9", new LoyaltyFaults.ReleaseFreesTheForgetful(), SimulationArena.ALL, 0, "S3", "STRONG"),
                mutant("R15", new NodeFaults.HeedsAnyIdentity(), SimulationArena.NODES, 1, "R15", "S1", "S3"));
    }

    /**
     * A fault that breaks none of S1 to S5, with the argument in its Javadoc: a test of the rule fails under it, and the
     * searches that it may disturb hold with it as they do without ({@link MutantsTest}).
     */
    static Mutant harmless() {
        return mutant("R11", new LoyaltyFaults.PushedVoteMakesStand(), SimulationArena.ALL, 0);
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
