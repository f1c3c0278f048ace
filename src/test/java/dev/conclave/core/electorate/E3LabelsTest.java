package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import org.junit.jupiter.api.Test;

/** E3: what a node does about the label of a message, before it hands the message on. */
class E3LabelsTest {

    @Test
    void aLabelOfTheOwnConfigurationIsOrdinaryAndChangesNothing() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        Electorate before = three.node("a");
        assertThat(before.isOrdinary(ManualElectorates.GROUP, 0)).isTrue();
        assertThat(before.isOrdinary(ManualElectorates.GROUP, 1)).isFalse();
        assertThat(before.isOrdinary(ManualElectorates.GROUP, -1)).isFalse();
        assertThat(before.isOrdinary(8, 0)).isFalse();
        three.hearsUnder(0, "a", "b");
        assertThat(three.node("a")).isEqualTo(before);
        assertThat(three.did("a", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aHigherLabelThatIsStoredSwitchesThePeers() {
        ManualElectorates three = stored();
        assertThat(three.node("a").isOrdinary(ManualElectorates.GROUP, 1)).isFalse();
        three.hearsUnder(1, "a", "b");
        assertThat(three.did("a", ElectorateEffect.Switch.class))
                .containsExactly(new ElectorateEffect.Switch(three.configuration("a"), false));
        three.forgetWhatWasDone().hearsUnder(1, "a", "b");
        assertThat(three.did("a", ElectorateEffect.class)).isEmpty();
        assertThat(three.node("a").isOrdinary(ManualElectorates.GROUP, 1)).isTrue();
    }

    @Test
    void aHigherLabelThatIsNotStoredMakesTheNodeAskOncePerHeartbeat() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.hearsUnder(1, "a", "b").hearsUnder(1, "a", "b");
        assertThat(three.said("a", "b"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Holds.class, holds -> assertThat(holds.stored()).isZero());
        assertThat(three.did("a", ElectorateEffect.Switch.class)).isEmpty();
        three.cutOff("a").after(H).hearsUnder(1, "a", "b");
        assertThat(three.said("a", "b")).hasSize(2);
        three.hearsUnder(1, "a", "c").hearsUnder(2, "a", "b");
        assertThat(three.said("a", Holds.class)).hasSize(4);
    }

    @Test
    void aLowerLabelIsAnsweredWithTheConfigurationOncePerHeartbeat() {
        ManualElectorates three = stored().hearsUnder(0, "a", "b").hearsUnder(0, "a", "b");
        assertThat(three.said("a", "b")).containsExactly(new Shown(three.configuration("a")));
        three.cutOff("a").after(H).hearsUnder(0, "a", "b");
        assertThat(three.said("a", Shown.class)).hasSize(2);
    }

    @Test
    void aLabelWithoutAConfigurationIsAnsweredWithTheConfiguration() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").hearsUnder(0, -1, "a", "w");
        assertThat(three.said("a", "w")).containsExactly(new Shown(three.configuration("a")));
    }

    @Test
    void aLabelOfAnotherGroupIsNotAnswered() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.hearsUnder(8, 0, "a", "x").hearsUnder(8, 5, "a", "x").hearsUnder(8, -1, "a", "x");
        assertThat(three.did("a", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aNodeThatHasMetAnotherLifeShowsItsConfigurationAnew() {
        ManualElectorates three = stored().hearsUnder(0, "a", "b").forgetWhatWasDone();
        three.heal().stop("b").start("b").hearsUnder(0, "a", "b");
        assertThat(three.said("a", Shown.class)).hasSize(1);
    }

    /** a has stored configuration 1, and its peers obey 0; the others do not know. */
    private static ManualElectorates stored() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("a");
        three.hears("a", "b", new Shown(three.configuration("a").adding(id("d"), identity("d"), 1, "a test")));
        return three.forgetWhatWasDone();
    }
}
