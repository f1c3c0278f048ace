package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R15, R6: the head with which a data directory is opened, and the directories that are refused. */
class JournalHeadTest {

    private static final Settings SETTINGS = TestValues.settings("a", "b", "c");
    private static final DirectoryIdentity LOST = new DirectoryIdentity(1, 77);
    private static final JournalHead FOUND =
            JournalHead.fresh(id("a"), SETTINGS, 5).admittedAbove(0).knowing(id("b"), LOST);

    @Test
    void anEmptyDirectoryHasANewIdentity() {
        JournalHead fresh = JournalHead.open(Optional.empty(), OperatorConfirmation.NONE, id("a"), SETTINGS, 5);
        assertThat(fresh.identity()).isEqualTo(new DirectoryIdentity(1, 5));
        assertThat(fresh.admitted()).isFalse();
        assertThat(fresh.known()).isEmpty();
        assertThat(fresh.longestElectionNanos()).isEqualTo(E);
        assertThat(fresh.remembersAll()).isTrue();
    }

    @Test
    void anEmptyDirectoryInThePlaceOfALostOneHasTheNextGeneration() {
        JournalHead replaced = JournalHead.open(Optional.empty(), lost(LOST), id("a"), SETTINGS, 5);
        assertThat(replaced.identity()).isEqualTo(new DirectoryIdentity(2, 5));
        assertThat(replaced.replaces()).contains(LOST);
        assertThat(replaced.admitted()).isFalse();
        assertThat(replaced.remembersAll()).isFalse();
    }

    @Test
    void anExistingDirectoryIsOpenedUnchangedWithOneMoreStart() {
        assertThat(JournalHead.open(Optional.of(FOUND), OperatorConfirmation.NONE, id("a"), SETTINGS, 9))
                .isEqualTo(FOUND.startedAgain());
    }

    @Test
    void aDirectoryOfAnotherPeerIsRefused() {
        refuses(
                FOUND,
                OperatorConfirmation.NONE,
                "b",
                SETTINGS,
                "the journal belongs to a:1, this peer is b:1",
                "conclave.data-dir");
    }

    @Test
    void anotherVoterListIsRefusedWithTheRemedy() {
        refuses(
                FOUND,
                OperatorConfirmation.NONE,
                "a",
                TestValues.settings("a", "b", "c", "d", "e"),
                "conclave.voters is [a:1, b:1, c:1, d:1, e:1]",
                "written under [a:1, b:1, c:1]",
                "former-voters = a:1,b:1,c:1");
        refuses(FOUND, former("a", "b"), "a", TestValues.settings("a", "b", "d"), "former-voters = a:1,b:1,c:1");
    }

    @Test
    void aConfirmedVoterListIsAcceptedAndKeepsTheIdentities() {
        Settings more = TestValues.settings("a", "b", "c", "d", "e");
        JournalHead changed = JournalHead.open(Optional.of(FOUND), former("c", "b", "a"), id("a"), more, 9);
        assertThat(changed.voters()).isEqualTo(more.voters());
        assertThat(changed.identity()).isEqualTo(FOUND.identity());
        assertThat(changed.known()).isEqualTo(FOUND.known());
        assertThat(JournalHead.open(Optional.of(changed), former("c", "b", "a"), id("a"), more, 9))
                .isEqualTo(changed.startedAgain());
    }

    @Test
    void aDirectoryUnderAnotherVoterListMustBeAdmittedAgain() {
        assertThat(FOUND.admitted()).isTrue();
        JournalHead changed = JournalHead.open(
                Optional.of(FOUND), former("a", "b", "c"), id("a"), TestValues.settings("a", "b", "d"), 9);
        assertThat(changed.admitted()).isFalse();
    }

    /** Each former quorum must have a member among the new voters, or none of them knows the terms of its leaders. */
    @Test
    void aVoterListThatLeavesBehindAQuorumOfTheFormerVotersIsRefused() {
        refuses(
                FOUND,
                former("a", "b", "c"),
                "a",
                TestValues.settings("a", "d", "e"),
                "of which 1 were among the former",
                "at least 2 must stay",
                "in several steps");
        JournalHead five = FOUND.withVoters(ids("a", "b", "c", "d", "e"));
        refuses(five, former("a", "b", "c", "d", "e"), "a", TestValues.settings("a", "b"), "at least 3 must stay");
        assertThat(JournalHead.open(
                                Optional.of(five),
                                former("a", "b", "c", "d", "e"),
                                id("a"),
                                TestValues.settings("a", "b", "c"),
                                9)
                        .voters())
                .hasSize(3);
        JournalHead two = FOUND.withVoters(ids("a", "b"));
        assertThat(JournalHead.open(Optional.of(two), former("a", "b"), id("a"), TestValues.settings("a"), 9)
                        .voters())
                .hasSize(1);
    }

    @Test
    void aConfirmationOfALostIdentityIsRefusedForADirectoryThatIsNotLost() {
        refuses(
                FOUND,
                lost(LOST),
                "a",
                SETTINGS,
                "names the lost identity " + LOST,
                "with the identity 1-0000000000000005",
                "remove the file");
    }

    @Test
    void aConfirmationThatWasObeyedMayStayInTheDirectory() {
        JournalHead replaced = JournalHead.open(Optional.empty(), lost(LOST), id("a"), SETTINGS, 5);
        assertThat(JournalHead.open(Optional.of(replaced), lost(LOST), id("a"), SETTINGS, 6))
                .isEqualTo(replaced.startedAgain());
    }

    @Test
    void aConfirmationOfFormerVotersIsRefusedForAnEmptyDirectory() {
        assertThatIllegalStateException()
                .isThrownBy(() -> JournalHead.open(Optional.empty(), former("a", "b"), id("a"), SETTINGS, 5))
                .withMessageContainingAll("names former voters", "holds no journal", "put the journal back");
    }

    @Test
    void theLongestElectionTimeoutIsRemembered() {
        Settings longer = new Settings(ids("a", "b", "c"), TestValues.H, 3 * E, TestValues.DRIFT);
        JournalHead grown = JournalHead.open(Optional.of(FOUND), OperatorConfirmation.NONE, id("a"), longer, 9);
        assertThat(grown.longestElectionNanos()).isEqualTo(3 * E);
        assertThat(JournalHead.open(Optional.of(grown), OperatorConfirmation.NONE, id("a"), SETTINGS, 9)
                        .longestElectionNanos())
                .isEqualTo(3 * E);
    }

    @Test
    void anAdmittedHeadReplacesNoIdentityAndItsFloorOnlyGrows() {
        JournalHead replaced = JournalHead.inPlaceOf(LOST, id("a"), SETTINGS, 5).admittedAbove(7);
        assertThat(replaced.replaces()).isEmpty();
        assertThat(replaced.floor()).isEqualTo(7);
        assertThat(replaced.admittedAbove(3).floor()).isEqualTo(7);
    }

    private static OperatorConfirmation lost(DirectoryIdentity identity) {
        return new OperatorConfirmation(Optional.of(identity), Optional.empty());
    }

    private static OperatorConfirmation former(String... voters) {
        return new OperatorConfirmation(Optional.empty(), Optional.of(List.copyOf(ids(voters))));
    }

    private static void refuses(
            JournalHead found, OperatorConfirmation word, String self, Settings settings, String... words) {
        assertThatIllegalStateException()
                .isThrownBy(() -> JournalHead.open(Optional.of(found), word, id(self), settings, 9))
                .withMessageContainingAll(words);
    }
}
