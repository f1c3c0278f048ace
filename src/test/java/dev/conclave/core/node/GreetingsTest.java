package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.TestValues;
import dev.conclave.core.node.NodeEffect.Drop;
import dev.conclave.core.node.NodeEffect.Dropped;
import dev.conclave.core.node.NodeEffect.Greet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hellos come to an end, and do not fill the memory of a node. */
class GreetingsTest {

    /** A group exchanges a few hellos and then stops, without any agreement to stop. */
    @Test
    void twoNodesSoonStopGreetingEachOther() {
        ManualNodes two = new ManualNodes("a", "b").start("a", "b");
        assertThat(two.after(E)).isLessThan(40);
        assertThat(two.after(100 * E)).isZero();
    }

    /** The voters that a node remembers may all have been replaced while it was down. */
    @Test
    void aNodeWithAConfigurationAlsoGreetsTheVotersOfItsFile() {
        ManualNodes two = started();
        two.stop("a").startWith(TestValues.settings("c", "d"), "a").after(0);
        assertThat(two.did("a", Greet.class)).extracting(Greet::to).contains(id("b"), id("c"), id("d"));
    }

    @Test
    void fiveNodesSoonStopGreetingEachOther() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        assertThat(five.after(E)).isLessThan(40 * 10);
        assertThat(five.after(100 * E)).isZero();
    }

    @Test
    void aRestartTakesFewMessages() {
        ManualNodes two = started();
        assertThat(two.stop("a").start("a").after(0)).isLessThan(16);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.stop("a", "b").start("a", "b").after(0)).isLessThan(20);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.hears("a", "b") && two.hears("b", "a")).isTrue();
    }

    @Test
    void anObserverSoonStopsGreeting() {
        ManualNodes two = started().startWithoutDirectory("w");
        assertThat(two.after(E)).isLessThanOrEqualTo(40);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.startWithoutDirectory("x")
                        .tell("w", new NodeInput.Wanted(id("x")))
                        .after(E))
                .isLessThan(60);
        assertThat(two.after(100 * E)).isZero();
    }

    @Test
    void nodesOfTwoGroupsSoonStopGreetingEachOther() {
        ManualNodes two = started().startWith(TestValues.settings("x"), "x");
        two.after(E);
        two.tell("a", new NodeInput.Wanted(id("x"))).after(E);
        assertThat(two.after(100 * E)).isZero();
    }

    @Test
    void aNodeThatIsNamedWithAnotherIdentitySoonStopsGreeting() {
        ManualNodes three = started("a", "b", "c").wipe("c").start("c");
        three.after(E);
        assertThat(three.after(100 * E)).isZero();
    }

    @Test
    void aDroppedFrameCostsFewMessages() {
        ManualNodes two = started();
        NodeInput.Framed late = two.frame("b", "a");
        two.stop("b").start("b").after(0);
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.settle()).isLessThan(12);
        assertThat(two.after(10 * E)).isZero();
    }

    /** The same state and the same input give the same effects, in the same order, in every process. */
    @Test
    void votersAreGreetedInTheOrderOfTheirNames() {
        ManualNodes seven = new ManualNodes("g", "f", "e", "d", "c", "b", "a").start("a");
        assertThat(seven.did("a", Greet.class))
                .extracting(Greet::to)
                .isEqualTo(TestValues.ids("b", "c", "d", "e", "f", "g"));
    }

    // ---- bounds

    @Test
    void strangersAreAnsweredWithinABudget() {
        ManualNodes two = started();
        two.after(E);
        two.forgetWhatWasDone();
        for (int i = 0; i < 2000; i++) {
            callsFrom(two, "x" + i % 100);
        }
        assertThat(two.did("a", Greet.class)).hasSize(256);
        assertThat(two.did("a", Dropped.class)).isEmpty();
        two.settle();
        two.after(E);
        two.forgetWhatWasDone();
        callsFrom(two, "x1");
        assertThat(two.did("a", Greet.class)).hasSize(1);
    }

    /** The transport keeps some memory for each address that it has ever sent to. */
    @Test
    void strangersUnderNewNamesAreAnsweredAtALimitedNumberOfAddresses() {
        ManualNodes two = started().forgetWhatWasDone();
        Set<PeerId> answered = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            callsFrom(two, "x" + i);
            two.tell("a", new NodeInput.Framed(id("y" + i), TestValues.life("y"), identity("y"), 12345, 0, -1));
            two.did("a", Greet.class).forEach(greet -> answered.add(greet.to()));
            two.settle();
            two.forgetWhatWasDone().after(E / 64);
        }
        assertThat(answered).hasSize(256);
        assertThat(two.node("a").greetingLimiter().strangers()).hasSize(256);
        assertThat(two.node("a").greetingLimiter().toKnown()).hasSizeLessThan(2);
    }

    @Test
    void aStrangerBeyondTheLimitIsReported() {
        ManualNodes two = started();
        for (int i = 0; i < 256; i++) {
            callsFrom(two, "x" + i);
        }
        assertThat(two.did("a", Dropped.class)).isEmpty();
        callsFrom(two, "y");
        assertThat(two.did("a", Dropped.class)).singleElement().satisfies(dropped -> {
            assertThat(dropped.kind()).isEqualTo(Drop.STRANGERS);
            assertThat(dropped.why()).startsWith("y:1 is not answered").contains("256 addresses", "switch on TLS");
        });
    }

    @Test
    void aPlaceBecomesFreeWhenTheTransportHasForgottenItsStranger() {
        ManualNodes two = started();
        for (int i = 0; i < 256; i++) {
            callsFrom(two, "x" + i);
        }
        two.settle();
        two.after(HelloLimiter.FORGOTTEN_NANOS - 1);
        callsFrom(two, "x7");
        callsFrom(two, "y");
        two.settle();
        two.after(1);
        two.forgetWhatWasDone();
        callsFrom(two, "y");
        assertThat(two.did("a", Greet.class)).extracting(Greet::to).containsExactly(id("y"));
        assertThat(two.node("a").greetingLimiter().strangers()).containsOnlyKeys(id("x7"), id("y"));
    }

    @Test
    void aSenderThatProvesItsAddressTakesNoPlaceOfAStranger() {
        ManualNodes two = started();
        for (int i = 0; i < 300; i++) {
            callsFrom(two, "x" + i % 200);
            proven(two, "x" + i % 200, DirectoryIdentity.NONE);
        }
        assertThat(two.node("a").greetingLimiter().strangers()).isEmpty();
    }

    /** A flood must not keep away a voter that restarts, nor a peer that was known before it. */
    @Test
    void knownNodesAreAnsweredDuringAFloodOfStrangers() {
        ManualNodes three = started("a", "b").startWithoutDirectory("w");
        three.after(0);
        for (int i = 0; i < 2000; i++) {
            callsFrom(three, "x" + i);
        }
        three.stop("b", "w").start("b").startWithoutDirectory("w").after(0);
        assertThat(three.hears("a", "b") && three.hears("b", "a")).isTrue();
        assertThat(three.hears("a", "w") && three.hears("w", "a")).isTrue();
    }

    @Test
    void aFloodInTheNameOfAVoterStarvesOnlyThatVoterAndOnlyForAWhile() {
        ManualNodes three = started("a", "b", "c");
        three.after(E);
        three.forgetWhatWasDone();
        for (int i = 0; i < 2000; i++) {
            callsFrom(three, "b");
        }
        assertThat(three.did("a", Greet.class))
                .hasSize(64)
                .allMatch(greet -> greet.to().equals(id("b")));
        three.stop("c").start("c").after(0);
        assertThat(three.hears("a", "c") && three.hears("c", "a")).isTrue();
        three.stop("b").start("b").after(2 * E);
        assertThat(three.hears("a", "b") && three.hears("b", "a")).isTrue();
    }

    @Test
    void strangersWithoutAPassLeaveNothingBehind() {
        ManualNodes two = started();
        Node before = two.node("a");
        for (int i = 0; i < 2000; i++) {
            callsFrom(two, "x" + i);
            two.tell("a", new NodeInput.Framed(id("x" + i), TestValues.life("x"), identity("x"), 12345, 0, -1));
        }
        Node after = two.node("a");
        assertThat(after.contacts()).isEqualTo(before.contacts());
        assertThat(after.dials()).isEqualTo(before.dials());
        assertThat(after.durable()).isEqualTo(before.durable());
        assertThat(after.electorate()).isEqualTo(before.electorate());
    }

    /** Otherwise a node would have to remember every address that ever stood, and refuse the next process there. */
    @Test
    void theIdentityOfANonVoterIsNotKeptBeyondItsContact() {
        ManualNodes two = started();
        proven(two, "x", identity("x", 1));
        proven(two, "x", identity("x", 2));
        assertThat(two.node("a").contacts())
                .hasEntrySatisfying(
                        id("x"), contact -> assertThat(contact.identity()).isEqualTo(identity("x", 2)));
        assertThat(two.hears("a", new NodeInput.Framed(id("x"), TestValues.life("x"), identity("x", 1), 0, 0, 0)))
                .isFalse();
    }

    @Test
    void aNonVoterThatNeverAnswersIsGreetedForAWhile() {
        ManualNodes two = started();
        two.tell("a", new NodeInput.Wanted(id("x"))).after(20 * E);
        assertThat(two.node("a").dials()).isEmpty();
        two.stop("b").tell("a", new NodeInput.Wanted(id("x")));
        assertThat(two.node("a").dials()).containsOnlyKeys(id("x"));
    }

    private static void proven(ManualNodes among, String from, DirectoryIdentity identity) {
        among.tell(
                "a",
                new NodeInput.Greeted(
                        helloOf(from, identity, among.node("a").self().passFor(id(from)), false)));
    }

    private static Hello helloOf(String from, DirectoryIdentity identity, long echo, boolean answerMe) {
        return new Hello(id(from), TestValues.life(from), identity, 0, 0, 1, 77, echo, answerMe, 0);
    }

    private static void callsFrom(ManualNodes among, String stranger) {
        among.tell("a", new NodeInput.Greeted(helloOf(stranger, identity(stranger), 12345, true)));
    }

    private static ManualNodes started() {
        return started("a", "b");
    }

    private static ManualNodes started(String... voters) {
        return ManualNodes.founded(voters);
    }
}
