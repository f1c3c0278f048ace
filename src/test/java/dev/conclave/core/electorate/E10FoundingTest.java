package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.ElectorateMessage.AskToFound;
import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.MayFound;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** E10: the first of the listed voters founds the group, once, with the identities that have answered it. */
class E10FoundingTest {

    @Test
    void theFirstListedVoterFoundsWhenAllOthersHaveAnswered() {
        ManualElectorates three = ManualElectorates.listing("a", "b", "c").start("a", "b", "c");
        three.mayFound("a").after(E);
        three.obey(0, "a", "b", "c");
        Configuration founded = three.configuration("a");
        assertThat(founded.named())
                .isEqualTo(Map.of(id("a"), identity("a"), id("b"), identity("b"), id("c"), identity("c")));
        assertThat(founded.group()).isNotZero();
        assertThat(three.configuration("b")).isEqualTo(founded);
        assertThat(three.configuration("c")).isEqualTo(founded);
    }

    @Test
    void theHistoryOfAGroupBeginsWithTheInstantOfItsFounding() {
        ManualElectorates two =
                ManualElectorates.listing("a", "b").start("a").mayFound("a").after(7 * E);
        long beganMillis = two.now() / 1_000_000;
        two.start("b").after(E).obey(0, "a", "b");
        long foundedMillis = two.configuration("b").history().get(0).atMillis();
        assertThat(foundedMillis).isBetween(beganMillis, beganMillis + E / 1_000_000);
    }

    @Test
    void aSingleListedVoterFoundsAlone() {
        ManualElectorates one = ManualElectorates.listing("a").start("a").mayFound("a");
        one.obey(0, "a");
    }

    @Test
    void noNodeFoundsBeforeItMay() {
        ManualElectorates two =
                ManualElectorates.listing("a", "b").start("a", "b").after(10 * E);
        assertThat(two.node("a").configuration()).isEmpty();
        assertThat(two.said("a", AskToFound.class)).isEmpty();
        two.mayFound("a").after(E).obey(0, "a", "b");
    }

    @Test
    void onlyTheFirstListedVoterFounds() {
        ManualElectorates two =
                ManualElectorates.listing("a", "b").start("b").mayFound("b").after(10 * E);
        assertThat(two.node("b").configuration()).isEmpty();
        assertThat(two.said("b", AskToFound.class)).isEmpty();
        ManualElectorates other =
                ManualElectorates.listing("a").start("w").mayFound("w").after(10 * E);
        assertThat(other.node("w").configuration()).isEmpty();
    }

    @Test
    void aNodeWithoutADirectoryFoundsNothing() {
        ManualElectorates one =
                ManualElectorates.listing("a").startWithoutDirectory("a").mayFound("a");
        assertThat(one.after(10 * E).node("a").configuration()).isEmpty();
    }

    @Test
    void theFounderWaitsForEveryListedVoterAndAsksThemAtEachHeartbeat() {
        ManualElectorates three = ManualElectorates.listing("a", "b", "c").start("a", "b");
        three.mayFound("a").forgetWhatWasDone().after(10 * H);
        assertThat(three.node("a").configuration()).isEmpty();
        assertThat(three.said("a", "c")).hasSizeBetween(9, 11).hasOnlyElementsOfType(AskToFound.class);
        three.start("c").after(2 * H).obey(0, "a", "b", "c");
    }

    // A voter stores the identity of the founder that asked, and answers once that is durable.

    @Test
    void aVoterAnswersTheFounderOnceItsIdentityIsDurable() {
        ManualElectorates two = ManualElectorates.listing("a", "b")
                .start("a", "b")
                .slowDisk("b")
                .forgetWhatWasDone();
        two.hears("b", "a", new AskToFound());
        assertThat(two.said("b", MayFound.class)).isEmpty();
        two.diskForces("b");
        assertThat(two.said("b", "a")).containsExactly(new MayFound());
        assertThat(two.disk("b").founder()).contains(identity("a"));
    }

