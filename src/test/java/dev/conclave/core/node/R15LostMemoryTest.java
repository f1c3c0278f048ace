package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.NodeEffect.Admitted;
import dev.conclave.core.node.NodeEffect.Drop;
import dev.conclave.core.node.NodeEffect.Dropped;
import dev.conclave.core.node.NodeEffect.RefusedBy;
import dev.conclave.core.node.NodeEffect.Replaced;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** R15: a peer that lost its memory, and the confirmation of the operator. */
public class R15LostMemoryTest {

    // "Another identity than the known one is refused, at both ends, with the remedy."

    @Test
    void aLostDiskIsRefusedAtBothEndsWithTheRemedy() {
        ManualNodes three = started();
        DirectoryIdentity lost = three.node("a").identity();
        three.wipe("a").start("a").after(10 * E);
        three.doNotTakePart("a");
        assertThat(three.did("a", RefusedBy.class)).hasSize(2).allSatisfy(refused -> {
            assertThat(refused.knownAs()).isEqualTo(lost);
            assertThat(refused.why()).contains("knows this peer as " + lost, "lost-identity = " + lost);
        });
        assertThat(three.did("b", Dropped.class)).isNotEmpty().allSatisfy(dropped -> {
            assertThat(dropped.kind()).isEqualTo(Drop.OTHER_IDENTITY);
            assertThat(dropped.why()).contains("this node knows it as " + lost, "lost-identity = " + lost);
        });
        assertThat(three.node("b").frameTo(id("a"))).isEmpty();
        assertThat(three.hears("b", "a")).isFalse();
    }

    // "With the operator's confirmation (the file accept) the voters replace the identity. The peer takes part when a
    // majority of the voters, itself not counted, that take part themselves have replaced it, only above the highest
    // term that they answered"

    @Test
    void aConfirmedLossIsReadmittedAboveTheTermsThatTheOthersKnow() {
        ManualNodes three = started().knowsTerm("b", 41).knowsTerm("c", 42);
        DirectoryIdentity lost = three.node("a").identity();
        three.wipe("a").startInPlaceOf(lost, "a").after(E);
        three.takePart("a");
        assertThat(three.did("a", Admitted.class)).containsExactly(new Admitted(42));
        assertThat(three.disk("a").floor()).isEqualTo(42);
        assertThat(three.disk("a").replaces()).isEmpty();
        assertThat(three.node("a").identity().generation()).isEqualTo(2);
        assertThat(three.hears("b", "a")).isTrue();
        assertThat(three.hears("a", "b")).isTrue();
    }

    @Test
    void theVotersReportAReplacedIdentityToTheirPeers() {
        ManualNodes three = readmitted();
        assertThat(three.did("b", Replaced.class)).containsExactly(new Replaced(id("a")));
        assertThat(three.did("c", Replaced.class)).containsExactly(new Replaced(id("a")));
    }

    @Test
    void oneOfThreeVotersCannotReadmitAnother() {
        ManualNodes three = started();
        DirectoryIdentity lost = three.node("a").identity();
        three.stop("c").wipe("a").startInPlaceOf(lost, "a").after(10 * E);
        three.doNotTakePart("a").start("c").after(10 * E);
        three.takePart("a");
    }

