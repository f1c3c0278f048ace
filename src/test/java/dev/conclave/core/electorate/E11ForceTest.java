package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.conclave.core.Terms;
import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** E11: a new group in the place of one whose majority is lost for good. */
class E11ForceTest {

    private static final long GROUP = ManualElectorates.GROUP;

    private static Configuration founded() {
        return ManualElectorates.of("a", "b", "c").configuration("a");
    }

    private static Configuration forced(Configuration former, long drawn, String... survivors) {
        return former.forced(ids(survivors), 0, 0, drawn, 9, "the operator");
    }

    // ---- the configuration

    @Test
    void aForcedConfigurationNamesTheSurvivorsAndTheGroupThatItReplaces() {
        Configuration forced = forced(founded(), 128, "a", "b");
        assertThat(forced.group()).isEqualTo(128);
        assertThat(forced.former()).containsExactly(GROUP);
        assertThat(forced.named()).containsOnlyKeys(id("a"), id("b")).containsEntry(id("a"), identity("a"));
        assertThat(forced.replaces(GROUP)).isTrue();
        assertThat(forced.replaces(128)).isFalse();
        assertThat(forced.origin())
                .contains(new Configuration.Origin(
                        1024, 9, "the operator", "forced, in the place of the group 0000000000000007"));
        assertThat(forced(founded(), 64 * 5, "a").group()).isNotZero();
    }

    @Test
    void aForcedNumberLiesFarAboveTheFormerOneInOneOfManyPlaces() {
        Configuration first = founded();
        assertThat(forced(first, 64, "a").number()).isEqualTo(1024);
        assertThat(forced(first, 63, "a").number()).isEqualTo(64 * 1024);
        assertThat(forced(first, -1, "a").number()).isEqualTo(64 * 1024);
        Configuration again = forced(forced(first, 65, "a", "b"), 66, "a");
        assertThat(again.number()).isEqualTo(2 * 1024 + 3 * 1024);
        assertThat(again.former()).containsExactly(GROUP, 65L);
    }

    @Test
    void aForcedConfigurationOverAnotherOneReplacesBothAndLiesAboveBoth() {
        Configuration forced = founded().forced(ids("a"), 99, 5_000, 64, 9, "the operator");
        assertThat(forced.former()).containsExactly(GROUP, 99L);
        assertThat(forced.number()).isEqualTo(5_000 + 1_024);
    }

