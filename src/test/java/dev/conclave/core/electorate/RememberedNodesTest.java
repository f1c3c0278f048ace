package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.ElectorateMessage.Holds;
import org.junit.jupiter.api.Test;

/** The memory of a node for others is bounded, and a crowd of names keeps no later node out for long. */
class RememberedNodesTest {

    private static final int MOST = 8192;

    private static Holds newest(ManualElectorates three) {
        return new Holds(three.configuration("a").group(), 0, 0, 0, false);
    }

    @Test
    void whatANodeHasSaidIsForgottenWhenThereIsNoRoomAndItHasBeenSilentForTenElections() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        for (int i = 0; i < MOST; i++) {
            three.hears("a", "x" + i, newest(three));
        }
        assertThat(three.node("a").seen()).hasSizeBetween(MOST, MOST + 2);
        three.hears("a", "y", newest(three));
        assertThat(three.node("a").seen().containsKey(id("y"))).isFalse();
        three.hears("a", "x1", newest(three)).hears("a", "b", newest(three));
        assertThat(three.node("a").seen().containsKey(id("b"))).isTrue();
        three.after(11 * E);
        three.hears("a", "y", newest(three));
        assertThat(three.node("a").seen().containsKey(id("y"))).isTrue();
        assertThat(three.node("a").seen().size()).isLessThan(10);
    }

    @Test
    void aNodeThatWasShownAConfigurationLongAgoIsForgottenWhenThereIsNoRoom() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        Electorate node = three.node("a");
        for (int i = 0; i < MOST; i++) {
            node = node.labelled(100 * E, id("x" + i), ManualElectorates.GROUP, -1)
                    .electorate();
        }
        assertThat(node.shown().size()).isBetween(MOST, MOST + 2);
        node = node.labelled(101 * E, id("y"), ManualElectorates.GROUP, -1).electorate();
        assertThat(node.shown()).containsOnlyKeys(id("y"));
    }
}
