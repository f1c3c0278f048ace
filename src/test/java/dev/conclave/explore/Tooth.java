package dev.conclave.explore;

import java.util.List;

/**
 * A deliberate fault, and what an explorer must make of it.
 *
 * @param name what is wrong
 * @param rule the rule that is broken
 * @param core the core with the fault
 * @param properties what may be seen to break
 * @param seed a simulation that shows it; 0 if only a complete search does
 */
record Tooth(String name, String rule, Core core, List<String> properties, long seed) {

    private static Tooth tooth(String rule, Core core, long seed, String... properties) {
        String name = core.getClass().getSimpleName().replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(java.util.Locale.ROOT);
        return new Tooth(name, rule, core, List.of(properties), seed);
    }

    /** All of them. */
    static List<Tooth> all() {
        return List.of(
                tooth("R1", new VoteFaults.RefusalsTeachNothing(), 0, "L1", "L2"),
                tooth("R2", new VoteFaults.VotesTwice(), 0, "S2", "S1", "R3"),
                tooth("R2", new VoteFaults.VotesInLearnedTerm(), 0, "S2"),
                tooth("R2", new VoteFaults.VotesInOldTerm(), 0, "S2"),
                tooth("R2", new VoteFaults.RepeatsToAnybody(), 0, "R3", "S1"),
                tooth("R3", new VoteFaults.NeverWrites(), 0, "R3"),
                tooth("R3", new VoteFaults.AnswersBeforeDurable(), 0, "R3"),
                tooth("R3", new VoteFaults.RepeatedAnswerOvertakes(), 0, "R3"),
                tooth("R3", new VoteFaults.AcknowledgementOvertakes(), 0, "R3"),
                tooth("R3", new VoteFaults.CountsBeforeDurable(), 0, "R3"),
                tooth("R3", new VoteFaults.LossIsToldLast(), 0, "R3"),
                tooth("R4", new VoteFaults.CountsRepeatedGrants(), 0, "S1", "S3", "STRONG"),
                tooth("R4", new VoteFaults.CountsLateGrants(), 0, "S1", "S3", "STRONG", "LIFE"),
                tooth("R4", new VoteFaults.CountsPreVotes(), 0, "S1", "S3", "STRONG"),
                tooth("R4", new VoteFaults.HalfIsAMajority(), 0, "S1", "S3", "STRONG"),
                tooth("R4", new VoteFaults.NonVoterCountsItself(), 0, "S1", "S3", "STRONG"),
                tooth("R11", new VoteFaults.PushedVotesFitAnyTerm(), 0, "S1", "S3", "STRONG"),
                tooth("R11", new VoteFaults.NoJitter(), 0, "L1"),
                tooth("R7", new LeaseFaults.LeaseFromNewestRound(), 0, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.LongLease(), 0, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.LeaseWithoutDrift(), 0, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.LeaseWithHalfTheDrift(), 0, "S3", "STRONG"),
                tooth("R7", new LeaseFaults.ToldWhenWon(), 0, "S3", "STRONG", "S5", "S4"),
                tooth("R7", new LeaseFaults.ToldOverOldUsers(), 0, "S5", "R8"),
                tooth("R7", new LeaseFaults.NeverGivesUp(), 0, "L1"),
                tooth("R4", new LeaseFaults.CountsRepeatedAcknowledgements(), 0, "S3", "STRONG", "S4"),
                tooth("R4", new LeaseFaults.CountsStrangersAcknowledgements(), 0, "S3", "STRONG", "S4"),
                tooth("R4", new LeaseFaults.CountsOldAcknowledgements(), 0, "S3", "STRONG"),
                tooth("R8", new LeaseFaults.NoMargin(), 0, "S5", "R8"),
                tooth("R8", new LeaseFaults.EndIsAWarning(), 0, "R8"),
                tooth("R8", new LeaseFaults.LooksOnTicksOnly(), 0, "R8"),
                tooth("R6", new LoyaltyFaults.NoLoyalty(), 0, "S3", "STRONG", "L2"),
                tooth("R6", new LoyaltyFaults.HalfLoyalty(), 0, "S3", "STRONG"),
                tooth("R6", new LoyaltyFaults.OwnVoteIsFree(), 0, "S3", "STRONG", "L2"),
                tooth("R6", new LoyaltyFaults.LoyaltyGoesWithTheTerm(), 0, "S3", "STRONG"),
                tooth("R6", new LoyaltyFaults.NoLoyaltyAtStart(), 0, "S3", "STRONG"),
                tooth("R6", new LoyaltyFaults.ShorterLoyaltyAtStart(), 0, "S3", "STRONG"),
                tooth("R6", new LoyaltyFaults.ForgetsTheElection(), 0, "S1", "S2", "S3", "STRONG", "S4"),
                tooth("R3", new LoyaltyFaults.NonVoterKeepsNoBallot(), 0, "S1", "S2", "S4"),
                tooth("R3", new LoyaltyFaults.ResumesItsTerm(), 0, "LIFE", "S1"),
                tooth("R6", new LoyaltyFaults.NotLoyalToItself(), 0, "S3", "S5", "STRONG", "R8"),
                tooth("R9", new LoyaltyFaults.ReleasesBeforeUsersStop(), 0, "S5", "STRONG", "R8"),
                tooth("R9", new LoyaltyFaults.BelievesOldReleases(), 0, "S3", "STRONG"),
                tooth("R9", new LoyaltyFaults.AnyReleaseFrees(), 0, "S3", "STRONG"),
                tooth("R9", new LoyaltyFaults.ReleaseFreesTheForgetful(), 0, "S3", "STRONG"),
                tooth("R9", new LoyaltyFaults.ResumesAfterHandOver(), 0, "S3", "STRONG", "R8"),
                tooth("R10", new LoyaltyFaults.FalseProofs(), 0, "S3", "STRONG"),
                tooth("R10", new LoyaltyFaults.ProofByName(), 0, "S3", "STRONG"),
                tooth("R10", new LoyaltyFaults.AnotherLifeIsAProof(), 0, "S3", "STRONG"),
                tooth("R10", new LoyaltyFaults.AnyProofFrees(), 0, "S3", "STRONG"),
                tooth("R11", new LoyaltyFaults.PushedVoteMakesStand(), 0, "S3", "STRONG"));
    }
}
