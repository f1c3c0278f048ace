package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.ElectorateEffect.Planned;
import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** E6: a change that cannot succeed is refused before it begins, with a sentence that says what to do. */
class ProposalTest {

    // ---- the node that is asked

    @Test
    void aNodeWithoutADirectoryProposesNothing() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").startWithoutDirectory("w");
        three.settle();
        assertThat(three.failure("w", "remove c"))
                .isEqualTo("w:1 has no conclave.data-dir, so it proposes nothing; ask a voter: [a:1, b:1, c:1]");
    }

    @Test
    void aNodeWithoutAConfigurationProposesNothing() {
        ManualElectorates two = ManualElectorates.listing("a", "b").start("a");
        assertThat(two.failure("a", "add c"))
                .isEqualTo(
                        "a:1 has no configuration yet: the voters of conclave.voters have not all answered each other"
                                + " once; start them, or change conclave.voters");
    }

    @Test
    void aNodeCarriesOutOneChangeAtATime() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        long first = three.wishes("a", "set election-timeout=2s");
        assertThat(three.failure("a", "remove c"))
                .startsWith("a:1 already carries out a change (")
                .endsWith("); wait for it");
        assertThat(three.did("a", ElectorateEffect.Failed.class)).hasSize(1);
        assertThat(three.configuration("a").electionNanos()).isEqualTo(2 * E);
        assertThat(first).isEqualTo(1);
    }

    @Test
    void aSenselessWishIsRefusedAfterTheSurvey() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        assertThat(three.failure("a", "remove x")).isEqualTo("x:1 is not a voter; the voters are [a:1, b:1, c:1]");
        assertThat(three.failure("a", "add b"))
                .isEqualTo("b:1 is a voter already; if its directory was lost, readmit it");
        assertThat(three.failure("a", "set election-timeout=150ms"))
                .contains("conclave.heartbeat-interval (100ms) is not below half of conclave.election-timeout (150ms)");
    }

    @Test
    void aWishThatIsFulfilledAlreadyIsDoneAtOnce() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        long number = three.wishes("a", "voters a,b,c");
        three.settle();
        assertThat(three.did("a", ElectorateEffect.Done.class)).containsExactly(new ElectorateEffect.Done(number));
        assertThat(three.said("a", Prepare.class)).isEmpty();
        assertThat(three.node("a").proposal()).isEmpty();
    }

    // ---- the voters

    @Test
    void aMajorityOfTheVotersMustAnswer() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").stop("b", "c").after(5 * E);
        assertThat(three.failure("a", "set election-timeout=2s"))
                .isEqualTo("2 of 3 voters must answer, 1 does: start one, or, if they are lost for good, electorate"
                        + " force");
        ManualElectorates five = ManualElectorates.of("a", "b", "c", "d", "e")
                .stop("c", "d", "e")
                .after(5 * E);
        assertThat(five.failure("a", "remove c"))
                .isEqualTo("3 of 5 voters must answer, 2 do: start one, or, if they are lost for good, electorate"
                        + " force");
    }

    @Test
    void aNodeThatHasJustStartedAsksForPatienceBeforeItNamesForce() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").stop("a", "b", "c").start("a");
        assertThat(three.failure("a", "remove c"))
                .isEqualTo(
                        "2 of 3 voters must answer, 1 does: this node has just started, or the voters have just changed;"
                                + " ask again in a moment");
    }

    @Test
    void aVoterOfAnotherIdentityDoesNotCountAsAnswering() {
        ManualElectorates two = ManualElectorates.of("a", "b").wipe("b").start("b");
        two.after(5 * E);
        assertThat(two.failure("a", "readmit b"))
                .startsWith("2 of 2 voters must answer, 1 does: start one, or, if they are lost for good");
    }

    @Test
    void aVoterThatHoldsAnEarlierConfigurationIsShownTheNewestOneAndCounts() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("b");
        three.changes("a", "set election-timeout=2s").stop("c").heal();
        three.changes("a", "set election-timeout=1s").obey(2, "a", "b");
    }

    // ---- one voter more

    @Test
    void aNewVoterMustAnswer() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        assertThat(three.failure("a", "add d"))
                .isEqualTo("d:1 has not stored configuration 0 within the last 1000 ms; start it first, or mind the"
                        + " address");
        three.start("d").settle().stop("d");
        assertThat(three.failure("a", "add d"))
                .startsWith("d:1 has not stored configuration 0 within the last 1000 ms");
    }

    @Test
    void aNewVoterMustHaveADirectory() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").startWithoutDirectory("w");
        three.settle();
        assertThat(three.failure("a", "replace c w"))
                .isEqualTo("w:1 has no conclave.data-dir, and a voter must store its votes on disk");
    }

    @Test
    void aNewVoterMustHaveStoredTheConfigurationInTime() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").slowDisk("d").start("d");
        three.settle();
        assertThat(three.node("d").configuration()).isEmpty();
        assertThat(three.failure("a", "add d")).contains("d:1 has not stored configuration 0 within the last 1000 ms");
        three.diskForces("d").settle().changes("a", "add d");
    }

    @Test
    void aMajorityOfTheNextVotersMustBeHeardWithoutTheNewOne() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("c").start("d");
        three.settle();
        assertThat(three.failure("a", "add d"))
                .isEqualTo("without d:1 only 2 of 4 voters would be heard: start another one first");
        assertThat(three.configuration("a").number()).isZero();
    }

    @Test
    void aSecondVoterMayBeAddedToASingleOne() {
        ManualElectorates one = ManualElectorates.of("a").start("b");
        one.settle().changes("a", "add b").obey(1, "a", "b");
    }

    // ---- one voter less

    @Test
    void theLastVoterIsNotRemoved() {
        ManualElectorates one = ManualElectorates.of("a");
        assertThat(one.failure("a", "remove a")).isEqualTo("a:1 is the last voter; add another one first");
    }

    @Test
    void aMajorityOfTheNextVotersMustBeHeardWithoutTheRemovedOne() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("c");
        assertThat(three.failure("a", "remove b"))
                .isEqualTo("without b:1 only 1 of 2 voters would be heard: start another one first");
        three.changes("a", "remove c").obey(1, "a", "b");
    }

    @Test
    void aVoterThatIsDeadIsReplacedInTheOtherOrder() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("c").start("d");
        three.settle().changes("a", "replace c d").obey(2, "a", "b", "d");
        assertThat(three.configuration("a").history())
                .extracting(Configuration.Origin::what)
                .containsExactly("founded", "removed c:1", "added d:1");
    }

    @Test
    void aProposerRemovesItself() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").changes("a", "remove a");
        three.obey(1, "a", "b", "c");
        assertThat(three.configuration("b").named()).containsOnlyKeys(id("b"), id("c"));
    }

    // ---- other times

    @Test
    void theMarginOfEachNodeThatIsHeardMustFitTheNewLease() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c")
                .stop("b")
                .margin("b", ms(500))
                .start("b");
        three.settle();
        long lease = settings(ms(600), "a").leaseNanos() / 1_000_000;
        assertThat(three.failure("a", "set election-timeout=600ms"))
                .isEqualTo("conclave.stop-margin on b:1 is 500 ms, the lease would be " + lease
                        + " ms, of which two heartbeats take 200 ms: lower the margin there, or choose another"
                        + " election-timeout or heartbeat-interval");
        three.stop("b").changes("a", "set election-timeout=600ms");
    }

    @Test
    void theMarginOfTheProposerMustFitTheNewLease() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        assertThat(three.failure("a", "set election-timeout=400ms"))
                .startsWith("conclave.stop-margin on a:1 is 200 ms, the lease would be 392 ms, of which two heartbeats"
                        + " take 200 ms");
        three.changes("a", "set election-timeout=500ms");
    }

    @Test
    void theRoundTripMustFitTheNewLease() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").cut("a", "b").cut("a", "c");
        long number = three.wishes("a", "set election-timeout=600ms");
        three.after(ms(200));
        for (String voter : new String[] {"b", "c"}) {
            three.hears("a", voter, new Holds(ManualElectorates.GROUP, 0, 0, 0, false));
        }
        assertThat(three.did("a", ElectorateEffect.Failed.class))
                .containsExactly(new ElectorateEffect.Failed(
                        number,
                        "an answer takes 200 ms here, too long for a lease of 588 ms with a stop margin of 200 ms: choose a"
                                + " longer election-timeout"));
    }

    /** Where paths have become too long for the present lease, any longer one is better. */
    @Test
    void aLongerLeaseIsNotRefusedForTheRoundTrip() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").cut("a", "b").cut("a", "c");
        three.wishes("a", "set election-timeout=1100ms");
        three.after(ms(900));
        for (String voter : new String[] {"b", "c"}) {
            three.hears("a", voter, new Holds(ManualElectorates.GROUP, 0, 0, 0, false));
        }
        assertThat(three.did("a", ElectorateEffect.Failed.class)).isEmpty();
        assertThat(three.said("a", Prepare.class)).isNotEmpty();
    }

    // ---- the last configuration

    @Test
    void aGroupThatHasUsedUpItsConfigurationsSaysSo() {
        ManualElectorates one = ManualElectorates.of("a");
        Configuration last = new Configuration(
                ManualElectorates.GROUP,
                List.of(),
                Terms.MAX_CONFIGURATION,
                Map.of(id("a"), identity("a")),
                Map.of(),
                settings("a"),
                List.of());
        one.hears("a", "b", new Shown(last)).after(4 * E);
        assertThat(one.failure("a", "set election-timeout=2s"))
                .isEqualTo("this group has used up its 1048575 configurations");
    }

    // ---- dry runs

    @Test
    void aDryRunTellsTheStepsAndChangesNothing() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle().forgetWhatWasDone();
        long number = three.wishes("a", "replace c d", true);
        three.after(10 * E);
        assertThat(three.did("a", Planned.class)).singleElement().satisfies(planned -> {
            assertThat(planned.wish()).isEqualTo(number);
            assertThat(planned.changes()).hasToString("[add d:1, remove c:1]");
        });
        assertThat(three.did("a", ElectorateEffect.Store.class)).isEmpty();
        assertThat(three.said("a", Prepare.class)).isEmpty();
        assertThat(three.node("a").proposal()).isEmpty();
    }

    @Test
    void aDryRunIsRefusedAsTheChangeWouldBe() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("c").start("d");
        three.settle();
        long number = three.wishes("a", "add d", true);
        three.after(10 * E);
        assertThat(three.did("a", ElectorateEffect.Failed.class))
                .containsExactly(new ElectorateEffect.Failed(
                        number, "without d:1 only 2 of 4 voters would be heard: start another one first"));
    }

    @Test
    void aDryRunOfAFulfilledWishIsDone() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        long number = three.wishes("a", "set election-timeout=1s", true);
        three.settle();
        assertThat(three.did("a", ElectorateEffect.Done.class)).containsExactly(new ElectorateEffect.Done(number));
    }

    // ---- the survey

    @Test
    void theSurveyEndsAtOnceWhenAllHaveAnsweredAndElseAfterAnElectionTimeout() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle();
        three.wishes("a", "add d", true);
        three.settle();
        assertThat(three.did("a", Planned.class)).hasSize(1);
        three.wishes("a", "replace c x", true);
        three.after(E - 1);
        assertThat(three.did("a", ElectorateEffect.Failed.class)).isEmpty();
        three.after(1);
        assertThat(three.did("a", ElectorateEffect.Failed.class)).hasSize(1);
    }

    @Test
    void anAnswerBeforeTheSurveyDoesNotCount() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle().cut("d", "a");
        assertThat(three.failure("a", "add d"))
                .startsWith("d:1 has not stored configuration 0 within the last 1000 ms");
    }

    // ---- the end of patience

    @Test
    void aChangeThatFindsNoMajorityIsGivenUp() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        long number = three.wishes("a", "set election-timeout=2s");
        three.cut("a", "b").cut("a", "c").after(20 * E - H);
        assertThat(three.did("a", ElectorateEffect.Failed.class)).isEmpty();
        three.after(H);
        assertThat(three.did("a", ElectorateEffect.Failed.class))
                .singleElement()
                .satisfies(failed -> {
                    assertThat(failed.wish()).isEqualTo(number);
                    assertThat(failed.why())
                            .startsWith(
                                    "\"set election-timeout=2000ms heartbeat-interval=100ms max-clock-drift=0.01\" found no"
                                            + " majority within 20 s; [")
                            .contains(
                                    "b:1, c:1] did not answer; it is undone, unless the next change finds it accepted");
                });
        assertThat(three.node("a").proposal()).isEmpty();
    }

    @Test
    void aConfigurationThatIsChosenAndNotYetObeyedIsGivenUpWithAnotherSentence() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").slowPeers("b").slowPeers("c");
        assertThat(three.failure("a", "set election-timeout=2s"))
                .startsWith(
                        "configuration 1 [a:1, b:1, c:1] E 2000 ms H 100 ms was chosen, but a majority of its voters"
                                + " does not obey it yet; it will as soon as they are up and their disks write: look at [");
    }

    @Test
    void aWishFailsWithTheConfigurationThatCameInBetween() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        long number = three.wishes("a", "remove c");
        three.cut("a", "b").cut("a", "c").settle();
        Configuration other = three.configuration("a").adding(id("x"), identity("x"), 99, "another node");
        three.hears("a", "b", new Shown(other));
        assertThat(three.did("a", ElectorateEffect.Failed.class))
                .containsExactly(new ElectorateEffect.Failed(
                        number,
                        "configuration 1 came in between: it has [a:1, b:1, c:1, x:1]; look at it, and say the change"
                                + " again if it is still wanted"));
    }

    /** The proposer's answers are lost; another one finishes the round. */
    @Test
    void aWishIsFulfilledWhenAnotherProposerFinishesIt() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        long number = three.wishes("a", "set election-timeout=2s");
        three.after(E - H).cut("b", "a").cut("c", "a");
        three.after(2 * H);
        assertThat(three.said("a", Accept.class)).isNotEmpty();
        Configuration accepted = three.disk("b").accepted().orElseThrow().next();
        three.hears("b", "c", new Shown(accepted)).hears("c", "b", new Shown(accepted));
        three.heal().after(5 * E);
        assertThat(three.did("a", ElectorateEffect.Done.class)).containsExactly(new ElectorateEffect.Done(number));
        assertThat(three.did("a", ElectorateEffect.Failed.class)).isEmpty();
    }

    @Test
    void theWishOfANodeThatEndsIsForgotten() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.wishes("a", "set election-timeout=2s");
        three.settle().stop("a").start("a").after(60 * E);
        assertThat(three.node("a").proposal()).isEmpty();
        assertThat(three.configuration("a").number()).isZero();
        three.changes("a", "set election-timeout=3s");
    }

    /** Settings that a file would refuse never become a configuration. */
    @Test
    void theTimesOfTheVotersStayConsistentAcrossAChange() {
        ManualElectorates two = ManualElectorates.of("a", "b")
                .changes("a", "set election-timeout=500ms heartbeat-interval=50ms max-clock-drift=0.02");
        assertThat(two.configuration("b").settings())
                .isEqualTo(new Settings(two.configuration("b").settings().voters(), ms(50), ms(500), 0.02));
    }
}
