package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.node.NodeEffect.Drop;
import dev.conclave.core.node.NodeEffect.Dropped;
import dev.conclave.core.node.NodeEffect.Greet;
import dev.conclave.core.node.NodeEffect.RefusedBy;
import dev.conclave.core.node.NodeEffect.Superseded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R15: a data directory that is restored from a backup, and the losses that peers can notice. */
class R15RestoredTest {

    private static ManualNodes started() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b", "c");
        three.after(0);
        return three.takePart("a", "b", "c");
    }

    /** The directory of b was copied in term 3; after that b led and voted up to term 10, which a has seen. */
    private static ManualNodes restoredInTerm3() {
        ManualNodes three = started();
        JournalHead backup = three.disk("b");
        three.hasProven("a", "b", 10).knowsTerm("a", 10);
        three.stop("b").restore("b", backup).knowsTerm("b", 3);
        return three.forgetWhatWasDone();
    }

    private static List<Dropped> older(ManualNodes among, String at) {
        return among.did(at, Dropped.class).stream()
                .filter(dropped -> dropped.kind() == Drop.OLDER_MEMORY)
                .toList();
    }

    @Test
    void aDirectoryThatHasForgottenATermIsRefusedForGoodWithTheRemedy() {
        ManualNodes three = restoredInTerm3();
        three.start("b").after(0);
        assertThat(three.hears("a", "b")).isFalse();
        assertThat(older(three, "a"))
                .singleElement()
                .satisfies(dropped -> assertThat(dropped.why())
                        .startsWith("b:1 is rejected from now on")
                        .contains("restored from a backup", "lost-identity = 2-0000000000000000"));
        three.knowsTerm("b", 20).stop("b").start("b").after(10 * E);
        assertThat(three.hears("a", "b"))
                .as("terms that the restored peer learns later prove nothing")
                .isFalse();
        three.stop("a").start("a").after(10 * E);
        assertThat(three.hears("a", "b")).as("the refusal is on the disk of a").isFalse();
    }

    @Test
    void aPeerWithARestoredDirectoryIsNotifiedThatItIsSuperseded() {
        ManualNodes three = restoredInTerm3();
        three.start("b").after(0);
        assertThat(three.did("b", Superseded.class)).hasSize(1);
        assertThat(three.did("b", RefusedBy.class))
                .singleElement()
                .satisfies(refused -> assertThat(refused.why())
                        .contains("a:1 has seen more than this data directory remembers", "empty its data directory"));
    }

    @Test
    void peersThatDidNotSeeTheForgottenTermLearnOfTheLossWithTheNextFrame() {
        ManualNodes three = restoredInTerm3();
        three.start("b").after(0);
        assertThat(three.hears("c", "b")).isTrue();
        assertThat(three.hears("c", "a"))
                .as("c first stores the identity that the frame carries")
                .isFalse();
        three.after(0);
        assertThat(three.hears("c", "a")).isTrue();
        assertThat(three.hears("c", "b")).isFalse();
        assertThat(three.did("c", NodeEffect.Replaced.class)).containsExactly(new NodeEffect.Replaced(id("b")));
    }

    /** c disowns both; then each regards the other as superseded, and says so in a hello that the other answers. */
    @Test
    void twoDisownedPeersDoNotAnswerEachOtherWithoutEnd() {
        ManualNodes three = started();
        JournalHead backupOfA = three.disk("a");
        JournalHead backupOfB = three.disk("b");
        three.hasProven("c", "a", 10).hasProven("c", "b", 10).knowsTerm("c", 10);
        three.stop("a").restore("a", backupOfA).knowsTerm("a", 3);
        three.stop("b").restore("b", backupOfB).knowsTerm("b", 3);
        three.forgetWhatWasDone();
        three.start("a", "b").after(10 * E);
        assertThat(three.did("a", Superseded.class)).hasSize(1);
        assertThat(three.did("b", Superseded.class)).hasSize(1);
        three.forgetWhatWasDone();
        three.after(E);
        assertThat(three.did("a", Greet.class)).hasSizeLessThan(2 * HelloLimiter.MAX_TO_ONE);
        assertThat(three.did("b", Greet.class)).hasSizeLessThan(2 * HelloLimiter.MAX_TO_ONE);
    }

    @Test
    void aConfirmedEmptyDirectoryReplacesARestoredOne() {
        ManualNodes three = restoredInTerm3();
        three.start("b").after(0);
        three.wipe("b").startInPlaceOf(new DirectoryIdentity(2, 0), "b").after(10 * E);
        three.takePart("a", "b", "c");
        assertThat(three.hears("a", "b")).isTrue();
        assertThat(three.node("b").head().floor()).isEqualTo(10);
    }

    /** The backup of a stopped peer: its next life has the start number of an earlier life. */
    @Test
    void aSecondLifeWithTheSameStartNumberIsRefused() {
        ManualNodes three = started().stop("b");
        JournalHead backup = three.disk("b");
        three.start("b").after(0);
        assertThat(three.hears("a", "b")).isTrue();
        three.stop("b").restore("b", backup).start("b").after(0);
        assertThat(three.hears("a", "b")).isFalse();
        assertThat(older(three, "a")).hasSize(1);
    }

    @Test
    void anOlderCopyIsDroppedAndIsRefusedForGoodWhenItHasStartedAsOften() {
        ManualNodes three = started().stop("b");
        JournalHead backup = three.disk("b");
        three.start("b").after(0);
        three.stop("b").start("b").after(0);
        three.stop("b").restore("b", backup).start("b").after(0);
        assertThat(three.hears("a", "b")).isFalse();
        assertThat(older(three, "a"))
                .first()
                .satisfies(dropped -> assertThat(dropped.why())
                        .contains("start 2 of its data directory", "start 3 was seen", "lost-identity = 1-"));
        assertThat(three.did("b", Superseded.class)).isEmpty();
        three.stop("b").start("b").after(0);
        assertThat(three.did("b", Superseded.class)).isNotEmpty();
    }

    @Test
    void aPeerThatRestartsWithItsWholeDirectoryIsAcceptedEveryTime() {
        ManualNodes three = started().hasProven("a", "b", 10).knowsTerm("b", 10);
        for (int life = 2; life < 9; life++) {
            three.stop("b").start("b").after(0);
            assertThat(three.hears("a", "b")).isTrue();
            assertThat(three.node("b").head().starts()).isEqualTo(life);
        }
        assertThat(older(three, "a")).isEmpty();
    }

    /** A late hello is harmless: it proves nothing, and the frames of the current life are still accepted. */
    @Test
    void aLateHelloOfAFormerLifeDoesNotDisownThePeer() {
        ManualNodes three = started().forgetWhatWasDone();
        three.tell("b", new NodeInput.Greeted(hello(three, "a", "b")));
        Hello late = three.did("b", Greet.class).get(0).hello();
        three.settle();
        three.stop("b").knowsTerm("b", 10).start("b").after(0);
        three.hasProven("a", "b", 10);
        three.tell("a", new NodeInput.Greeted(late)).settle();
        assertThat(three.hears("a", "b")).isTrue();
        assertThat(older(three, "a")).hasSize(1);
        assertThat(three.disk("a").known())
                .hasEntrySatisfying(
                        id("b"), its -> assertThat(its.isContested()).isFalse());
    }

    @Test
    void aLateHelloDoesNotMakeANodeForgetATermThatAVoterHadOnDisk() {
        ManualNodes three = started().forgetWhatWasDone();
        JournalHead backup = three.disk("b");
        three.tell("b", new NodeInput.Greeted(hello(three, "a", "b")));
        Hello late = three.did("b", Greet.class).get(0).hello();
        three.settle();
        three.hasProven("a", "b", 10);
        three.tell("a", new NodeInput.Greeted(late)).settle();
        three.stop("b").restore("b", backup).knowsTerm("b", 3).start("b").after(0);
        assertThat(three.hears("a", "b")).isFalse();
        assertThat(older(three, "a")).hasSize(1);
    }

    /** A hello that asks for an answer. */
    private static Hello hello(ManualNodes among, String from, String to) {
        Node node = among.node(from);
        return new Hello(
                id(from),
                node.self().incarnation(),
                node.identity(),
                Optional.empty(),
                true,
                among.settings(),
                7,
                0,
                1,
                node.self().passFor(id(to)),
                among.node(to).self().passFor(id(from)),
                true,
                Optional.empty(),
                0,
                Map.of(),
                1);
    }

    /**
     * The only peer that saw the forgotten term is away, so no peer can notice the loss. The first frame of that peer ends
     * this; until then a term may be led twice, and tokens may go back.
     */
    @Test
    void aForgottenTermIsNoticedWhenThePeerThatSawItComesBack() {
        ManualNodes three = restoredInTerm3();
        Node away = three.node("a");
        three.stop("a").start("b").after(0);
        assertThat(three.hears("c", "b") && three.hears("b", "c")).isTrue();
        assertThat(older(three, "c")).isEmpty();
        three.resume("a", away).after(10 * E);
        assertThat(three.did("b", Superseded.class)).hasSize(1);
        three.hears("c", "a");
        three.after(0);
        assertThat(three.hears("c", "b")).isFalse();
    }

    @Test
    void aNonVoterMayForgetEverything() {
        ManualNodes three = started().startWithoutVote("w");
        three.after(0);
        three.knowsTerm("w", 10)
                .stop("w")
                .knowsTerm("w", 0)
                .startWithoutVote("w")
                .after(0);
        assertThat(three.hears("a", "w")).isTrue();
        assertThat(three.node("a").knowing(id("w"), 7)).isSameAs(three.node("a"));
        assertThat(three.node("w").head().starts()).isZero();
    }

    @Test
    void theStartsOfADirectoryAreCountedFromOne() {
        Settings settings = TestValues.settings("a");
        JournalHead fresh = JournalHead.open(Optional.empty(), OperatorConfirmation.NONE, id("a"), settings, 5);
        assertThat(fresh.starts()).isEqualTo(1);
        JournalHead again = JournalHead.open(Optional.of(fresh), OperatorConfirmation.NONE, id("a"), settings, 6);
        assertThat(again.starts()).isEqualTo(2);
        assertThat(again.knowing(id("b"), new DirectoryIdentity(1, 1))
                        .withElectionNanos(7)
                        .admittedAbove(4)
                        .starts())
                .isEqualTo(2);
        assertThatThrownBy(() -> new JournalHead(
                        id("a"),
                        new DirectoryIdentity(1, 1),
                        List.of(id("a")),
                        1,
                        true,
                        Optional.empty(),
                        0,
                        Map.of(),
                        -1))
                .hasMessageContaining("-1 starts");
    }
}
