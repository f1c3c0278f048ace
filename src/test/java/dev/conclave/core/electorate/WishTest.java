package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.DRIFT;
import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.ids;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conclave.core.Settings;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** E9: a wish becomes single changes, each of which may follow the one before. */
class WishTest {

    private static final Configuration CURRENT = Configuration.founding(
            7,
            Map.of(id("a"), identity("a"), id("b"), identity("b"), id("c"), identity("c")),
            settings("a", "b", "c"),
            0,
            "a test");

    private static List<String> changes(Wish wish, String... silent) {
        return wish.changes(CURRENT, peer -> !ids(silent).contains(peer)).stream()
                .map(SingleChange::toString)
                .toList();
    }

    private static void refuses(String why, Wish wish) {
        assertThatIllegalArgumentException().isThrownBy(() -> changes(wish)).withMessage(why);
    }

    @Test
    void addingAVoterIsOneChange() {
        assertThat(changes(new Wish.Add(id("d")))).containsExactly("add d:1");
    }

    @Test
    void aVoterIsNotAddedASecondTime() {
        refuses("b:1 is a voter already; if its directory was lost, readmit it", new Wish.Add(id("b")));
    }

    @Test
    void removingAVoterIsOneChange() {
        assertThat(changes(new Wish.Remove(id("b")))).containsExactly("remove b:1");
    }

    @Test
    void onlyAVoterIsRemoved() {
        refuses("d:1 is not a voter; the voters are [a:1, b:1, c:1]", new Wish.Remove(id("d")));
    }

    @Test
    void aVoterThatIsReadmittedIsRemovedAndAdded() {
        assertThat(changes(new Wish.Readmit(id("b")))).containsExactly("remove b:1", "add b:1");
        refuses("d:1 is not a voter; the voters are [a:1, b:1, c:1]", new Wish.Readmit(id("d")));
    }

    @Test
    void theNewVoterIsAddedBeforeTheOldOneIsRemoved() {
        assertThat(changes(new Wish.Replace(id("c"), id("d")))).containsExactly("add d:1", "remove c:1");
    }

    /** Otherwise four voters, of which one is lost, need three; two of three are enough. */
    @Test
    void aVoterThatIsSilentIsRemovedBeforeTheNewOneIsAdded() {
        assertThat(changes(new Wish.Replace(id("c"), id("d")), "c")).containsExactly("remove c:1", "add d:1");
    }

    @Test
    void onlyAVoterIsReplacedAndOnlyByAnotherNode() {
        refuses("x:1 is not a voter; the voters are [a:1, b:1, c:1]", new Wish.Replace(id("x"), id("d")));
        refuses("b:1 is a voter already; if its directory was lost, readmit it", new Wish.Replace(id("c"), id("b")));
    }

    @Test
    void aListOfVotersBecomesAdditionsAndRemovalsInTurn() {
        assertThat(changes(new Wish.Voters(ids("a", "d", "e"))))
                .containsExactly("add d:1", "remove b:1", "add e:1", "remove c:1");
        assertThat(changes(new Wish.Voters(ids("a", "b", "c", "d", "e")))).containsExactly("add d:1", "add e:1");
        assertThat(changes(new Wish.Voters(ids("a")))).containsExactly("remove b:1", "remove c:1");
    }

    @Test
    void silentVotersOfAListAreRemovedFirst() {
        assertThat(changes(new Wish.Voters(ids("a", "d", "e")), "c"))
                .containsExactly("remove c:1", "add d:1", "add e:1", "remove b:1");
        assertThat(changes(new Wish.Voters(ids("a")), "c")).containsExactly("remove c:1", "remove b:1");
    }

    @Test
    void theVotersInAListHaveNoOrderAndNoRepetitions() {
        assertThat(new Wish.Voters(ids("c", "a", "c"))).isEqualTo(new Wish.Voters(ids("a", "c")));
    }

    @Test
    void theListOfThePresentVotersIsNoChange() {
        assertThat(changes(new Wish.Voters(ids("c", "b", "a")))).isEmpty();
    }

    @Test
    void anEmptyListOfVotersIsRefused() {
        refuses("the list of voters is empty; name at least one", new Wish.Voters(List.of()));
    }

    @Test
    void otherTimesAreOneChangeAndThoseThatAreNotNamedStay() {
        Wish longer = new Wish.Times(OptionalLong.empty(), OptionalLong.of(2 * E), OptionalDouble.empty());
        assertThat(longer.changes(CURRENT, peer -> true))
                .containsExactly(new SingleChange.SetTimes(settings(2 * E, "a", "b", "c")));
        Wish all = new Wish.Times(OptionalLong.of(2 * H), OptionalLong.of(3 * E), OptionalDouble.of(0.02));
        assertThat(all.changes(CURRENT, peer -> true))
                .containsExactly(new SingleChange.SetTimes(new Settings(ids("a", "b", "c"), 2 * H, 3 * E, 0.02)));
        assertThat(changes(all))
                .containsExactly("set election-timeout=3000ms heartbeat-interval=200ms max-clock-drift=0.02");
    }

    @Test
    void thePresentTimesAreNoChange() {
        assertThat(changes(new Wish.Times(OptionalLong.of(H), OptionalLong.of(E), OptionalDouble.of(DRIFT))))
                .isEmpty();
        assertThat(changes(new Wish.Times(OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty())))
                .isEmpty();
    }

    @Test
    void timesThatDoNotFitEachOtherAreRefusedAsInAFile() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        changes(new Wish.Times(OptionalLong.empty(), OptionalLong.of(2 * H), OptionalDouble.empty())))
                .withMessageContaining("conclave.heartbeat-interval (100ms) is not below half of"
                        + " conclave.election-timeout (200ms)");
    }

    /** Two configurations in which two voters differ could have quorums that do not meet. */
    @Test
    void everyWishIsMadeOfChangesThatMayFollowEachOther() {
        for (Wish wish : List.of(
                new Wish.Voters(ids("d", "e", "f", "g", "h")),
                new Wish.Voters(ids("d")),
                new Wish.Replace(id("a"), id("d")),
                new Wish.Readmit(id("c")))) {
            for (String silent : List.of("a", "b", "c")) {
                Configuration now = CURRENT;
                for (SingleChange change : wish.changes(CURRENT, peer -> !peer.equals(id(silent)))) {
                    Configuration next = change instanceof SingleChange.AddVoter add
                            ? now.adding(add.voter(), identity(add.voter().host(), 2), 0, "")
                            : now.removing(((SingleChange.RemoveVoter) change).voter(), 0, "");
                    assertThat(next.mayFollow(now)).isTrue();
                    now = next;
                }
            }
        }
    }
}