    @Test
    void onlyVotersSurvive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forced(founded(), 1, "a", "x"))
                .withMessage(
                        "x:1 is not a voter of configuration 0 [a:1, b:1, c:1] E 1000 ms H 100 ms, so it cannot be a"
                                + " survivor; name voters only");
    }

    @Test
    void aGroupThatHasUsedUpItsConfigurationsCannotBeForced() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> founded().forced(ids("a"), 0, Terms.MAX_CONFIGURATION, 1, 9, "the operator"))
                .withMessageStartingWith(
                        "this group has used up its 1048575 configurations; empty all data directories");
    }

    @Test
    void anOrdinaryChangeDoesNotLeadToAForcedConfiguration() {
        Configuration first = founded();
        Configuration forced = forced(first, 64, "a", "b");
        assertThat(forced.mayFollow(first)).isFalse();
        Configuration next = forced.removing(id("b"), 9, "the operator");
        assertThat(next.mayFollow(forced)).isTrue();
        assertThat(next.former()).isEqualTo(forced.former());
        Configuration forgetful = new Configuration(
                next.group(), List.of(), next.number(), next.named(), next.previous(), next.settings(), next.history());
        assertThat(forgetful.mayFollow(forced)).isFalse();
    }

    // ---- what the operator says

    private static StoredElectorate forced(Force force, String self) {
        StoredElectorate head =
                ManualElectorates.of("a", "b", "c").stop("a", "b", "c").disk("a");
        return force.in(id(self), identity(self), head, 64, 9);
    }

    @Test
    void whatIsWrittenIsTheForcedConfigurationWithoutPromisesAndWithTheLongestTimeout() {
        StoredElectorate written = forced(new Force(GROUP, ids("a", "b"), 0, 0), "a");
        assertThat(written.number()).isEqualTo(1024);
        assertThat(written.configuration().orElseThrow().named()).containsOnlyKeys(id("a"), id("b"));
        assertThat(written.promised()).isEqualTo(RoundBallot.NONE);
        assertThat(written.accepted()).isEmpty();
        assertThat(written.longestElectionNanos()).isEqualTo(E);
    }

    @Test
    void aDirectoryOfAnotherNodeThanASurvivorIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> forced(new Force(8, ids("a"), 0, 0), "a"))
                .withMessage(
                        "its node belongs to the group 0000000000000007, not to 0000000000000008; look at electorate"
                                + " show, and name the right one");
        assertThatIllegalStateException()
                .isThrownBy(() -> forced(new Force(GROUP, ids("x"), 0, 0), "x"))
                .withMessageEndingWith("force a new group at a voter that is left");
        assertThatIllegalStateException()
                .isThrownBy(() -> forced(new Force(GROUP, ids("b"), 0, 0), "a"))
                .withMessage("--survivors is [b:1], without a:1, whose directory this is; name it too");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        new Force(GROUP, ids("a"), 0, 0).in(id("a"), identity("a"), StoredElectorate.EMPTY, 64, 9))
                .withMessageContaining("no configuration yet");
    }

    // ---- nodes

    @Test
    void theSurvivorGoesOnAloneAndTheOthersTakeTheForcedConfigurationWhenTheyReturn() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("a", "b", "c");
        Configuration forced = forced(three.disk("a").configuration().orElseThrow(), 64, "a");
        three.write("a", forced).start("a").after(E).obey(1024, "a");
        three.start("b").after(E);
        assertThat(three.configuration("b")).isEqualTo(forced);
        assertThat(three.node("b").isVoter()).isFalse();
        three.changes("a", "add b").obey(1025, "a", "b");
    }

    @Test
    void aForcedConfigurationIsObeyedAsSoonAsItIsOnDiskAndTheDriverIsTold() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("b");
        Configuration forced = forced(three.configuration("a"), 64, "a");
        three.hears("b", "a", new Shown(forced));
        assertThat(three.did("b", ElectorateEffect.Switch.class))
                .containsExactly(new ElectorateEffect.Switch(forced, true));
        three.obey(1024, "b");
    }

    @Test
    void aNodeOfTheFormerGroupIsShownTheForcedConfiguration() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("a", "b", "c");
        Configuration forced = forced(three.disk("a").configuration().orElseThrow(), 64, "a");
        three.write("a", forced).start("a").forgetWhatWasDone();
        three.hears("a", "b", new Holds(GROUP, 5, 5, 0, true));
        assertThat(three.said("a", "b")).containsExactly(new Shown(forced));
        three.hearsUnder(GROUP, 5, "a", "c");
        assertThat(three.said("a", "c")).containsExactly(new Shown(forced));
        assertThat(three.did("a", ElectorateEffect.OtherGroup.class)).isEmpty();
    }

    @Test
    void theConfigurationOfTheFormerGroupIsNotTakenBack() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("a", "b", "c");
        Configuration former = three.disk("a").configuration().orElseThrow();
        Configuration forced = forced(former, 64, "a");
        three.write("a", forced).start("a");
        Configuration higher = new Configuration(
                GROUP, List.of(), 2_000, former.named(), Map.of(), former.settings(), former.history());
        three.hears("a", "b", new Shown(higher));
        assertThat(three.configuration("a")).isEqualTo(forced);
    }

    @Test
    void twoSidesThatAreBothForcedAreStrangersUntilOneIsForcedOverTheOther() {
        ManualElectorates two = ManualElectorates.of("a", "b").stop("a", "b");
        Configuration former = two.disk("a").configuration().orElseThrow();
        Configuration one = forced(former, 64, "a");
        Configuration other = forced(former, 65, "b");
        two.write("a", one).write("b", other).start("a", "b").after(E);
        assertThat(two.did("a", ElectorateEffect.OtherGroup.class))
                .containsExactly(new ElectorateEffect.OtherGroup(id("b"), 65));
        assertThat(two.did("b", ElectorateEffect.OtherGroup.class))
                .containsExactly(new ElectorateEffect.OtherGroup(id("a"), 64));
        Configuration decided = one.forced(ids("a"), 65, other.number(), 192, 9, "the operator");
        two.stop("a").write("a", decided).start("a").after(E);
        assertThat(two.configuration("b")).isEqualTo(decided);
    }

    // ---- conclave.group

    @Test
    void aNodeThatMayBelongToOneGroupOnlyTakesNoOther() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").belongsTo(8, "w").start("w");
        three.after(E);
        assertThat(three.node("w").configuration()).isEmpty();
        three.stop("w").belongsTo(GROUP, "w").start("w").after(E);
        assertThat(three.configuration("w")).isEqualTo(three.configuration("a"));
    }

    @Test
    void aNodeThatMayBelongToOneGroupOnlyTakesTheOneThatReplacesIt() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").belongsTo(GROUP, "w").start("w");
        Configuration forced = forced(three.configuration("a"), 64, "a");
        three.cutOff("w").hears("w", "a", new Shown(forced));
        assertThat(three.configuration("w")).isEqualTo(forced);
    }

    @Test
    void aNodeThatMayBelongToOneGroupOnlyFoundsNone() {
        ManualElectorates one =
                ManualElectorates.listing("a").belongsTo(8, "a").start("a").mayFound("a");
        assertThat(one.after(E).node("a").configuration()).isEmpty();
    }
}
