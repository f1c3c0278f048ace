package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.node.NodeEffect.Drop;
import dev.conclave.core.node.NodeEffect.Dropped;
import dev.conclave.core.node.NodeEffect.Greet;
import dev.conclave.core.node.NodeEffect.Met;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** R13, and the section "Hellos and passes": the senders that a node accepts. */
public class R13StrangersTest {

    // "Nodes greet each other at the address in a peer's name."

    @Test
    void nodesThatHaveGreetedEachOtherAcceptEachOthersFrames() {
        ManualNodes two = started("a", "b");
        assertThat(two.hears("a", "b")).isTrue();
        assertThat(two.hears("b", "a")).isTrue();
        assertThat(two.did("a", Met.class)).contains(new Met(id("b"), TestValues.life("b"), 7));
    }

    @Test
    void framesBeforeTheGreetingAreDropped() {
        ManualNodes two = new ManualNodes("a", "b").start("a");
        assertThat(two.node("a").frameTo(id("b"))).isEmpty();
        two.settle();
        assertThat(two.hears(
                        "a", new NodeInput.Framed(id("b"), TestValues.life("b"), DirectoryIdentity.NONE, 1, Map.of())))
                .isFalse();
        assertThat(two.did("a", Dropped.class)).extracting(Dropped::kind).containsOnly(Drop.NO_PASS);
    }

    @Test
    void aVoterThatDoesNotAnswerIsGreetedLessAndLessOften() {
        ManualNodes two = new ManualNodes("a", "b").start("a");
        assertThat(two.after(E)).isBetween(4, 6);
        assertThat(two.after(100 * E)).isBetween(48, 54);
        two.start("b").after(0);
        two.takePart("a", "b");
    }

    @Test
    void aNonVoterIsGreetedWhenAFrameIsToBeSentToIt() {
        ManualNodes three = started("a", "b").startWithoutVote("w").stop("w");
        three.startWithoutVote("w").tell("a", new NodeInput.Wanted(id("w"))).tell("a", new NodeInput.Wanted(id("w")));
        three.after(0);
        assertThat(three.hears("a", "w")).isTrue();
        assertThat(three.hears("w", "a")).isTrue();
        three.forgetWhatWasDone().tell("a", new NodeInput.Wanted(id("w"))).tell("a", new NodeInput.Wanted(id("a")));
        assertThat(three.after(10 * E)).isZero();
    }

    // "frames of a former life of either side are never accepted: a restarted node has another secret"

