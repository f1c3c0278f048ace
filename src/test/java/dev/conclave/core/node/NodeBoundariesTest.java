package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.node.NodeEffect.Greet;
import dev.conclave.core.node.NodeEffect.WaitingFor;
import org.junit.jupiter.api.Test;

/** Where a node acts at once, and where it stops asking. */
class NodeBoundariesTest {

    @Test
    void aWantedPeerIsGreetedAtOnceAndHalfAHeartbeatLater() {
        ManualNodes two = new ManualNodes("a", "b").start("a", "b");
        two.after(0);
        two.tell("a", new NodeInput.Wanted(id("w")));
        assertThat(two.node("a").dials()).containsEntry(id("w"), new Node.Dial(two.now(), H / 2));
    }

    @Test
    void aVoterIsAnsweredTheMomentItsIdentityIsDurable() {
        ManualNodes two = new ManualNodes("a", "b").slowDisk("b").start("a", "b");
        two.settle();
        two.forgetWhatWasDone().diskForces("b");
        assertThat(two.did("b", Greet.class))
                .anyMatch(greet -> greet.to().equals(id("a"))
                        && greet.hello()
                                .knownAs()
                                .filter(two.disk("a").identity()::equals)
                                .isPresent());
        assertThat(two.node("b").dials()).containsEntry(id("a"), new Node.Dial(two.now(), H / 2));
    }

    @Test
    void aVoterWhoseOwnDiskIsTheLastIsAdmittedTheMomentItForces() {
        ManualNodes two = new ManualNodes("a", "b").slowDisk("a").start("b", "a");
        two.settle();
        two.diskForces("a");
        two.settle();
        two.forgetWhatWasDone().diskForces("a");
        two.settle();
        two.diskForces("a").takePart("a");
    }

    @Test
    void answersAreDiscardedWhenThePeerIsAdmitted() {
        ManualNodes two = new ManualNodes("a", "b").start("a", "b");
        two.after(0);
        two.takePart("a");
        assertThat(two.node("a").answers()).isEmpty();
    }

    @Test
    void aVoterThatHasAnsweredIsNotAskedAgain() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b");
        three.settle();
        assertThat(three.node("a").dials()).containsOnlyKeys(id("c"));
    }

    /**
     * In the place of a lost voter (R15): the hello that announces that it takes part now may be lost, so it is asked again.
     */
    @Test
    void aVoterThatAnsweredBeforeItTookPartIsAskedAgain() {
        ManualNodes five = new ManualNodes("a", "b", "c", "d", "e").start("a", "b", "c", "d", "e");
        five.after(0);
        five.stop("d", "e");
        for (String lost : new String[] {"c", "a"}) {
            DirectoryIdentity known = five.node(lost).identity();
            five.wipe(lost).startInPlaceOf(known, lost).after(E);
        }
        five.doNotTakePart("a", "c");
        assertThat(five.node("a").answers()).containsEntry(id("c"), new Node.Answer(false, 0));
        assertThat(five.node("a").dials()).containsOnlyKeys(ids("c", "d", "e"));
    }

    @Test
    void aMissingVoterIsReportedAfterTwoElectionTimeoutsAndNotAnInstantBefore() {
        ManualNodes two = new ManualNodes("a", "b").start("a");
        two.after(2 * E);
        two.tell("a", new NodeInput.Tick());
        assertThat(two.did("a", WaitingFor.class)).isEmpty();
        two.after(1);
        two.tell("a", new NodeInput.Tick());
        assertThat(two.did("a", WaitingFor.class)).containsExactly(new WaitingFor(ids("b")));
    }
}
