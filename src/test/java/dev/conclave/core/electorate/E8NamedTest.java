package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E8: a voter is an address with the identity of its directory. */
class E8NamedTest {

    private static final RoundBallot BALLOT = new RoundBallot(5, identity("b"), 1);

    @Test
    void aNodeIsAVoterOnlyWithTheIdentityThatIsNamed() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle();
        assertThat(three.node("a").isVoter() && three.node("a").isHeard()).isTrue();
        assertThat(three.node("d").isVoter()).isFalse();
        assertThat(three.node("d").isHeard()).isTrue();
        three.wipe("c").start("c").settle();
        assertThat(three.node("c").isVoter()).isFalse();
        assertThat(three.node("c").isHeard()).isFalse();
    }

    @Test
    void aNodeWithoutAConfigurationIsNotHeardAndHearsEveryone() {
        ManualElectorates none = ManualElectorates.listing("a", "b").start("a");
        assertThat(none.node("a").isHeard()).isFalse();
        assertThat(none.node("a").isVoter()).isFalse();
        assertThat(none.node("a").hears(id("b"), identity("b", 7))).isTrue();
    }

    @Test
    void anAddressIsHeardWithTheNamedIdentityOrIfItIsNotNamed() {
        Electorate node = ManualElectorates.of("a", "b", "c").node("a");
        assertThat(node.hears(id("b"), identity("b"))).isTrue();
        assertThat(node.hears(id("b"), identity("b", 2))).isFalse();
        assertThat(node.hears(id("b"), DirectoryIdentity.NONE)).isFalse();
        assertThat(node.hears(id("x"), identity("x"))).isTrue();
        assertThat(node.hears(id("x"), DirectoryIdentity.NONE)).isTrue();
    }

    @Test
    void aVoterOfAnotherIdentityAnswersInNoRound() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").wipe("c").start("c");
        three.settle().forgetWhatWasDone();
        Configuration next = three.configuration("c").adding(id("d"), identity("d"), 1, "a test");
        three.hears("c", "b", new Prepare(ManualElectorates.GROUP, 0, BALLOT));
        three.hears("c", "b", new Accept(ManualElectorates.GROUP, 0, BALLOT, next));
        assertThat(three.did("c", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void anObserverAnswersInNoRound() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle().forgetWhatWasDone().hears("d", "b", new Prepare(ManualElectorates.GROUP, 0, BALLOT));
        assertThat(three.did("d", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void aVoterOfAnotherIdentityIsHeardInNoRound() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c");
        three.hears("a", "b", identity("b", 2), new Prepare(ManualElectorates.GROUP, 0, BALLOT));
        assertThat(three.did("a", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void thePromiseOfAnotherIdentityIsNotCounted() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").wipe("c").start("c");
        three.settle();
        long number = three.wishes("a", "remove c");
        three.stop("b").after(10 * E);
        assertThat(three.did("a", ElectorateEffect.Done.class)).doesNotContain(new ElectorateEffect.Done(number));
        assertThat(three.configuration("a").number()).isZero();
    }

    @Test
    void theIdentityThatIsAddedIsTheOneWithWhichTheNodeAnswersWhenItIsProposed() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle().wipe("d").start("d").changes("a", "add d");
        assertThat(three.configuration("a").named()).containsEntry(id("d"), identity("d", 2));
        assertThat(three.node("d").isVoter()).isTrue();
    }

    @Test
    void aNodeWhoseDirectoryIsLostWhileItIsBeingAddedIsNamedWithTheIdentityThatWasProposed() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d");
        three.settle();
        long number = three.wishes("a", "add d");
        three.settle().wipe("d").cutOff("d").after(10 * E);
        assertThat(three.did("a", ElectorateEffect.Done.class)).contains(new ElectorateEffect.Done(number));
        assertThat(three.configuration("a").named()).containsEntry(id("d"), identity("d"));
        three.heal().start("d").after(E);
        assertThat(three.node("d").isHeard()).isFalse();
        three.changes("b", "readmit d");
        assertThat(three.node("d").isVoter()).isTrue();
    }

    @Test
    void aNodeWithoutADirectoryIsNeverAVoter() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").startWithoutDirectory("w");
        three.settle();
        assertThat(three.node("w").isVoter()).isFalse();
        assertThat(three.node("w").isHeard()).isTrue();
        assertThat(List.of(three.failure("a", "add w")))
                .containsExactly("w:1 has no conclave.data-dir, and a voter must store its votes on disk");
    }
}
