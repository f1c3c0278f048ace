package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.node.NodeEffect.Admitted;
import dev.conclave.core.node.NodeEffect.Greet;
import dev.conclave.core.node.NodeEffect.Met;
import dev.conclave.core.node.NodeEffect.StoreHead;
import dev.conclave.core.node.NodeEffect.WaitingFor;
import dev.conclave.core.peer.Peer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R15: a peer that takes part for the first time. {@link R15LostMemoryTest} checks a peer that lost its memory. */
public class R15AdmissionTest {

    // "a peer that does not take part yet answers too"

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7})
    void aFreshClusterStarts(int voters) {
        String[] all = names(voters);
        ManualNodes fresh = new ManualNodes(all).start(all);
        fresh.after(0);
        fresh.takePart(all);
        for (String voter : all) {
            assertThat(fresh.did(voter, Admitted.class)).containsExactly(new Admitted(0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void aFreshClusterStartsInAnyOrderAndOnSlowDisks(int voters) {
        String[] all = names(voters);
        ManualNodes fresh = new ManualNodes(all);
        for (String voter : all) {
            fresh.slowDisk(voter).start(voter).after(3 * E);
        }
        for (int round = 0; round < 10; round++) {
            for (String voter : all) {
                fresh.diskForces(voter).after(H);
            }
        }
        fresh.takePart(all);
    }

    // "The new voter takes part when all have answered so"

    @Test
    void aFirstStartWaitsForAllVotersAndReportsOnceWhichOneIsMissing() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b");
        three.after(100 * E);
        three.doNotTakePart("a", "b");
        assertThat(three.did("a", WaitingFor.class)).containsExactly(new WaitingFor(ids("c")));
        assertThat(three.did("b", WaitingFor.class)).containsExactly(new WaitingFor(ids("c")));
        three.start("c").after(0);
        three.takePart("a", "b", "c");
    }

    @Test
    void aFirstStartReportsNoMissingVoterWhileTheOthersAreStarting() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b");
        three.after(E);
        three.start("c").after(E);
        assertThat(three.did("a", WaitingFor.class)).isEmpty();
    }

    // "A voter with an empty directory first asks every other voter."

    @Test
    void aNonVoterTakesPartAtOnce() {
        ManualNodes all = new ManualNodes("a", "b", "c").start("a", "b").startWithoutVote("w");
        all.takePart("w").after(3 * E);
        all.doNotTakePart("a", "b").takePart("w");
        all.stop("w").startWithoutVote("w").takePart("w").after(0);
        assertThat(all.hears("a", "w")).isTrue();
        assertThat(all.disk("a").known()).doesNotContainKey(id("w"));
    }

    /** The voters may have elected leaders before this voter is new among them; one that answers knows the highest term. */
    @Test
    void aVoterWithAnEmptyDirectoryTakesPartAboveTheTermsThatTheOthersAnswered() {
        ManualNodes three = new ManualNodes("a", "b", "c").knowsTerm("b", 7).start("b", "c");
        three.after(0);
        three.doNotTakePart("b", "c").knowsTerm("b", 9).start("a").after(3 * E);
        three.takePart("a", "b", "c");
        assertThat(three.did("a", Admitted.class)).containsExactly(new Admitted(9));
        assertThat(three.did("b", Admitted.class)).containsExactly(new Admitted(0));
        assertThat(three.did("c", Admitted.class)).containsExactly(new Admitted(7));
    }

    // "It is on disk before it is sent, and every frame carries it."

    @Test
    void anIdentityStaysTheSameInTheNextLife() {
        ManualNodes two = new ManualNodes("a", "b").start("a", "b");
        two.after(0);
        DirectoryIdentity first = two.node("a").identity();
        two.stop("a").start("a").after(0);
        assertThat(two.node("a").identity())
                .isEqualTo(first)
                .isEqualTo(two.disk("a").identity());
        assertThat(two.node("a").frameTo(id("b")).orElseThrow().identity()).isEqualTo(first);
        two.takePart("a");
    }

    @Test
    void aFirstStartThatWasInterruptedGoesOnInTheNextLife() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b");
        three.after(E);
        three.stop("a").start("a", "c").after(E);
        three.takePart("a", "b", "c");
    }

    // "A voter that answers 'I know none but this one' has first stored that durably, and from then on counts and
    // obeys no other identity"

    @Test
    void aVoterAnswersOnlyWhenItHasStoredTheIdentity() {
        ManualNodes two = new ManualNodes("a", "b").slowDisk("b").start("a", "b");
        two.after(10 * E);
        two.doNotTakePart("a");
        assertThat(two.did("b", Greet.class))
                .allMatch(greet -> greet.hello().knownAs().isEmpty());
        assertThat(two.did("b", Met.class)).isEmpty();
        two.diskForces("b").after(3 * E);
        assertThat(two.did("b", Greet.class))
                .anyMatch(greet -> greet.hello()
                        .knownAs()
                        .filter(two.disk("a").identity()::equals)
                        .isPresent());
        two.takePart("a");
    }

    @Test
    void anAdmissionIsDurableBeforeThePeerTakesPart() {
        ManualNodes alone = new ManualNodes("a").slowDisk("a").start("a");
        assertThat(alone.did("a", StoreHead.class))
                .last()
                .matches(store -> store.head().admitted());
        alone.doNotTakePart("a");
        assertThat(alone.did("a", Admitted.class)).isEmpty();
        alone.diskForces("a").takePart("a");
        assertThat(alone.did("a", Admitted.class)).hasSize(1);
    }

    @Test
    void aPeerThatTakesPartTellsThePeersThatItHasMet() {
        ManualNodes three = new ManualNodes("a", "b", "c").start("a", "b", "c");
        three.after(0);
        assertThat(three.did("a", Greet.class))
                .filteredOn(greet -> greet.hello().takesPart())
                .extracting(Greet::to)
                .contains(id("b"), id("c"));
    }

    // R6: "for the longest E under which it may have acknowledged one"; the head of the journal holds it

    @Test
    void aLongerElectionTimeoutOfAFormerLifeIsForgottenWhenItWasWaitedOut() {
        ManualNodes alone = new ManualNodes("a").start("a");
        alone.restore("a", alone.disk("a").withElectionNanos(5 * E)).stop("a").start("a");
        alone.after(5 * E - 1);
        assertThat(alone.disk("a").longestElectionNanos()).isEqualTo(5 * E);
        alone.after(1);
        assertThat(alone.disk("a").longestElectionNanos()).isEqualTo(E);
        assertThat(alone.node("a").wakeAt()).isEqualTo(Peer.NEVER);
    }

    @Test
    void aSingleVoterSendsNoHello() {
        ManualNodes alone = new ManualNodes("a").start("a").takePart("a");
        assertThat(alone.after(100 * E)).isZero();
        assertThat(alone.did("a", Greet.class)).isEmpty();
    }

    private static String[] names(int count) {
        List<String> letters = IntStream.range(0, count)
                .mapToObj(i -> String.valueOf((char) ('a' + i)))
                .toList();
        return letters.toArray(String[]::new);
    }
}
