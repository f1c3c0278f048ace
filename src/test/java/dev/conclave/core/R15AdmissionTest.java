package dev.conclave.core;

import static dev.conclave.core.Words.E;
import static dev.conclave.core.Words.H;
import static dev.conclave.core.Words.id;
import static dev.conclave.core.Words.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.NodeEffect.Admitted;
import dev.conclave.core.NodeEffect.Greet;
import dev.conclave.core.NodeEffect.Met;
import dev.conclave.core.NodeEffect.StoreHead;
import dev.conclave.core.NodeEffect.WaitingFor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R15: who takes part for the first time. Who lost its memory is in {@link R15LostMemoryTest}. */
class R15AdmissionTest {

    // "a peer that does not take part yet answers too (or a fresh cluster never starts)"

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7})
    void aFreshClusterStarts(int voters) {
        String[] all = names(voters);
        Neighbours fresh = new Neighbours(all).start(all);
        fresh.after(0);
        fresh.takePart(all);
        for (String voter : all) {
            assertThat(fresh.did(voter, Admitted.class)).containsExactly(new Admitted(0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void whateverTheOrderAndHoweverSlowTheDisks(int voters) {
        String[] all = names(voters);
        Neighbours fresh = new Neighbours(all);
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

    // "It takes part when all have answered so: (...) a first start waits for all voters and says once which one is
    // missing."

    @Test
    void itWaitsForAllVotersAndSaysOnceWhichOneIsMissing() {
        Neighbours three = new Neighbours("a", "b", "c").start("a", "b");
        three.after(100 * E);
        three.doNotTakePart("a", "b");
        assertThat(three.did("a", WaitingFor.class)).containsExactly(new WaitingFor(ids("c")));
        assertThat(three.did("b", WaitingFor.class)).containsExactly(new WaitingFor(ids("c")));
        three.start("c").after(0);
        three.takePart("a", "b", "c");
    }

    @Test
    void itDoesNotComplainWhileTheOthersAreStarting() {
        Neighbours three = new Neighbours("a", "b", "c").start("a", "b");
        three.after(E);
        three.start("c").after(E);
        assertThat(three.did("a", WaitingFor.class)).isEmpty();
    }

    // "Whoever has an empty directory, voter or not, first asks every other voter"

    @Test
    void whoIsNoVoterHasNothingToLoseAndTakesPartAtOnce() {
        Neighbours all = new Neighbours("a", "b", "c").start("a", "b").startWithoutVote("w");
        all.takePart("w").after(3 * E);
        all.doNotTakePart("a", "b").takePart("w");
        all.stop("w").startWithoutVote("w").takePart("w").after(0);
        assertThat(all.hears("a", "w")).isTrue();
        assertThat(all.disk("a").known()).doesNotContainKey(id("w"));
    }

    /** It may be new among voters that have elected before: who was elected is known to one of those that answer. */
    @Test
    void anEmptyDirectoryTakesPartAboveWhatTheOthersKnewWhenTheyAnswered() {
        Neighbours three = new Neighbours("a", "b", "c").knowsTerm("b", 7).start("b", "c");
        three.after(0);
        three.doNotTakePart("b", "c").knowsTerm("b", 9).start("a").after(3 * E);
        three.takePart("a", "b", "c");
        assertThat(three.did("a", Admitted.class)).containsExactly(new Admitted(9));
        assertThat(three.did("b", Admitted.class)).containsExactly(new Admitted(0));
        assertThat(three.did("c", Admitted.class)).containsExactly(new Admitted(7));
    }

    // "An identity (...) is on disk before it is told. Every frame names its sender's identity."

    @Test
    void anIdentityStaysTheSameInTheNextLife() {
        Neighbours two = new Neighbours("a", "b").start("a", "b");
        two.after(0);
        Identity first = two.node("a").identity();
        two.stop("a").start("a").after(0);
        assertThat(two.node("a").identity())
                .isEqualTo(first)
                .isEqualTo(two.disk("a").identity());
        assertThat(two.node("a").frameTo(id("b")).orElseThrow().identity()).isEqualTo(first);
        two.takePart("a");
    }

    @Test
    void aFreshPeerThatIsStoppedBeforeItWasAdmittedGoesOnWhereItStopped() {
        Neighbours three = new Neighbours("a", "b", "c").start("a", "b");
        three.after(E);
        three.stop("a").start("a", "c").after(E);
        three.takePart("a", "b", "c");
    }

    // "a voter that answers 'none but this one' (naming it) has first stored it durably, and counts and obeys no other
    // from
    // then on"

    @Test
    void aVoterAnswersWhenItHasStoredTheIdentityAndNotBefore() {
        Neighbours two = new Neighbours("a", "b").slowDisk("b").start("a", "b");
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
    void thatItWasAdmittedIsDurableBeforeItTakesPart() {
        Neighbours alone = new Neighbours("a").slowDisk("a").start("a");
        assertThat(alone.did("a", StoreHead.class))
                .last()
                .matches(store -> store.head().admitted());
        alone.doNotTakePart("a");
        assertThat(alone.did("a", Admitted.class)).isEmpty();
        alone.diskForces("a").takePart("a");
        assertThat(alone.did("a", Admitted.class)).hasSize(1);
    }

    @Test
    void thatItTakesPartIsToldToThoseItHasMet() {
        Neighbours three = new Neighbours("a", "b", "c").start("a", "b", "c");
        three.after(0);
        assertThat(three.did("a", Greet.class))
                .filteredOn(greet -> greet.hello().takesPart())
                .extracting(Greet::to)
                .contains(id("b"), id("c"));
    }

    // R6: "for the longest E under which it may have acknowledged (kept in the journal's head)", "which may shrink only
    // after
    // that E was waited out at a start"

    @Test
    void aLongerElectionTimeoutOfAFormerLifeIsForgottenWhenItWasWaitedOut() {
        Neighbours alone = new Neighbours("a").start("a");
        alone.restore("a", alone.disk("a").withElectionNanos(5 * E)).stop("a").start("a");
        alone.after(5 * E - 1);
        assertThat(alone.disk("a").longestElectionNanos()).isEqualTo(5 * E);
        alone.after(1);
        assertThat(alone.disk("a").longestElectionNanos()).isEqualTo(E);
        assertThat(alone.node("a").wakeAt()).isEqualTo(Peer.NEVER);
    }

    @Test
    void aVoterThatIsAloneAsksNobody() {
        Neighbours alone = new Neighbours("a").start("a").takePart("a");
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