    @Test
    void framesOfAFormerLifeOfTheSenderAreDropped() {
        ManualNodes two = started("a", "b");
        NodeInput.Framed late = frame(two, "b", "a");
        two.stop("b").start("b").after(0);
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void framesForAFormerLifeOfTheReceiverAreDropped() {
        ManualNodes two = started("a", "b");
        NodeInput.Framed late = frame(two, "b", "a");
        two.stop("a").start("a").after(0);
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void aSenderThatSpeaksToAFormerLifeIsGreetedAndAcceptedAgain() {
        ManualNodes two = started("a", "b").stop("a").start("a");
        NodeInput.Framed late = frame(two, "b", "a");
        two.forgetWhatWasDone();
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.did("a", Greet.class)).hasSize(1);
        two.settle();
        assertThat(two.hears("a", "b")).isTrue();
    }

    // "a node cannot speak in the name of a peer at whose address it does not receive"

    @Test
    void aSenderThatDoesNotReceiveAtAnAddressIsNotAcceptedInItsName() {
        ManualNodes two = started("a", "b");
        Node liar = Node.start(
                new Node.Self(id("b"), TestValues.life("b", 9), two.settings(), 7, 0, 666), two.disk("b"), two.now());
        Node.Step greeting = liar.step(two.now(), () -> 0, new NodeInput.Tick());
        Hello forged = ((Greet) greeting.effects().get(0)).hello();
        two.forgetWhatWasDone().tell("a", new NodeInput.Greeted(forged)).settle();
        assertThat(two.did("a", Met.class)).isEmpty();
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void passesDifferFromPeerToPeerAndFromLifeToLife() {
        Node.Self self = new Node.Self(id("a"), TestValues.life("a"), TestValues.settings("a"), 7, 0, 1);
        Node.Self next = new Node.Self(id("a"), TestValues.life("a", 2), TestValues.settings("a"), 7, 0, 1);
        Node.Self other = new Node.Self(id("a"), TestValues.life("a"), TestValues.settings("a"), 7, 0, 2);
        assertThat(Stream.of(
                        self.passFor(id("b")), self.passFor(id("c")), next.passFor(id("b")), other.passFor(id("b"))))
                .doesNotHaveDuplicates()
                .doesNotContain(0L);
        assertThat(self.passFor(id("b"))).isEqualTo(self.passFor(id("b")));
    }

    @Test
    void aHelloInTheNameOfThisNodeIsDropped() {
        ManualNodes two = started("a", "b").forgetWhatWasDone();
        Node liar = Node.start(
                new Node.Self(id("a"), TestValues.life("a", 9), two.settings(), 7, 0, 666), two.disk("a"), two.now());
        Hello forged = ((Greet) liar.step(two.now(), () -> 0, new NodeInput.Tick())
                        .effects()
                        .get(0))
                .hello();
        two.tell("a", new NodeInput.Greeted(forged));
        assertThat(two.did("a", Dropped.class)).singleElement().satisfies(dropped -> {
            assertThat(dropped.kind()).isEqualTo(Drop.OUR_NAME);
            assertThat(dropped.why()).contains("is a second node running with this address?");
        });
        assertThat(two.did("a", Greet.class)).isEmpty();
    }

    // "A sender is known if it shows the pass of this life and agrees on voters, E, H and ρ. Everything from other
    // senders (...) is dropped"

    static List<Arguments> otherSettings() {
        return List.of(
                Arguments.of(
                        new Settings(ids("a", "b", "c"), H, E, 0.01),
                        "conclave.voters is [a:1, b:1, c:1] there and [a:1, b:1] here"),
                Arguments.of(
                        new Settings(ids("a", "b"), H, 2 * E, 0.01),
                        "conclave.election-timeout is 2000.0 ms there and 1000.0 ms here"),
                Arguments.of(
                        new Settings(ids("a", "b"), 2 * H, E, 0.01),
                        "conclave.heartbeat-interval is 200.0 ms there and 100.0 ms here"),
                Arguments.of(
                        new Settings(ids("a", "b"), H, E, 0.02),
                        "conclave.max-clock-drift is 0.02 there and 0.01 here"));
    }

    @ParameterizedTest
    @MethodSource("otherSettings")
    void aNodeWithOtherSettingsIsRejectedWithTheDifference(Settings other, String difference) {
        ManualNodes two = new ManualNodes("a", "b").start("a").startWith(other, "b");
        two.after(10 * E);
        assertThat(two.did("a", Dropped.class)).isNotEmpty().allSatisfy(dropped -> {
            assertThat(dropped.kind()).isEqualTo(Drop.OTHER_SETTINGS);
            assertThat(dropped.why())
                    .startsWith("b:1 is rejected")
                    .contains(difference, "give all nodes the same value");
        });
        two.doNotTakePart("a", "b");
        assertThat(two.did("a", Met.class)).isEmpty();
        assertThat(two.node("a").frameTo(id("b"))).isEmpty();
    }

    @Test
    void aNonVoterWithTheSameSettingsIsAccepted() {
        ManualNodes three = started("a", "b").startWithoutVote("w");
        three.after(0);
        assertThat(three.hears("a", "w")).isTrue();
        assertThat(three.hears("w", "a")).isTrue();
        assertThat(three.node("w").identity()).isEqualTo(DirectoryIdentity.NONE);
        assertThat(three.node("a").head().known()).doesNotContainKey(id("w"));
    }

    private static NodeInput.Framed frame(ManualNodes among, String from, String to) {
        return among.node(from).frameTo(id(to)).orElseThrow();
    }

    private static ManualNodes started(String... voters) {
        ManualNodes all = new ManualNodes(voters).start(voters);
        all.after(0);
        return all.takePart(voters);
    }
}