    @Test
    void onlyTheFirstListedVoterIsAnswered() {
        ManualElectorates three =
                ManualElectorates.listing("a", "b", "c").start("b").forgetWhatWasDone();
        three.hears("b", "c", new AskToFound()).hears("b", "x", new AskToFound());
        assertThat(three.did("b", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aNodeThatIsNotListedDoesNotAnswerTheFounder() {
        ManualElectorates two = ManualElectorates.listing("a", "b").start("w").forgetWhatWasDone();
        two.hears("w", "a", new AskToFound());
        assertThat(two.did("w", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aListedVoterWithoutADirectoryDoesNotAnswerTheFounder() {
        ManualElectorates two =
                ManualElectorates.listing("a", "b").startWithoutDirectory("b").forgetWhatWasDone();
        two.hears("b", "a", new AskToFound());
        assertThat(two.did("b", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aVoterThatHasAConfigurationShowsItToTheFounder() {
        ManualElectorates two = ManualElectorates.of("a", "b");
        Configuration founded = two.configuration("b");
        two.wipe("a").start("a").mayFound("a").after(E);
        assertThat(two.configuration("a")).isEqualTo(founded);
        assertThat(two.node("a").isHeard()).isFalse();
        two.forgetWhatWasDone().hears("b", "a", new AskToFound());
        assertThat(two.said("b", "a")).containsExactly(new Shown(founded));
    }

    /** A list of one that was left behind in a file. */
    @Test
    void aNodeThatHasHeardOfAGroupDoesNotFoundAnother() {
        ManualElectorates one = ManualElectorates.listing("a").start("a");
        one.hears("a", "b", new Holds(7, 0, 0, 0, false)).mayFound("a").after(10 * E);
        assertThat(one.node("a").configuration()).isEmpty();
    }

    // A directory that is lost during the founding.

    @Test
    void aVoterWhoseDirectoryIsLostBeforeTheFoundingAnswersWithItsNewIdentity() {
        ManualElectorates three = ManualElectorates.listing("a", "b", "c").start("a", "b");
        three.mayFound("a").after(H).wipe("b").start("b", "c").after(E);
        assertThat(three.configuration("a").named()).containsEntry(id("b"), identity("b", 2));
        three.obey(0, "a", "b", "c");
    }

    @Test
    void theFounderWhoseDirectoryIsLostAsksAnewWithItsNewIdentity() {
        ManualElectorates three = ManualElectorates.listing("a", "b", "c").start("a", "b");
        three.mayFound("a").after(H).wipe("a").start("a", "c").mayFound("a").after(E);
        assertThat(three.disk("b").founder()).contains(identity("a", 2));
        assertThat(three.configuration("b").named()).containsEntry(id("a"), identity("a", 2));
        three.obey(0, "a", "b", "c");
    }

    /** Otherwise a late configuration of the founder's former directory would split the founding. */
    @Test
    void aVoterThatHasAnsweredAFounderTakesConfigurationZeroOfThatDirectoryOnly() {
        ManualElectorates two = ManualElectorates.listing("a", "b").start("b");
        two.hears("b", "a", identity("a", 2), new AskToFound());
        Configuration former = Configuration.founding(
                8, Map.of(id("a"), identity("a", 1), id("b"), identity("b")), settings("a", "b"), 0, "a:1");
        two.hears("b", "a", identity("a", 1), new Shown(former));
        assertThat(two.node("b").configuration()).isEmpty();
        Configuration own = Configuration.founding(
                9, Map.of(id("a"), identity("a", 2), id("b"), identity("b")), settings("a", "b"), 0, "a:1");
        two.hears("b", "w", new Shown(own));
        assertThat(two.node("b").configuration()).contains(own);
    }

    /** A majority of its voters has taken part in a later number, so its founding was not split. */
    @Test
    void aVoterThatHasAnsweredAFounderTakesALaterConfigurationOfAnyGroup() {
        ManualElectorates two = ManualElectorates.listing("a", "b").start("b");
        two.hears("b", "a", identity("a", 2), new AskToFound());
        Configuration later = Configuration.founding(8, Map.of(id("a"), identity("a", 1)), settings("a"), 0, "a:1")
                .adding(id("x"), identity("x"), 1, "a test");
        two.hears("b", "x", new Shown(later));
        assertThat(two.node("b").configuration()).contains(later);
    }

    @Test
    void anAnswerOfAVoterIsForgottenWhenItsAddressHasAnotherIdentity() {
        ManualElectorates three = ManualElectorates.listing("a", "b", "c").start("a", "b");
        three.mayFound("a").after(H);
        assertThat(three.node("a").answers()).containsEntry(id("b"), identity("b"));
        three.wipe("b").cut("b", "a").start("b");
        assertThat(three.node("a").answers()).containsEntry(id("b"), identity("b"));
        three.heal().stop("b").start("b");
        assertThat(three.node("a").answers()).isEmpty();
    }

    @Test
    void aNodeThatIsNotListedTakesTheConfigurationThatItIsShown() {
        ManualElectorates two = ManualElectorates.listing("a", "b")
                .start("a", "b", "w")
                .mayFound("a")
                .after(E);
        assertThat(two.configuration("w")).isEqualTo(two.configuration("a"));
        two.obey(0, "w");
    }
}
