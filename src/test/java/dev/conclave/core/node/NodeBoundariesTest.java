package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.node.NodeEffect.WaitingFor;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Where a node acts at once, and where it stops asking. */
class NodeBoundariesTest {

    @Test
    void aWantedPeerIsGreetedAtOnceAndHalfAHeartbeatLater() {
        ManualNodes two = ManualNodes.founded("a", "b");
        two.tell("a", new NodeInput.Wanted(id("w")));
        assertThat(two.node("a").dials()).containsEntry(id("w"), new Node.Dial(two.now(), H / 2));
        two.tell("a", new NodeInput.Tick());
        assertThat(two.node("a").dials()).containsEntry(id("w"), new Node.Dial(two.now() + H / 2, H));
    }

    @Test
    void aVoterThatHasAnsweredIsNotGreetedAgain() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b");
        three.settle();
        assertThat(three.node("a").dials()).containsOnlyKeys(id("c"));
    }

    @Test
    void aMissingVoterIsReportedAfterTwoElectionTimeoutsAndNotAnInstantBefore() {
        ManualNodes two = new ManualNodes("a", "b").start("a");
        two.after(2 * E);
        two.tell("a", new NodeInput.Tick());
        assertThat(two.did("a", WaitingFor.class)).isEmpty();
        two.after(1);
        two.tell("a", new NodeInput.Tick()).tell("a", new NodeInput.Tick());
        assertThat(two.did("a", WaitingFor.class)).containsExactly(new WaitingFor(ids("b")));
    }

    @Test
    void aNodeWithAConfigurationWaitsForNobody() {
        ManualNodes two = ManualNodes.founded("a", "b").stop("a", "b").start("a");
        two.after(10 * E);
        assertThat(two.did("a", WaitingFor.class)).isEmpty();
        two.takePart("a");
    }

    @Test
    void trafficIsNotedOncePerElectionTimeout() {
        ManualNodes two = ManualNodes.founded("a", "b");
        Node node = two.node("a");
        long used = contactWithB(node).usedAt();
        assertThat(node.using(id("b"), used + E - 1)).isSameAs(node);
        assertThat(contactWithB(node.using(id("b"), used + E)).usedAt()).isEqualTo(used + E);
        assertThat(node.using(id("x"), used + E)).isSameAs(node);
    }

    private static Node.Contact contactWithB(Node node) {
        return Objects.requireNonNull(node.contacts().get(id("b")));
    }
}
