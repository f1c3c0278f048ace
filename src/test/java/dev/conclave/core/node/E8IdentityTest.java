package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.node.NodeEffect.ConfigurationStored;
import dev.conclave.core.node.NodeEffect.Drop;
import dev.conclave.core.node.NodeEffect.Dropped;
import dev.conclave.core.node.NodeEffect.Switch;
import dev.conclave.core.node.NodeEffect.WishDone;
import dev.conclave.core.node.NodeEffect.WishFailed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E8 and E9 at nodes: with which identities an address is heard, and a directory that is lost, restored or of another group. */
class E8IdentityTest {

    // An address that is named with another identity is heard in no election, but is shown the configuration.

    @Test
    void aVoterThatHasLostItsDirectoryIsHeardInNoElectionAndDoesNotTakePart() {
        ManualNodes three = ManualNodes.founded("a", "b", "c").wipe("c").start("c");
        three.forgetWhatWasDone().after(E);
        assertThat(three.hears("a", "c") || three.hears("b", "c")).isFalse();
        three.doNotTakePart("c").takePart("a", "b");
        assertThat(three.dropped("a", Drop.OTHER_IDENTITY))
                .isNotEmpty()
                .allSatisfy(dropped -> assertThat(dropped.why())
                        .startsWith("c:1 is not heard in any election: its data directory is "
                                + three.node("c").identity())
                        .contains("names it with "
                                + three.configuration("a").named().get(id("c")))
                        .endsWith("Put the former directory back; or, if it is lost, say: electorate readmit c:1"));
    }

    @Test
    void aVoterThatHasLostItsDirectoryIsShownTheConfigurationThatExcludesIt() {
        ManualNodes three = ManualNodes.founded("a", "b", "c").wipe("c").start("c");
        three.after(E);
        assertThat(three.configuration("c")).isEqualTo(three.configuration("a"));
        assertThat(three.did("c", ConfigurationStored.class))
                .containsExactly(new ConfigurationStored(three.configuration("a"), false));
        assertThat(three.did("c", Switch.class)).containsExactly(new Switch(three.configuration("a"), false, false));
    }

    @Test
    void aVoterWhoseFormerDirectoryIsPutBackTakesPartAgain() {
        ManualNodes three = ManualNodes.founded("a", "b", "c");
        JournalHead former = three.disk("c");
        three.wipe("c").start("c").after(E);
        three.stop("c").restore("c", former).start("c").after(E);
        three.takePart("c");
    }

    @Test
    void aLostVoterThatIsReadmittedIsHeardWithItsNewIdentity() {
        ManualNodes three = ManualNodes.founded("a", "b", "c").wipe("c").start("c");
        three.after(E);
        DirectoryIdentity fresh = three.node("c").identity();
        three.wish("a", new Wish.Readmit(id("c"))).takePart("a", "b", "c");
        assertThat(three.did("a", WishDone.class)).hasSize(1);
        assertThat(three.configuration("c").named()).containsEntry(id("c"), fresh);
        assertThat(three.hears("a", "c") && three.hears("c", "a")).isTrue();
    }

    @Test
    void anAddressThatIsNotNamedIsHeardWithAnyIdentity() {
        ManualNodes two = ManualNodes.founded("a", "b").start("w");
        two.after(E);
        assertThat(two.hears("a", "w")).isTrue();
        two.wipe("w").start("w").after(E);
        assertThat(two.hears("a", "w")).isTrue();
        two.wipe("w").startWithoutDirectory("w").after(E);
        assertThat(two.hears("a", "w")).isTrue();
        two.takePart("w");
    }

    /** The address was free until now: the one that greeted before is not the one that is named. */
    @Test
    void aContactThatTheNextConfigurationExcludesIsReportedAndNotHeard() {
        ManualNodes three = ManualNodes.founded("a", "b").start("d");
        three.after(E);
        Configuration named = three.configuration("a").adding(id("d"), new DirectoryIdentity(77), 0, "a test");
        three.forgetWhatWasDone();
        three.tell("a", new NodeInput.Told(three.frame("b", "a"), new ElectorateMessage.Shown(named)))
                .settle();
        assertThat(three.dropped("a", Drop.OTHER_IDENTITY))
                .extracting(Dropped::from)
                .containsExactly(id("d"));
        assertThat(three.hears("a", "d")).isFalse();
    }

    // A directory restored from a backup is refused while the node lives that has met the newer one.

