package dev.conclave.core;

import static dev.conclave.core.Words.E;
import static dev.conclave.core.Words.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.NodeEffect.Drop;
import dev.conclave.core.NodeEffect.Dropped;
import dev.conclave.core.NodeEffect.Greet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Hellos come to an end, and nobody fills a node's memory with them. */
class GreetingsTest {

    /** In each of these the group is quiet after a few hellos, though nothing is agreed. */
    @Test
    void twoThatAgreeAreQuietSoon() {
        Neighbours two = new Neighbours("a", "b").start("a", "b");
        assertThat(two.after(0)).isLessThan(20);
        assertThat(two.after(100 * E)).isZero();
    }

    @Test
    void fiveAre() {
        Neighbours five = new Neighbours("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        assertThat(five.after(0)).isLessThan(20 * 10);
        assertThat(five.after(100 * E)).isZero();
    }

    @Test
    void aRestartTakesAFew() {
        Neighbours two = started();
        assertThat(two.stop("a").start("a").after(0)).isLessThan(8);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.stop("a", "b").start("a", "b").after(0)).isLessThan(10);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.hears("a", "b") && two.hears("b", "a")).isTrue();
    }

    @Test
    void oneThatWatchesIsQuietSoon() {
        Neighbours two = started().startWatching("w");
        assertThat(two.after(0)).isLessThan(12);
        assertThat(two.after(100 * E)).isZero();
        assertThat(two.startWatching("x")
                        .tell("w", new NodeInput.Wanted(id("x")))
                        .after(0))
                .isLessThan(16);
        assertThat(two.after(100 * E)).isZero();
    }

    /** Both go on asking, ever less often, until somebody helps: two hellos per round, 2 E apart. */
    @Test
    void twoThatRefuseEachOtherAskEverLessOften() {
        Neighbours mutual = started();
        mutual.wipe("a").wipe("b").start("a");
        Neighbours other = new Neighbours("a", "b").start("b");
        other.after(E);
        mutual.restore("b", other.disk("b").knowing(id("a"), new Identity(1, 99)))
                .start("b")
                .after(20 * E);
        assertThat(mutual.after(20 * E)).isBetween(10, 80);
        mutual.doNotTakePart("a", "b");
    }

    @Test
    void oneThatIsRefusedAsksEverLessOften() {
        Neighbours two = started().wipe("a").start("a");
        two.after(20 * E);
        assertThat(two.after(20 * E)).isBetween(10, 60);
    }

    @Test
    void soDoTwoWithDifferentSettings() {
        Neighbours two = new Neighbours("a", "b").start("a").startWith(Words.settings("a", "b", "c"), "b");
        two.after(20 * E);
        assertThat(two.after(20 * E)).isBetween(20, 80);
    }

    @Test
    void aFrameThatIsNotHeardCostsAGreetingAndItsAnswer() {
        Neighbours two = started();
        NodeInput.Framed late = two.node("b").frameTo(id("a")).orElseThrow();
        two.stop("b").start("b").after(0);
        assertThat(two.hears("a", late)).isFalse();
        assertThat(two.settle()).isLessThan(4);
        assertThat(two.after(10 * E)).isZero();
    }

    /** The same state and the same input give the same effects, in the same order, in every process. */
    @Test
    void votersAreGreetedInTheirOrder() {
        Neighbours seven = new Neighbours("g", "f", "e", "d", "c", "b", "a").start("a");
        assertThat(seven.did("a", Greet.class))
                .extracting(Greet::to)
                .isEqualTo(Words.ids("b", "c", "d", "e", "f", "g"));
    }

    // ---- bounds

    @Test
    void strangersAreAnsweredWithinABudget() {
        Neighbours two = started();
        two.after(E);
        two.forgetWhatWasDone();
        for (int i = 0; i < 2000; i++) {
            two.tell("a", new NodeInput.Greeted(helloOf("x" + i, two.settings(), 0)));
        }
        assertThat(two.did("a", Greet.class)).hasSize(256);
        two.settle();
        two.after(E);
        two.forgetWhatWasDone().tell("a", new NodeInput.Greeted(helloOf("y", two.settings(), 0)));
        assertThat(two.did("a", Greet.class)).hasSize(1);
    }

    @Test
    void strangersWithoutAPassLeaveNothingBehind() {
        Neighbours two = started();
        Node before = two.node("a");
        for (int i = 0; i < 2000; i++) {
            two.tell("a", new NodeInput.Greeted(helloOf("x" + i, two.settings(), 12345)));
            two.tell("a", new NodeInput.Framed(id("x" + i), Words.life("x"), new Identity(1, 1), 12345, Map.of()));
        }
        Node after = two.node("a");
        assertThat(after.contacts()).isEqualTo(before.contacts());
        assertThat(after.dials()).isEqualTo(before.dials());
        assertThat(after.head()).isEqualTo(before.head());
        assertThat(after.told()).isEqualTo(before.told());
    }

    @Test
    void aNodeKnowsAThousandPeersAndNoMore() {
        Neighbours two = started();
        for (int i = 0; i < 1100; i++) {
            proven(two, "x" + i, new Identity(1, i + 1));
            proven(two, "x" + i, new Identity(1, i + 1));
        }
        assertThat(two.node("a").head().orElseThrow().known()).hasSize(1024);
        assertThat(two.node("a").contacts()).hasSizeLessThanOrEqualTo(1024);
        assertThat(two.did("a", Dropped.class)).extracting(Dropped::kind).contains(Drop.TOO_MANY);
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void soItIsWithThoseThatWatch() {
        Neighbours two = started();
        for (int i = 0; i < 1100; i++) {
            proven(two, "x" + i, Identity.NONE);
        }
        assertThat(two.node("a").contacts()).hasSize(1024);
        assertThat(two.did("a", Dropped.class)).extracting(Dropped::kind).contains(Drop.TOO_MANY);
        proven(two, "x0", Identity.NONE);
        assertThat(two.hears("a", "b")).isTrue();
    }

    @Test
    void itGreetsAThousandPeersAndNoMore() {
        Neighbours two = started();
        for (int i = 0; i < 1100; i++) {
            two.tell("a", new NodeInput.Wanted(id("x" + i)));
        }
        assertThat(two.node("a").dials()).hasSize(1024);
    }

    private static void proven(Neighbours among, String from, Identity identity) {
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
                        1,
                        hello.pass(),
                        hello.echo(),
                        false,
                        Optional.empty(),
                        0,
                        Map.of())));
    }

    private static Hello helloOf(String from, Settings settings, long echo) {
        return new Hello(
                id(from),
                Words.life(from),
                new Identity(1, 1),
                Optional.empty(),
                true,
                settings,
                0,
                1,
                77,
                echo,
                true,
                Optional.empty(),
                0,
                Map.of());
    }

    private static Neighbours started() {
        Neighbours two = new Neighbours("a", "b").start("a", "b");
        two.after(0);
        return two.takePart("a", "b");
    }
}
