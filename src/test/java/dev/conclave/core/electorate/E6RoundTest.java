package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Accepted;
import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.ElectorateMessage.Refused;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** E6: the voters of a configuration choose the next one in a round of Paxos with a pause. */
class E6RoundTest {

    private static final long GROUP = ManualElectorates.GROUP;

    private static RoundBallot ballot(long counter) {
        return new RoundBallot(counter, identity("b"), 1);
    }

    private static Prepare prepare(long counter) {
        return new Prepare(GROUP, 0, ballot(counter));
    }

    private static Promise promise(long counter, Optional<Acceptance> accepted) {
        return new Promise(GROUP, 0, ballot(counter), accepted, E);
    }

    private static Configuration adding(ManualElectorates among, String voter) {
        return among.configuration("a").adding(id(voter), identity(voter), 1, "a test");
    }

    private static ManualElectorates voter() {
        return ManualElectorates.of("a", "b", "c").cutOff("a");
    }

    // ---- ballots

    @Test
    void ballotsAreOrderedByCounterThenByDirectoryThenByLife() {
        RoundBallot least = new RoundBallot(1, identity("a"), 1);
        List<RoundBallot> growing = List.of(
                RoundBallot.NONE,
                least,
                new RoundBallot(1, identity("a"), 2),
                new RoundBallot(1, identity("b"), 1),
                new RoundBallot(2, identity("a"), 1));
        assertThat(growing).isSorted();
        assertThat(least.isAbove(least)).isFalse();
        for (int i = 1; i < growing.size(); i++) {
            assertThat(growing.get(i).isAbove(growing.get(i - 1))).isTrue();
            assertThat(growing.get(i - 1).isAbove(growing.get(i))).isFalse();
        }
    }

    // ---- a voter's promise

    @Test
    void aVoterPromisesAHigherBallotOnceThatIsOnDisk() {
        ManualElectorates voter = voter().slowDisk("a").hears("a", "b", prepare(1));
        assertThat(voter.said("a", Promise.class)).isEmpty();
        voter.diskForces("a");
        assertThat(voter.disk("a").promised()).isEqualTo(ballot(1));
        assertThat(voter.said("a", "b")).containsExactly(promise(1, Optional.empty()));
    }

    @Test
    void aVoterRefusesALowerBallotAndNamesTheOneThatItHasPromised() {
        ManualElectorates voter = voter().hears("a", "b", prepare(5)).forgetWhatWasDone();
        voter.hears("a", "c", new Prepare(GROUP, 0, new RoundBallot(4, identity("c"), 1)));
        assertThat(voter.did("a", ElectorateEffect.class))
                .containsExactly(new ElectorateEffect.Tell(
                        id("c"), new Refused(GROUP, 0, new RoundBallot(4, identity("c"), 1), ballot(5))));
    }

    @Test
    void aRepeatedQuestionGetsTheSameAnswer() {
        ManualElectorates voter = voter().hears("a", "b", prepare(5)).forgetWhatWasDone();
        voter.hears("a", "b", prepare(5));
        assertThat(voter.did("a", ElectorateEffect.class))
                .containsExactly(new ElectorateEffect.Tell(id("b"), promise(5, Optional.empty())));
    }

    @Test
    void aRepeatedQuestionIsNotAnsweredBeforeTheDiskEither() {
        ManualElectorates voter =
                voter().slowDisk("a").hears("a", "b", prepare(1)).hears("a", "b", prepare(1));
        assertThat(voter.said("a", Promise.class)).isEmpty();
        voter.diskForces("a");
        assertThat(voter.said("a", Promise.class)).isNotEmpty();
    }

