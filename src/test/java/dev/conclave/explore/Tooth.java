package dev.conclave.explore;

import java.util.List;
import java.util.stream.Stream;

/**
 * A deliberate fault, and the properties that an explorer must find broken.
 *
 * @param rule the rule that is broken
 * @param core the core with the fault
 * @param properties the properties that may break
 * @param arena where a simulation shows it
 * @param seed the simulation that shows it; 0 if a complete search or a story does, see {@link TeethTest}, {@link
 *     DirectedTest} and {@link DirectedAdmissionTest}
 */
record Tooth(String rule, Core core, List<String> properties, Arena arena, long seed) {

    /** The name of the fault. */
    String fault() {
        return core.getClass().getSimpleName();
    }

    /** Whether the fault lies outside the steps of the core, so that no test of its steps can show it. */
    boolean isInSurroundings() {
        return core instanceof Core.InSurroundings;
    }

    private static Tooth tooth(String rule, Core core, Arena arena, long seed, String... properties) {
        return new Tooth(rule, core, List.of(properties), arena, seed);
    }

    /** All faults that break a property. */
    static List<Tooth> all() {
        return List.of(
                tooth("R1", new VoteFaults.RefusalsTeachNothing(), Arena.ALL, 30, "L1", "L2"),
                tooth("R2", new VoteFaults.VotesTwice(), Arena.ALL, 1, "S2", "S1", "R3"),
                tooth("R2", new VoteFaults.VotesInLearnedTerm(), Arena.ALL, 1, "S2"),
                tooth("R2", new VoteFaults.VotesInOldTerm(), Arena.ALL, 1, "S2"),
                tooth("R2", new VoteFaults.RepeatsToAnybody(), Arena.ALL, 1, "R3", "S1"),
                tooth("R2", new VoteFaults.VotesForTheName(), Arena.ALL, 0, "S1"),
                tooth("R2", new VoteFaults.CountsVotesForFormerLives(), Arena.ALL, 0, "S1"),
                tooth("R6", new LoyaltyFaults.LoyalToTheName(), Arena.ALL, 12, "S3", "STRONG"),
                tooth("R3", new VoteFaults.NeverWrites(), Arena.ALL, 1, "R3"),
                tooth("R3", new VoteFaults.AnswersBeforeDurable(), Arena.ALL, 1, "R3"),
                tooth("R3", new VoteFaults.RepeatedAnswerOvertakes(), Arena.ALL, 2, "R3"),
                tooth("R3", new VoteFaults.AcknowledgementOvertakes(), Arena.ALL, 1, "R3"),
                tooth("R3", new VoteFaults.CountsBeforeDurable(), Arena.ALL, 1, "R3"),
                tooth("R3", new VoteFaults.LossIsToldLast(), Arena.ALL, 10, "R3"),
                tooth("R4", new VoteFaults.CountsRepeatedGrants(), Arena.ALL, 441, "S1", "S3", "STRONG"),
                tooth("R4", new VoteFaults.CountsLateGrants(), Arena.ALL, 1564, "S1", "S3", "STRONG", "LIFE"),
                tooth("R4", new VoteFaults.CountsPreVotes(), Arena.ALL, 6, "S1", "S3", "STRONG"),
                tooth("R4", new VoteFaults.HalfIsAMajority(), Arena.ALL, 334, "S1", "S3", "STRONG"),
                tooth("R4", new VoteFaults.NonVoterCountsItself(), Arena.ALL, 214, "S1", "S3", "STRONG"),
                tooth("R11", new VoteFaults.PushedVotesFitAnyTerm(), Arena.ALL, 4431, "S1", "S3", "STRONG"),
                tooth("R11", new VoteFaults.NoJitter(), Arena.ALL, 4, "L1"),
                tooth("R7", new LeaseFaults.LeaseFromNewestRound(), Arena.CUTS, 5, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.LongLease(), Arena.ALL, 0, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.LeaseWithoutDrift(), Arena.ALL, 0, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.LeaseWithHalfTheDrift(), Arena.CUTS, 8, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.ToldWhenWon(), Arena.ALL, 12, "S3", "STRONG", "S5", "S4"),
                tooth("R7", new LeaseFaults.ToldOverOldUsers(), Arena.ALL, 717, "S5", "R8"),
                tooth("R7", new LeaseFaults.NeverGivesUp(), Arena.ALL, 1662, "L1"),
                tooth("R4", new LeaseFaults.CountsRepeatedAcknowledgements(), Arena.CUTS, 9, "S3", "STRONG", "S4"),
                tooth("R4", new LeaseFaults.CountsStrangersAcknowledgements(), Arena.CUTS, 66, "S3", "STRONG", "S4"),
                tooth("R8", new LeaseFaults.NoMargin(), Arena.ALL, 4, "S5", "R8"),
                tooth("R8", new LeaseFaults.EndIsAWarning(), Arena.ALL, 6, "SPIN", "STRONG", "S3", "R8"),
                tooth("R8", new LeaseFaults.LooksOnTicksOnly(), Arena.ALL, 12, "R8"),
                tooth("R6", new LoyaltyFaults.NoLoyalty(), Arena.ALL, 4, "S3", "STRONG", "L2"),
                tooth("R6", new LoyaltyFaults.HalfLoyalty(), Arena.ALL, 79, "S3", "STRONG"),
                tooth("R6", new LoyaltyFaults.OwnVoteIsFree(), Arena.CUTS, 626, "S3", "STRONG", "L2"),
                tooth("R6", new LoyaltyFaults.NoLoyaltyAtStart(), Arena.ALL, 96, "S5", "S3", "STRONG"),
                tooth("R6", new LoyaltyFaults.ForgetsTheElection(), Arena.ALL, 1, "S1", "S2", "S3", "STRONG", "S4"),
                tooth("R6", new LoyaltyFaults.ForgetsWithoutAFloor(), Arena.NAMES, 3, "S1", "S2", "S3", "STRONG", "R3"),
                tooth("R3", new LoyaltyFaults.ResumesItsTerm(), Arena.ALL, 1, "LIFE", "S1"),
                tooth("R6", new LoyaltyFaults.NotLoyalToItself(), Arena.CUTS, 1412, "S3", "S5", "STRONG", "R8"),
                tooth("R9", new LoyaltyFaults.ReleasesBeforeUsersStop(), Arena.ALL, 4, "S5", "STRONG", "R8"),
                tooth("R9", new LoyaltyFaults.BelievesOldReleases(), Arena.ALL, 15, "S3", "STRONG"),
                tooth("R9", new LoyaltyFaults.AnyReleaseFrees(), Arena.CUTS, 169, "S3", "STRONG"),
                tooth("R9", new LoyaltyFaults.ResumesAfterHandOver(), Arena.ALL, 4, "S3", "STRONG", "R8"),
                tooth("R10", new LoyaltyFaults.FalseProofs(), Arena.ENDS, 5, "S3", "STRONG"),
                tooth("R10", new LoyaltyFaults.ProofByName(), Arena.ALL, 298, "L2", "S3", "STRONG"),
                tooth("R10", new LoyaltyFaults.AnyProofFrees(), Arena.ALL, 20, "S3", "STRONG"),
                tooth("R5", new VoteFaults.NoPreVote(), Arena.ALL, 1, "L2", "L1"),
                tooth("R5", new VoteFaults.PreVotesTeach(), Arena.ALL, 1, "S2", "R3", "L2", "S1", "LIFE"),
                tooth("R12", new VoteFaults.NeverDrains(), Arena.ALL, 1, "R12"),
                tooth("R13", new NodeFaults.HeedsStrangers(), Arena.NODES, 1, "R13"),
                tooth("R13", new NodeFaults.HeedsFormerLives(), Arena.NODES, 1, "R13"),
                tooth("R15", new NodeFaults.EmptyDirectoryIsBelieved(), Arena.NODES, 1, "S1", "S3", "STRONG", "R15"),
                tooth("R15", new NodeFaults.MajorityOfAnswersAdmits(), Arena.NODES, 1, "S1", "S3", "STRONG", "R15"),
                tooth("R15", new NodeFaults.PromisesBeforeDurable(), Arena.NODES, 1, "R15"),
                tooth("R15", new NodeFaults.WaitingPeersAreSilent(), Arena.NODES, 1, "R15L"),
                tooth("R15", new NodeFaults.ReadmittedWithoutLoyalty(), Arena.NODES, 1, "S3", "STRONG"),
                tooth("R12", new VoteFaults.AlwaysDrains(), Arena.ALL, 0, "L1"),
                tooth("R6", new LoyaltyFaults.LoyaltyGoesWithTheTerm(), Arena.ALL, 0, "S3", "STRONG"),
                tooth("R6", new LoyaltyFaults.ShorterLoyaltyAtStart(), Arena.ALL, 0, "S3", "STRONG"),
                tooth("R10", new LoyaltyFaults.AnotherLifeIsAProof(), Arena.ALL, 0, "S3", "STRONG"),
                tooth("R15", new NodeFaults.ReadmittedWithoutFloor(), Arena.NODES, 0, "S1"),
                tooth("R15", new NodeFaults.WaitingPeersVouch(), Arena.NODES, 0, "S1"),
                tooth("R15", new NodeFaults.NothingIsStruck(), Arena.NODES, 0, "S1"),
                tooth("R15", new NodeFaults.IdentitiesAreNotPassedOn(), Arena.NODES, 0, "S1"),
                tooth("R15", new NodeFaults.KeepsToTheFirstHeardOf(), Arena.NODES, 0, "S1"),
                tooth("R4", new LeaseFaults.CountsOldAcknowledgements(), Arena.ALL, 0, "S3", "STRONG"),
                tooth("R9", new LoyaltyFaults.ReleaseFreesTheForgetful(), Arena.ALL, 0, "S3", "STRONG"),
                tooth("R15", new NodeFaults.HeedsAnyIdentity(), Arena.NODES, 1, "R15", "S1", "S3"));
    }

    /**
     * A fault that breaks none of S1 to S5, with the argument in its Javadoc: a test of the rule fails under it, and the
     * searches that it may disturb hold with it as they do without ({@link TeethTest}).
     */
    static Tooth harmless() {
        return tooth("R11", new LoyaltyFaults.PushedVoteMakesStand(), Arena.ALL, 0);
    }

    /** All faults, the harmless one too. */
    static Stream<Tooth> everyFault() {
        return Stream.concat(all().stream(), Stream.of(harmless()));
    }

    /** The fault with this core. */
    static Tooth of(Core core) {
        return everyFault()
                .filter(tooth -> tooth.core().getClass() == core.getClass())
                .findFirst()
                .orElseThrow();
    }
}
