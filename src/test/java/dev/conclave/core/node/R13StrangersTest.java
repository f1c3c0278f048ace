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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        assertThat(two.node("a").frameTo(id("b"), 0)).isEmpty();
        two.settle();
        assertThat(two.hears("a", new NodeInput.Framed(id("b"), TestValues.life("b"), DirectoryIdentity.NONE, 1, 0, 0)))
                .isFalse();
        assertThat(two.did("a", Dropped.class)).extracting(Dropped::kind).containsOnly(Drop.NO_PASS);
    }

    @Test
    void aVoterThatDoesNotAnswerIsGreetedLessAndLessOften() {
        ManualNodes two = new ManualNodes("a", "b").start("a");
        two.after(E);
        assertThat(two.did("a", Greet.class)).hasSizeBetween(4, 6);
        two.forgetWhatWasDone().after(100 * E);
        assertThat(two.did("a", Greet.class)).hasSizeBetween(48, 54);
        two.start("b").after(E);
        two.takePart("a", "b");
    }

    @Test
    void aNonVoterIsGreetedWhenAFrameIsToBeSentToIt() {
        ManualNodes three = started("a", "b").startWithoutDirectory("w").stop("w");
        three.startWithoutDirectory("w")
                .tell("a", new NodeInput.Wanted(id("w")))
                .tell("a", new NodeInput.Wanted(id("w")));
        three.after(E);
        assertThat(three.hears("a", "w")).isTrue();
        assertThat(three.hears("w", "a")).isTrue();
        three.after(E);
        three.forgetWhatWasDone().tell("a", new NodeInput.Wanted(id("w"))).tell("a", new NodeInput.Wanted(id("a")));
        assertThat(three.after(10 * E)).isZero();
    }

    // "frames of a former life of either side are never accepted: a restarted node has another secret"

    @Test
    void framesOfAFormerLifeOfTheSenderAreDropped() {
        ManualNodes two = started("a", "b");
        NodeInput.Framed late = two.frame("b", "a");
        two.stop("b").start("b").after(0);
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void framesForAFormerLifeOfTheReceiverAreDropped() {
        ManualNodes two = started("a", "b");
        NodeInput.Framed late = two.frame("b", "a");
        two.stop("a").start("a").after(0);
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void aSenderThatSpeaksToAFormerLifeIsGreetedAndAcceptedAgain() {
        ManualNodes two = started("a", "b").stop("a").start("a");
        NodeInput.Framed late = two.frame("b", "a");
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
                new Node.Self(id("b"), TestValues.life("b", 9), two.settings(), 0, 7, 0, 666),
                two.disk("b"),
                two.now());
        Node.Step greeting = liar.step(two.now(), 0, new NodeInput.Tick());
        Hello forged = ((Greet) greeting.effects().get(0)).hello();
        two.forgetWhatWasDone().tell("a", new NodeInput.Greeted(forged)).settle();
        assertThat(two.did("a", Met.class)).isEmpty();
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void passesDifferFromPeerToPeerAndFromLifeToLife() {
        Node.Self self = new Node.Self(id("a"), TestValues.life("a"), TestValues.settings("a"), 0, 7, 0, 1);
        Node.Self next = new Node.Self(id("a"), TestValues.life("a", 2), TestValues.settings("a"), 0, 7, 0, 1);
        Node.Self other = new Node.Self(id("a"), TestValues.life("a"), TestValues.settings("a"), 0, 7, 0, 2);
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
                new Node.Self(id("a"), TestValues.life("a", 9), two.settings(), 0, 7, 0, 666),
                two.disk("a"),
                two.now());
        Hello forged =
                ((Greet) liar.step(two.now(), 0, new NodeInput.Tick()).effects().get(0)).hello();
        two.tell("a", new NodeInput.Greeted(forged));
        assertThat(two.did("a", Dropped.class)).singleElement().satisfies(dropped -> {
            assertThat(dropped.kind()).isEqualTo(Drop.OUR_NAME);
            assertThat(dropped.why()).contains("is a second node running with this address?");
        });
        assertThat(two.did("a", Greet.class)).isEmpty();
    }

    // Everything from senders that do not show the pass of this life is dropped; the settings in a node's file do not
    // count.

    static List<Settings> otherSettings() {
        return List.of(
                new Settings(ids("a", "b", "c"), H, E, 0.01),
                new Settings(ids("a", "b"), H, 2 * E, 0.01),
                new Settings(ids("a", "b"), 2 * H, E, 0.01),
                new Settings(ids("a", "b"), H, E, 0.02));
    }

    @ParameterizedTest
    @MethodSource("otherSettings")
    void aNodeWhoseFileSaysOtherSettingsObeysTheConfigurationOfTheGroup(Settings other) {
        ManualNodes two = started("a", "b").stop("b").startWith(other, "b");
        two.after(E);
        assertThat(two.node("b").settings()).isEqualTo(two.settings());
        assertThat(two.hears("a", "b") && two.hears("b", "a")).isTrue();
        two.startWith(other, "w").after(E);
        assertThat(two.node("w").settings()).isEqualTo(two.settings());
        assertThat(two.hears("a", "w") && two.hears("w", "a")).isTrue();
    }

    @Test
    void aNodeWithoutADirectoryIsAccepted() {
        ManualNodes three = started("a", "b").startWithoutDirectory("w");
        three.after(E);
        assertThat(three.hears("a", "w")).isTrue();
        assertThat(three.hears("w", "a")).isTrue();
        assertThat(three.node("w").identity()).isEqualTo(DirectoryIdentity.NONE);
    }

    private static ManualNodes started(String... voters) {
        return ManualNodes.founded(voters);
    }
}