    /** Promises must be strictly higher: this ballot has been accepted already, by a life whose promises are over. */
    @Test
    void aQuestionForABallotThatWasAcceptedIsRefused() {
        ManualElectorates voter = voter();
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(5), adding(voter, "d")))
                .forgetWhatWasDone();
        voter.hears("a", "b", prepare(5));
        assertThat(voter.said("a", "b")).containsExactly(new Refused(GROUP, 0, ballot(5), ballot(5)));
    }

    @Test
    void aPromiseNamesTheAcceptedConfigurationAndItsBallot() {
        ManualElectorates voter = voter();
        Configuration next = adding(voter, "d");
        voter.hears("a", "c", new Accept(GROUP, 0, ballot(5), next)).hears("a", "b", prepare(6));
        assertThat(voter.said("a", "b")).containsExactly(promise(6, Optional.of(new Acceptance(ballot(5), next))));
    }

    @Test
    void aPromiseSurvivesAStart() {
        ManualElectorates voter =
                voter().hears("a", "b", prepare(5)).stop("a").start("a").forgetWhatWasDone();
        voter.hears("a", "b", prepare(4));
        assertThat(voter.said("a", "b")).containsExactly(new Refused(GROUP, 0, ballot(4), ballot(5)));
    }

    @Test
    void aQuestionAboutAnotherConfigurationIsNotAnswered() {
        ManualElectorates voter = voter();
        voter.hears("a", "b", new Prepare(GROUP, 1, ballot(1))).hears("a", "b", new Prepare(8, 0, ballot(1)));
        voter.hears("a", "b", new Accept(GROUP, 1, ballot(1), adding(voter, "d")));
        assertThat(voter.did("a", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aProposerThatIsBehindIsShownTheConfiguration() {
        ManualElectorates voter = voter();
        voter.hears("a", "c", new Shown(adding(voter, "d")))
                .hearsUnder(1, "a", "c")
                .forgetWhatWasDone();
        voter.hears("a", "b", prepare(1));
        assertThat(voter.said("a", "b")).containsExactly(new Shown(voter.configuration("a")));
        voter.hears("a", "c", new Accept(GROUP, 0, ballot(1), adding(voter, "e")));
        assertThat(voter.said("a", "c")).containsExactly(new Shown(voter.configuration("a")));
    }

    @Test
    void aVoterThatIsStoringALaterConfigurationAnswersInNoRound() {
        ManualElectorates voter = voter().slowDisk("a");
        voter.hears("a", "c", new Shown(adding(voter, "d"))).forgetWhatWasDone();
        voter.hears("a", "b", prepare(1)).hears("a", "b", new Accept(GROUP, 0, ballot(1), adding(voter, "e")));
        assertThat(voter.did("a", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aConfigurationEndsThePromisesAndAcceptancesOfTheFormerOne() {
        ManualElectorates voter = voter();
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(5), adding(voter, "d")));
        voter.hears("a", "c", new Shown(adding(voter, "e")));
        assertThat(voter.disk("a").promised()).isEqualTo(RoundBallot.NONE);
        assertThat(voter.disk("a").accepted()).isEmpty();
    }

    // ---- a voter's acceptance

    @Test
    void aVoterAcceptsOnceThatIsOnDisk() {
        ManualElectorates voter = voter().slowDisk("a");
        Configuration next = adding(voter, "d");
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(5), next));
        assertThat(voter.said("a", Accepted.class)).isEmpty();
        voter.diskForces("a");
        assertThat(voter.disk("a").accepted()).contains(new Acceptance(ballot(5), next));
        assertThat(voter.said("a", "b")).containsExactly(new Accepted(GROUP, 0, ballot(5)));
        assertThat(voter.configuration("a").number())
                .as("accepted is not chosen")
                .isZero();
    }

    @Test
    void anAcceptanceCountsAsAPromise() {
        ManualElectorates voter = voter();
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(5), adding(voter, "d")))
                .forgetWhatWasDone();
        voter.hears("a", "b", prepare(4));
        assertThat(voter.said("a", "b")).containsExactly(new Refused(GROUP, 0, ballot(4), ballot(5)));
    }

    @Test
    void aLateAcceptOfALowerBallotThanThePromisedOneIsRefused() {
        ManualElectorates voter = voter().hears("a", "b", prepare(5)).forgetWhatWasDone();
        voter.hears("a", "c", new Accept(GROUP, 0, ballot(4), adding(voter, "d")));
        assertThat(voter.said("a", "c")).containsExactly(new Refused(GROUP, 0, ballot(4), ballot(5)));
        assertThat(voter.disk("a").accepted()).isEmpty();
    }

    @Test
    void thePromisedBallotAndHigherOnesAreAccepted() {
        ManualElectorates voter = voter().hears("a", "b", prepare(5)).forgetWhatWasDone();
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(5), adding(voter, "d")));
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(7), adding(voter, "e")));
        assertThat(voter.said("a", "b"))
                .containsExactly(new Accepted(GROUP, 0, ballot(5)), new Accepted(GROUP, 0, ballot(7)));
        assertThat(voter.disk("a").accepted()).contains(new Acceptance(ballot(7), adding(voter, "e")));
    }

    @Test
    void aConfigurationThatMayNotFollowIsNotAccepted() {
        ManualElectorates voter = voter();
        Configuration two = adding(voter, "d").adding(id("e"), identity("e"), 1, "a test");
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(1), two));
        voter.hears("a", "b", new Accept(GROUP, 0, ballot(1), voter.configuration("a")));
        assertThat(voter.did("a", ElectorateEffect.class)).isEmpty();
    }

    // ---- a proposer

    @Test
    void aChangeIsDoneWhenAMajorityObeysIt() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        long number = three.wishes("a", "add d");
        three.after(E - H);
        assertThat(three.did("a", ElectorateEffect.Done.class))
                .as("in its pause")
                .isEmpty();
        three.after(3 * H);
        assertThat(three.did("a", ElectorateEffect.Done.class)).containsExactly(new ElectorateEffect.Done(number));
        three.after(E).obey(1, "a", "b", "c", "d");
        assertThat(three.configuration("c").origin())
                .contains(new Configuration.Origin(1, number, "test " + number, "added d:1"));
    }

    @Test
    void aSingleVoterChangesItsConfigurationAlone() {
        ManualElectorates one = ManualElectorates.of("a").start("b").changes("a", "add b");
        one.obey(1, "a", "b").changes("b", "remove a").obey(2, "a", "b");
        assertThat(one.configuration("a").named()).containsOnlyKeys(id("b"));
    }

    @Test
    void anObserverWithADirectoryProposesForTheVoters() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle().changes("d", "add d").obey(1, "a", "b", "c", "d");
    }

    @Test
    void aProposerProposesTheConfigurationThatWasAcceptedUnderTheHighestBallot() {
        ManualElectorates five = ManualElectorates.of("a", "b", "c", "d", "e");
        Configuration lower = adding(five, "x");
        Configuration higher = adding(five, "y");
        five.hears("b", "e", new Accept(GROUP, 0, ballot(4), lower));
        five.hears("c", "e", new Accept(GROUP, 0, ballot(7), higher));
        five.settle().stop("d", "e");
        five.wishes("a", "remove e");
        five.after(10 * E);
        assertThat(five.configuration("a")).isEqualTo(higher);
        five.obey(1, "a", "b", "c");
        assertThat(five.did("a", ElectorateEffect.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.why()).startsWith("configuration 1 came in between"));
    }

    @Test
    void theNextProposerFinishesWhatADeadOneHadAcceptedByAMajority() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle();
        three.wishes("a", "add d");
        three.after(E - H).cut("b", "a").cut("c", "a").after(2 * H).stop("a").heal();
        assertThat(three.disk("b").accepted()).isPresent();
        assertThat(three.configuration("b").number()).isZero();
        three.wishes("b", "set election-timeout=2s");
        three.after(10 * E);
        assertThat(three.configuration("b").named()).containsKey(id("d"));
        assertThat(three.configuration("b").electionNanos()).isEqualTo(E);
    }

    /** With one ballot for two wishes, two configurations with one number could be chosen. */
    @Test
    void eachRoundHasABallotOfItsOwnHigherThanAnyThatItsProposerHasSeen() {
        ManualElectorates two = ManualElectorates.of("a", "b").cut("b", "a");
        two.hears("a", "c", new Prepare(GROUP, 0, new RoundBallot(41, identity("c"), 1)))
                .forgetWhatWasDone();
        two.heal();
        two.changes("a", "set election-timeout=2s");
        two.stop("a").start("a").changes("a", "set election-timeout=1s");
        Set<RoundBallot> ballots =
                two.said("a", Prepare.class).stream().map(Prepare::ballot).collect(Collectors.toSet());
        assertThat(ballots).hasSize(2).allMatch(one -> one.identity().equals(identity("a")));
        assertThat(ballots).extracting(RoundBallot::life).containsExactlyInAnyOrder(1L, 2L);
        assertThat(ballots).anyMatch(one -> one.counter() == 42);
    }

    @Test
    void aProposerThatIsRefusedTriesAgainWithAHigherBallot() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.hears("b", "c", new Prepare(GROUP, 0, new RoundBallot(9, identity("c"), 1)));
        three.settle().forgetWhatWasDone().changes("a", "set election-timeout=2s");
        assertThat(three.said("a", Prepare.class))
                .extracting(asked -> asked.ballot().counter())
                .contains(10L);
        three.obey(1, "a", "b", "c");
    }

    @Test
    void twoProposersEndWithOneConfigurationAndTheOtherSaysWhatCameInBetween() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d", "e");
        three.settle();
        three.wishes("a", "add d");
        three.wishes("b", "add e");
        three.after(60 * E);
        Configuration chosen = three.configuration("a");
        assertThat(chosen.number()).isEqualTo(1);
        three.obey(1, "a", "b", "c");
        assertThat(three.configuration("b")).isEqualTo(chosen);
        String loser = chosen.named().containsKey(id("d")) ? "b" : "a";
        String winner = loser.equals("a") ? "b" : "a";
        assertThat(three.did(winner, ElectorateEffect.Done.class)).hasSize(1);
        assertThat(three.did(loser, ElectorateEffect.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.why())
                        .isEqualTo("configuration 1 came in between: it has "
                                + chosen.named().keySet()
                                + "; look at it, and say the change again if it is still wanted"));
    }

    @Test
    void questionsAreRepeatedAtEachHeartbeatToThoseThatHaveNotAnswered() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").after(H);
        three.wishes("a", "set election-timeout=2s");
        three.cut("a", "c").cut("a", "b").settle().forgetWhatWasDone();
        three.after(E - H / 2);
        assertThat(three.said("a", "b")).hasSizeBetween(9, 11).hasOnlyElementsOfType(Prepare.class);
        assertThat(three.said("a", "c")).hasSizeBetween(9, 11);
    }

    @Test
    void theChosenConfigurationIsShownToAllOfItsAndOfTheFormerVoters() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle().changes("a", "replace c d");
        for (String node : List.of("a", "b", "c", "d")) {
            assertThat(three.configuration(node).number()).as(node).isEqualTo(2);
        }
        assertThat(three.said("a", "c"))
                .filteredOn(said -> said instanceof Shown)
                .isNotEmpty();
    }

    @Test
    void aChangeOfSeveralStepsWaitsForEach() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d", "e");
        three.settle().changes("a", "voters c,d,e");
        assertThat(three.configuration("c").named()).containsOnlyKeys(id("c"), id("d"), id("e"));
        assertThat(three.configuration("c").number()).isEqualTo(4);
        assertThat(three.did("a", ElectorateEffect.Done.class)).hasSize(1);
        assertThat(three.configuration("c").history())
                .extracting(Configuration.Origin::what)
                .containsExactly("founded", "added d:1", "removed a:1", "added e:1", "removed b:1");
    }

    @Test
    void aProposerIsDoneOnlyWhenAMajorityObeysAndNotMerelyStoresTheConfiguration() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").slowPeers("b").slowPeers("c");
        long number = three.wishes("a", "set election-timeout=2s");
        three.after(5 * E);
        assertThat(three.disk("b").number()).isEqualTo(1);
        assertThat(three.did("a", ElectorateEffect.Done.class)).isEmpty();
        three.peersSwitch("b").after(2 * H);
        assertThat(three.did("a", ElectorateEffect.Done.class)).containsExactly(new ElectorateEffect.Done(number));
    }

    @Test
    void answersOfAnotherRoundAreNotCounted() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.wishes("a", "set election-timeout=2s");
        three.cut("a", "b").cut("a", "c").settle();
        RoundBallot other = new RoundBallot(99, identity("a"), 1);
        for (String voter : List.of("b", "c")) {
            three.hears("a", voter, new Promise(GROUP, 0, other, Optional.empty(), E));
            three.hears("a", voter, new Accepted(GROUP, 0, other));
        }
        assertThat(three.node("a").proposal().orElseThrow().round().phase()).isEqualTo(Round.Phase.PREPARE);
        assertThat(three.node("a").proposal().orElseThrow().round().answered()).containsExactly(id("a"));
        three.hears(
                "a",
                "w",
                new Promise(
                        GROUP,
                        0,
                        three.node("a").proposal().orElseThrow().round().ballot(),
                        Optional.empty(),
                        E));
        assertThat(three.node("a").proposal().orElseThrow().round().answered()).containsExactly(id("a"));
    }

    @Test
    void aNodeThatHoldsNothingDoesNotCountAsObeying() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").slowPeers("b").slowPeers("c");
        three.wishes("a", "set election-timeout=2s");
        three.after(5 * E).hears("a", "b", new Holds(8, 1, 1, 0, false));
        assertThat(three.did("a", ElectorateEffect.Done.class)).isEmpty();
    }
}
