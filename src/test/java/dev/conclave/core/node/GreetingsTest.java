package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.node.NodeEffect.Drop;
import dev.conclave.core.node.NodeEffect.Dropped;
import dev.conclave.core.node.NodeEffect.Greet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hellos come to an end, and do not fill the memory of a node. */
class GreetingsTest {

    /** A group exchanges a few hellos and then stops, without any agreement to stop. */
    @Test
    void twoNodesThatAgreeSoonStopSendingHellos() {
        ManualNodes two = new ManualNodes("a", "b").start("a", "b");
        assertThat(two.after(0)).isLessThan(20);
        assertThat(two.after(100 * E)).isZero();
    }

    @Test
    void fiveNodesThatAgreeSoonStopSendingHellos() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        assertThat(five.after(0)).isLessThan(20 * 10);
        assertThat(five.after(100 * E)).isZero();
    }

    @Test
    void aRestartTakesFewHellos() {
        ManualNodes two = started();
        assertThat(two.stop("a").start("a").after(0)).isLessThan(8);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.stop("a", "b").start("a", "b").after(0)).isLessThan(10);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.hears("a", "b") && two.hears("b", "a")).isTrue();
    }

    @Test
    void anObserverSoonStopsSendingHellos() {
        ManualNodes two = started().startWithoutVote("w");
        assertThat(two.after(0)).isLessThanOrEqualTo(12);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.startWithoutVote("x")
                        .tell("w", new NodeInput.Wanted(id("x")))
                        .after(0))
                .isLessThan(16);
        assertThat(two.after(100 * E)).isZero();
    }

    /** Both go on greeting, less and less often, until an operator helps: two hellos per round, 2 E apart. */
    @Test
    void nodesThatRefuseEachOtherGreetLessAndLessOften() {
        ManualNodes mutual = started();
        mutual.wipe("a").wipe("b").start("a");
        ManualNodes other = new ManualNodes("a", "b").start("b");
        other.after(E);
        mutual.restore("b", other.disk("b").knowing(id("a"), new DirectoryIdentity(1, 99)))
                .start("b")
                .after(20 * E);
        assertThat(mutual.after(20 * E)).isBetween(10, 80);
        mutual.doNotTakePart("a", "b");
    }

    @Test
    void aNodeThatIsRefusedGreetsLessAndLessOften() {
        ManualNodes two = started().wipe("a").start("a");
        two.after(20 * E);
        assertThat(two.after(20 * E)).isBetween(10, 60);
    }

    @Test
    void nodesWithDifferentSettingsGreetLessAndLessOften() {
        ManualNodes two = new ManualNodes("a", "b").start("a").startWith(TestValues.settings("a", "b", "c"), "b");
        two.after(20 * E);
        assertThat(two.after(20 * E)).isBetween(20, 80);
    }

    @Test
    void aDroppedFrameCostsAHelloAndItsAnswer() {
        ManualNodes two = started();
        NodeInput.Framed late = two.node("b").frameTo(id("a")).orElseThrow();
        two.stop("b").start("b").after(0);
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.settle()).isLessThan(4);
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
            two.tell(
                    "a",
                    new NodeInput.Framed(
                            id("y" + i), TestValues.life("y"), new DirectoryIdentity(1, 1), 12345, Map.of()));
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
        ManualNodes three = started("a", "b").startWithoutVote("w");
        three.after(0);
        for (int i = 0; i < 2000; i++) {
            callsFrom(three, "x" + i);
        }
        three.stop("b", "w").start("b").startWithoutVote("w").after(0);
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
            two.tell(
                    "a",
                    new NodeInput.Framed(
                            id("x" + i), TestValues.life("x"), new DirectoryIdentity(1, 1), 12345, Map.of()));
        }
        Node after = two.node("a");
        assertThat(after.contacts()).isEqualTo(before.contacts());
        assertThat(after.dials()).isEqualTo(before.dials());
        assertThat(after.head()).isEqualTo(before.head());
        assertThat(after.told()).isEqualTo(before.told());
    }

    @Test
    void aVoterWithoutAnIdentityIsRejected() {
        ManualNodes two = new ManualNodes("a", "b").start("a");
        proven(two, "b", DirectoryIdentity.NONE);
        assertThat(two.node("a").contacts()).isEmpty();
        assertThat(two.did("a", Dropped.class)).extracting(Dropped::kind).contains(Drop.OTHER_IDENTITY);
        two.doNotTakePart("a");
    }

    /** Otherwise a node would have to remember every address that ever stood, and refuse the next process there (R15). */
    @Test
    void theIdentityOfANonVoterIsNeitherAskedForNorKept() {
        ManualNodes two = started();
        proven(two, "x", new DirectoryIdentity(1, 1));
        proven(two, "x", new DirectoryIdentity(2, 2));
        assertThat(two.node("a").contacts())
                .hasEntrySatisfying(
                        id("x"), contact -> assertThat(contact.identity()).isEqualTo(new DirectoryIdentity(2, 2)));
        assertThat(two.node("a").head().known()).doesNotContainKey(id("x"));
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
        Hello hello = helloOf(from, among.settings(), among.node("a").self().passFor(id(from)));
        among.tell(
                "a",
                new NodeInput.Greeted(new Hello(
                        hello.from(),
                        hello.incarnation(),
                        identity,
                        Optional.empty(),
                        true,
                        hello.settings(),
                        0,
                        0,
                        1,
                        hello.pass(),
                        hello.echo(),
                        false,
                        Optional.empty(),
                        0,
                        Map.of(),
                        1)));
    }

    private static Hello helloOf(String from, Settings settings, long echo) {
        return new Hello(
                id(from),
                TestValues.life(from),
                new DirectoryIdentity(1, 1),
                Optional.empty(),
                true,
                settings,
                0,
                0,
                1,
                77,
                echo,
                true,
                Optional.empty(),
                0,
                Map.of(),
                1);
    }

    private static void callsFrom(ManualNodes among, String stranger) {
        among.tell("a", new NodeInput.Greeted(helloOf(stranger, among.settings(), 12345)));
    }

    private static ManualNodes started() {
        return started("a", "b");
    }

    private static ManualNodes started(String... voters) {
        ManualNodes all = new ManualNodes(voters).start(voters);
        all.after(0);
        return all.takePart(voters);
    }
}
