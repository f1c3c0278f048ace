package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** E1: a node stores the highest configuration of its group that it is shown, and shows its own to a node that is behind. */
class E1ChainTest {

    private static Configuration next(Configuration former) {
        return former.adding(id("d"), identity("d"), 1, "a test");
    }

    @Test
    void aHigherConfigurationOfTheGroupIsStoredWhoeverShowsIt() {
        for (String anyone : new String[] {"b", "w"}) {
            ManualElectorates three = ManualElectorates.of("a", "b", "c");
            Configuration next = next(three.configuration("a"));
            three.hears("a", anyone, new Shown(next));
            assertThat(three.disk("a").configuration()).contains(next);
            assertThat(three.did("a", ElectorateEffect.Stored.class))
                    .containsExactly(new ElectorateEffect.Stored(next));
        }
    }

    @Test
    void aNodeThatIsNamedWithAnotherIdentityStoresConfigurationsToo() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").wipe("c").start("c");
        three.settle();
        assertThat(three.configuration("c")).isEqualTo(three.configuration("a"));
        Configuration without = three.configuration("a").removing(id("c"), 1, "a test");
        three.hears("c", "a", new Shown(without));
        assertThat(three.configuration("c")).isEqualTo(without);
    }

    @Test
    void configurationsInBetweenMayBeMissed() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        Configuration second = next(three.configuration("a")).removing(id("b"), 2, "a test");
        three.hears("a", "b", new Shown(second));
        assertThat(three.configuration("a")).isEqualTo(second);
    }

    @Test
    void aLowerConfigurationOrTheSameOneIsNotStored() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        Configuration first = three.configuration("a");
        three.hears("a", "b", new Shown(first));
        assertThat(three.did("a", ElectorateEffect.Store.class)).isEmpty();
        three.hears("a", "b", new Shown(next(first))).forgetWhatWasDone();
        three.hears("a", "b", new Shown(first));
        assertThat(three.did("a", ElectorateEffect.Store.class)).isEmpty();
    }

    @Test
    void aConfigurationOfAnotherGroupIsNotStored() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        Configuration other = Configuration.founding(8, Map.of(id("x"), identity("x")), settings("x"), 0, "a test");
        Configuration later = other.adding(id("y"), identity("y"), 1, "a test");
        three.hears("a", "x", new Shown(later));
        assertThat(three.did("a", ElectorateEffect.Store.class)).isEmpty();
    }

    @Test
    void aNodeOfAnotherGroupIsReportedOnceAndOnlyToldWhatThisOneHolds() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        Holds other = new Holds(8, 3, 3, 0, true);
        three.hears("a", "x", other).hears("a", "x", other);
        assertThat(three.did("a", ElectorateEffect.OtherGroup.class))
                .containsExactly(new ElectorateEffect.OtherGroup(id("x"), 8));
        // The other group may have been forced from this one, which its answer would show (E11).
        assertThat(three.said("a", "x")).allMatch(Holds.class::isInstance).hasSize(2);
        three.hears("a", "x", new Holds(9, 0, 0, 0, false));
        assertThat(three.did("a", ElectorateEffect.OtherGroup.class)).hasSize(2);
    }

    // A node shows its own configuration to a node that is behind.

    @Test
    void aNodeThatIsBehindIsShownTheConfiguration() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.hears("a", "w", new Holds(0, -1, -1, 0, false));
        assertThat(three.said("a", "w")).containsExactly(new Shown(three.configuration("a")));
    }

    @Test
    void aNodeThatAsksIsToldWhatThisOneHolds() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.hears("a", "b", new Holds(ManualElectorates.GROUP, 0, 0, 0, true));
        assertThat(three.said("a", "b")).containsExactly(new Holds(ManualElectorates.GROUP, 0, 0, MARGIN, false));
        three.forgetWhatWasDone().hears("a", "b", new Holds(ManualElectorates.GROUP, 0, 0, 0, false));
        assertThat(three.said("a", "b")).isEmpty();
    }

    @Test
    void aNodeThatIsBehindAsksTheNodeThatIsAhead() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.hears("a", "b", new Holds(ManualElectorates.GROUP, 1, 0, 0, false));
        assertThat(three.said("a", "b")).singleElement().isInstanceOf(Holds.class);
    }

    @Test
    void aNodeThatWasDownLearnsTheConfigurationsThatCameMeanwhile() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").stop("c");
        three.changes("a", "set election-timeout=2s")
                .changes("b", "set election-timeout=1s")
                .obey(2, "a", "b");
        three.start("c").after(E).obey(2, "a", "b", "c");
    }

    @Test
    void aNodeWithoutADirectoryStoresConfigurationsInMemory() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").startWithoutDirectory("w");
        three.after(E);
        assertThat(three.configuration("w")).isEqualTo(three.configuration("a"));
        three.stop("w").cutOff("w").startWithoutDirectory("w").after(E);
        assertThat(three.node("w").configuration()).isEmpty();
    }

    /** A voter, an observer and a node that is behind: none goes on talking when all hold the same. */
    @Test
    void nodesThatHoldTheSameConfigurationSayNothingToEachOther() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").startWithoutDirectory("w").start("d");
        three.changes("a", "add d").forgetWhatWasDone().after(1000 * H);
        for (String node : new String[] {"a", "b", "c", "d", "w"}) {
            assertThat(three.did(node, ElectorateEffect.Tell.class)).as(node).isEmpty();
        }
    }
}