    @Test
    void aDirectoryWithFewerStartsThanTheKnownOneIsRefusedWithTheRemedy() {
        ManualNodes three = ManualNodes.founded("a", "b", "c");
        JournalHead backup = three.disk("c");
        three.stop("c").start("c").after(E);
        three.stop("c").start("c").after(E);
        three.stop("c").restore("c", backup).forgetWhatWasDone().start("c").after(E);
        assertThat(three.hears("a", "c")).isFalse();
        assertThat(three.dropped("a", Drop.OLDER_MEMORY))
                .isNotEmpty()
                .allSatisfy(dropped -> assertThat(dropped.why())
                        .startsWith("c:1 is rejected: it says that this is start 2 of its data directory, but start 3"
                                + " was seen before.")
                        .contains("restored from a backup: stop it, empty the directory, start it, and readmit it"
                                + " (electorate readmit c:1)"));
    }

    @Test
    void aDirectoryWithAsManyStartsAsTheKnownOneIsRefused() {
        ManualNodes three = ManualNodes.founded("a", "b", "c");
        JournalHead backup = three.disk("c");
        three.stop("c").start("c").after(E);
        assertThat(three.hears("a", "c")).isTrue();
        three.stop("c").restore("c", backup).start("c").after(E);
        assertThat(three.hears("a", "c")).isFalse();
        three.stop("c").start("c").after(E);
        assertThat(three.hears("a", "c")).as("one start more").isTrue();
    }

    @Test
    void aRestoredDirectoryIsNotRefusedByANodeThatHasNotMetTheNewerOne() {
        ManualNodes three = ManualNodes.founded("a", "b", "c");
        JournalHead backup = three.disk("c");
        three.stop("c").start("c").after(E);
        three.stop("c", "a").restore("c", backup).start("c", "a").after(E);
        assertThat(three.hears("a", "c")).isTrue();
        assertThat(three.hears("b", "c")).isFalse();
    }

    // Another group is not heard (E1).

    @Test
    void noMessageOfAnElectionIsHeardBeforeTheFounding() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b");
        three.after(E);
        assertThat(three.node("b").frameTo(id("a"), -1)).as("they have met").isPresent();
        assertThat(three.node("a").electorate().configuration()).isEmpty();
        assertThat(three.hears("a", "b")).isFalse();
    }

    @Test
    void aNodeOfAnotherGroupIsNotHeardAndIsReportedOnce() {
        ManualNodes two = ManualNodes.founded("a", "b").startWith(settings("x"), "x");
        two.after(E);
        two.takePart("x").tell("a", new NodeInput.Wanted(id("x"))).after(10 * E);
        assertThat(two.hears("a", "x") || two.hears("x", "a")).isFalse();
        assertThat(two.dropped("a", Drop.OTHER_GROUP)).singleElement().satisfies(dropped -> {
            assertThat(dropped.from()).isEqualTo(id("x"));
            assertThat(dropped.why())
                    .startsWith("x:1 belongs to the group "
                            + Configuration.show(two.configuration("x").group()) + ", this node to "
                            + Configuration.show(two.configuration("a").group()))
                    .endsWith("its directory is that of another group: give it its own");
        });
        assertThat(two.configuration("x").named()).containsOnlyKeys(id("x"));
    }

    @Test
    void aNodeOfAnotherGroupWithANewDirectoryBelongsHere() {
        ManualNodes two = ManualNodes.founded("a", "b").startWith(settings("x"), "x");
        two.after(E);
        two.wipe("x").start("x").after(E);
        assertThat(two.configuration("x")).isEqualTo(two.configuration("a"));
        assertThat(two.hears("a", "x") && two.hears("x", "a")).isTrue();
    }

    // Wishes reach the electorate, and their ends come back with the number of the wish.

    @Test
    void theEndOfAWishIsReportedWithItsNumber() {
        ManualNodes three = ManualNodes.founded("a", "b").start("d");
        three.after(E);
        three.forgetWhatWasDone()
                .tell("a", new NodeInput.Wished(new Proposal.Request(41, new Wish.Add(id("d")), true, "a test", 1)));
        three.after(E);
        assertThat(three.did("a", WishDone.class)).singleElement().satisfies(done -> {
            assertThat(done.number()).isEqualTo(41);
            assertThat(done.changes()).hasToString("[add d:1]");
        });
        three.tell("a", new NodeInput.Wished(new Proposal.Request(42, new Wish.Remove(id("d")), false, "a test", 1)))
                .after(E);
        assertThat(three.did("a", WishFailed.class))
                .containsExactly(new WishFailed(42, "d:1 is not a voter; the voters are [a:1, b:1]"));
        three.forgetWhatWasDone().wish("a", new Wish.Add(id("d")));
        assertThat(three.did("a", WishDone.class)).extracting(WishDone::changes).containsExactly(List.of());
        assertThat(three.configuration("d").named()).containsKey(id("d"));
    }

    @Test
    void theVotersOfANewConfigurationAreGreeted() {
        ManualNodes three = ManualNodes.founded("a", "b").start("d");
        three.after(E);
        three.wish("a", new Wish.Add(id("d")));
        three.stop("a", "b", "d").start("d");
        assertThat(three.node("d").dials()).containsOnlyKeys(id("a"), id("b"));
    }
}