    @Test
    void threeOfFiveVotersReadmitAnother() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        five.after(0);
        DirectoryIdentity lost = five.node("a").identity();
        five.stop("d", "e").wipe("a").startInPlaceOf(lost, "a").after(10 * E);
        five.doNotTakePart("a").start("e").after(10 * E);
        five.takePart("a");
    }

    @Test
    void aConfirmationThatNamesAnotherIdentityIsRefused() {
        ManualNodes three = started();
        three.wipe("a").startInPlaceOf(new DirectoryIdentity(1, 666), "a").after(10 * E);
        three.doNotTakePart("a");
        assertThat(three.did("a", RefusedBy.class))
                .hasSize(2)
                .allSatisfy(refused -> assertThat(refused.why())
                        .contains(
                                "has not yet replaced that identity",
                                "the file accept named the identity that it knows"));
    }

    @Test
    void aReadmittedPeerTakesPartInItsNextLife() {
        ManualNodes three = readmitted().stop("a").start("a");
        three.after(0);
        three.takePart("a");
        assertThat(three.hears("b", "a")).isTrue();
    }

    @Test
    void aReadmittedPeerMayLoseItsMemoryAgain() {
        ManualNodes three = readmitted();
        DirectoryIdentity lost = three.node("a").identity();
        three.wipe("a").startInPlaceOf(lost, "a").after(E);
        three.takePart("a");
        assertThat(three.node("a").identity().generation()).isEqualTo(3);
    }

    /**
     * The peer was wiped, confirmed, and wiped again before it was admitted: perhaps no voter knows the identity in between.
     */
    @Test
    void aPeerMayLoseItsMemoryAgainBeforeItIsReadmitted() {
        ManualNodes three = started();
        DirectoryIdentity lost = three.node("a").identity();
        three.stop("c").wipe("a").startInPlaceOf(lost, "a").after(0);
        DirectoryIdentity between = three.node("a").identity();
        three.wipe("a").start("c").startInPlaceOf(between, "a").after(E);
        three.takePart("a");
        assertThat(three.hears("b", "a")).isTrue();
        assertThat(three.hears("c", "a")).isTrue();
    }

    /** b and c knew the one, d and e another of the same generation; when they have met, none of them knows either. */
    @Test
    void twoIdentitiesInOnePlaceAreBothRefusedUntilTheOperatorNamesThem() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        five.after(0);
        DirectoryIdentity lost = five.node("a").identity();
        five.stop("d", "e").wipe("a").startInPlaceOf(lost, "a").after(E);
        five.wipe("a").stop("b", "c").start("d", "e").startInPlaceOf(lost, "a").after(E);
        DirectoryIdentity second = five.node("a").identity();
        assertThat(second.generation()).isEqualTo(2);
        assertThat(five.disk("d").known().get(id("a"))).isEqualTo(second);
        five.start("b", "c").after(10 * E);
        DirectoryIdentity neither = new DirectoryIdentity(2, 0);
        for (String other : new String[] {"b", "c", "d", "e"}) {
            assertThat(five.disk(other).known().get(id("a"))).isEqualTo(neither);
            assertThat(five.hears(other, "a")).isFalse();
        }
        five.doNotTakePart("a");
        assertThat(five.did("a", RefusedBy.class))
                .last()
                .satisfies(refused -> assertThat(refused.why())
                        .contains("two data directories", "lost-identity = " + neither)
                        .doesNotContain("Put the former"));
        five.wipe("a").startInPlaceOf(neither, "a").after(10 * E);
        five.takePart("a");
        assertThat(five.node("a").identity().generation()).isEqualTo(3);
    }

    /** b alone knew the first; c, d and e vouch for the second, which then says so itself. */
    @Test
    void theAdmittedOneOfTwoIdentitiesInOnePlaceIsAccepted() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        five.after(0);
        DirectoryIdentity lost = five.node("a").identity();
        five.stop("c", "d", "e").wipe("a").startInPlaceOf(lost, "a").after(E);
        five.wipe("a").stop("b").start("c", "d", "e").startInPlaceOf(lost, "a").after(10 * E);
        five.takePart("a");
        DirectoryIdentity second = five.node("a").identity();
        five.start("b").after(10 * E);
        for (String other : new String[] {"b", "c", "d", "e"}) {
            assertThat(five.disk(other).known().get(id("a"))).isEqualTo(second);
            assertThat(five.hears(other, "a")).isTrue();
        }
        // c learns from b that the two are contested, and keeps the identity of the frames that it receives.
        assertThat(five.did("c", Replaced.class)).containsExactly(new Replaced(id("a")));
    }

    @Test
    void aVoterThatWasAwayLearnsTheNewIdentityFromItsOwner() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        five.after(0);
        DirectoryIdentity lost = five.node("a").identity();
        five.stop("e").wipe("a").startInPlaceOf(lost, "a").after(E);
        five.takePart("a").stop("b", "c", "d").start("e").after(10 * E);
        assertThat(five.hears("e", "a")).isTrue();
        assertThat(five.hears("a", "e")).isTrue();
    }

    @Test
    void anObserverAcceptsTheNewIdentity() {
        ManualNodes three = readmitted().startWithoutVote("w");
        three.after(0);
        assertThat(three.hears("w", "a")).isTrue();
        assertThat(three.hears("w", "b")).isTrue();
    }

    // "every frame carries it"

    @Test
    void aFrameOfAnotherIdentityIsDropped() {
        ManualNodes three = started();
        NodeInput.Framed honest = three.node("b").frameTo(id("a")).orElseThrow();
        assertThat(three.hears("a", honest)).isTrue();
        assertThat(three.hears(
                        "a",
                        new NodeInput.Framed(
                                honest.from(),
                                honest.incarnation(),
                                new DirectoryIdentity(1, 666),
                                honest.pass(),
                                Map.of())))
                .isFalse();
    }

    // A restored backup is an older memory.

    @Test
    void aRestoredDirectoryOfAReplacedIdentityIsRefused() {
        ManualNodes three = started();
        JournalHead old = three.disk("a");
        three.wipe("a").startInPlaceOf(old.identity(), "a").after(E);
        DirectoryIdentity newer = three.node("a").identity();
        three.stop("a").restore("a", old).forgetWhatWasDone().start("a").after(10 * E);
        assertThat(three.hears("b", "a")).isFalse();
        assertThat(three.node("b").frameTo(id("a"))).isEmpty();
        assertThat(three.did("b", Dropped.class))
                .filteredOn(dropped -> dropped.kind() == Drop.OTHER_IDENTITY)
                .isNotEmpty()
                .allMatch(dropped -> dropped.why().contains("this node knows it as " + newer));
        assertThat(three.did("a", RefusedBy.class))
                .hasSize(2)
                .allMatch(refused -> refused.knownAs().equals(newer));
    }

    // "the voters that take part themselves": two overlapping losses (F4)

    @Test
    void twoPeersThatLostTheirMemoryDoNotReadmitEachOther() {
        ManualNodes three = started();
        DirectoryIdentity lostA = three.node("a").identity();
        DirectoryIdentity lostB = three.node("b").identity();
        three.wipe("a")
                .wipe("b")
                .startInPlaceOf(lostA, "a")
                .startInPlaceOf(lostB, "b")
                .after(10 * E);
        three.doNotTakePart("a", "b").takePart("c");
    }

    @Test
    void twoOfFiveThatLostTheirMemoryAreReadmittedByTheOtherThree() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        five.after(0);
        DirectoryIdentity lostA = five.node("a").identity();
        DirectoryIdentity lostB = five.node("b").identity();
        five.wipe("a")
                .wipe("b")
                .startInPlaceOf(lostA, "a")
                .startInPlaceOf(lostB, "b")
                .after(10 * E);
        five.takePart("a", "b");
        assertThat(five.hears("a", "b")).isTrue();
        assertThat(five.hears("b", "a")).isTrue();
    }

    /** The second must not forget the new identity of the first: it learns it from the voters that know it. */
    @Test
    void aPeerThatLostItsMemoryLearnsTheOtherReplacedIdentities() {
        ManualNodes three = readmitted();
        DirectoryIdentity newA = three.node("a").identity();
        DirectoryIdentity lostB = three.node("b").identity();
        three.stop("a").wipe("b").startInPlaceOf(lostB, "b").after(E);
        assertThat(three.disk("b").known()).containsEntry(id("a"), newA);
    }

    // "Frames carry the replaced identities that their sender knows; the receiver stores the newer one first"

    @Test
    void aFrameCarriesTheReplacedIdentitiesThatItsSenderKnows() {
        ManualNodes three = readmitted();
        assertThat(three.node("b").frameTo(id("c")).orElseThrow().replaced()).containsOnlyKeys(id("a"));
        assertThat(three.node("a").frameTo(id("c")).orElseThrow().replaced()).isEmpty();
    }

    @Test
    void aReplacedIdentityIsStoredBeforeTheFrameThatCarriesItIsDelivered() {
        ManualNodes three = started();
        DirectoryIdentity newer = three.node("a").identity().successor(99);
        NodeInput.Framed plain = three.node("b").frameTo(id("c")).orElseThrow();
        NodeInput.Framed news = new NodeInput.Framed(
                plain.from(), plain.incarnation(), plain.identity(), plain.pass(), Map.of(id("a"), newer));
        three.slowDisk("c");
        assertThat(three.hears("c", news)).isFalse();
        assertThat(three.did("c", Replaced.class)).containsExactly(new Replaced(id("a")));
        assertThat(three.node("c").frameTo(id("a"))).isEmpty();
        three.diskForces("c");
        assertThat(three.disk("c").known()).containsEntry(id("a"), newer);
        assertThat(three.hears("c", news)).isTrue();
        assertThat(three.hears("c", plain)).isTrue();
    }

    @Test
    void aFrameReplacesNeitherTheIdentityOfItsReceiverNorThatOfANonVoter() {
        ManualNodes three = started();
        NodeInput.Framed plain = three.node("b").frameTo(id("c")).orElseThrow();
        Map<PeerId, DirectoryIdentity> old = Map.of(
                id("c"),
                new DirectoryIdentity(9, 9),
                id("x"),
                new DirectoryIdentity(9, 9),
                id("a"),
                three.node("a").identity());
        Node before = three.node("c");
        assertThat(three.hears(
                        "c",
                        new NodeInput.Framed(plain.from(), plain.incarnation(), plain.identity(), plain.pass(), old)))
                .isTrue();
        assertThat(three.node("c")).isEqualTo(before);
    }

    private static ManualNodes started() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b", "c");
        three.after(0);
        return three.takePart("a", "b", "c");
    }

    /** a lost its memory and was readmitted. */
    private static ManualNodes readmitted() {
        ManualNodes three = started();
        DirectoryIdentity lost = three.node("a").identity();
        three.wipe("a").startInPlaceOf(lost, "a").after(E);
        return three.takePart("a", "b", "c");
    }
}
