package dev.conclave.cluster.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.cluster.history.Operation.Kind;
import dev.conclave.core.RegisterVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The judgement over histories, as {@link RegisterHistory} reads them: good ones, and one for each fault that it must find. */
class LinearizabilityTest {

    private static List<String> violations(String... lines) {
        List<Operation> all = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append('\n');
        }
        for (String process : text.toString().split("====\n", -1)) {
            all.addAll(RegisterHistory.read("process-" + all.size(), process));
        }
        return new RegisterHistory(all).violations();
    }

    private static void assertFault(String words, String... lines) {
        assertThat(violations(lines)).anyMatch(one -> one.contains(words), "contains " + words);
    }

    @Test
    void writesReadsAndLooksOneAfterTheOtherAreLinearizable() {
        assertThat(violations(
                        "read - 1 2 0 0",
                        "found - 3 4 1 0",
                        "write a 5",
                        "done a 8 1 1",
                        "read a 9 10 1 1",
                        "copy a 9 10 1 1",
                        "found a 11 12 2 0",
                        "write b 13",
                        "done b 14 2 1",
                        "copy a 15 16 2 0",
                        "truth b 17 18 2 1"))
                .isEmpty();
    }

    @Test
    void readsBesideAWriteMaySeeEitherValue() {
        assertThat(violations(
                        "write a 1",
                        "done a 2 1 1",
                        "write b 3",
                        "====",
                        "read a 3 9 1 1",
                        "read b 4 9 1 2",
                        "read b 10 11 1 2"))
                .isEmpty();
    }

    @Test
    void aWriteWithoutAnAnswerMayHappenLateOrNever() {
        assertThat(violations(
                        "write a 1", "write b 2", "write c 3", "done c 4 2 1", "read c 5 6 2 1", "read a 7 8 3 0"))
                .isEmpty();
    }

    @Test
    void aLostAcknowledgedWriteIsFound() {
        assertFault("no order", "write a 1", "done a 2 1 1", "write b 3", "done b 4 1 2", "read a 5 6 2 0");
    }

    @Test
    void aLostFirstWriteIsFound() {
        assertFault("no order", "write a 1", "done a 2 1 1", "found - 3 4 2 0");
    }

    @Test
    void aStaleReadAfterAnAcknowledgedWriteIsFoundByItsValueAndByItsVersion() {
        assertThat(violations("write a 1", "done a 2 1 1", "write b 3", "done b 4 1 2", "read a 5 6 1 1"))
                .hasSize(2)
                .anyMatch(one -> one.contains("no order"))
                .anyMatch(one -> one.contains("an older version after a newer one"));
    }

    @Test
    void aReadOfARefusedWriteIsFound() {
        assertFault("refused", "write a 1", "refused a 2", "read a 3 4 1 1");
    }

    @Test
    void aReadOfARefusedWriteIsFoundWhileItsCallLasts() {
        assertFault("refused", "write a 1", "read a 2 3 1 1", "refused a 9");
    }

    @Test
    void aCopyOfARefusedWriteIsFound() {
        assertFault("refused", "write a 1", "refused a 2", "copy a 3 4 1 1");
    }

    @Test
    void aValueThatComesBackAfterItWasPassedOverIsFound() {
        assertFault(
                "no order",
                "write a 1",
                "done a 2 1 1",
                "write b 3",
                "====",
                "found a 5 6 2 0",
                "====",
                "found b 7 8 3 0",
                "====",
                "found a 9 10 4 0");
    }

    @Test
    void anUnknownWriteThatWasSeenDoesNotVanish() {
        assertFault("no order", "write a 1", "done a 2 1 1", "write b 3", "====", "read b 4 5 1 2", "found a 6 7 2 0");
    }

    @Test
    void anUnknownWriteThatACopyHasShownDoesNotVanish() {
        assertFault("no order", "write a 1", "done a 2 1 1", "write b 3", "====", "copy b 4 5 2 0", "found a 6 7 3 0");
    }

    @Test
    void aReadOfTheFutureIsFound() {
        assertFault("before it was written", "read a 1 2 1 1", "write a 3", "done a 4 1 1");
    }

    @Test
    void aCopyOfTheFutureIsFound() {
        assertFault("before it was written", "copy a 1 2 1 1", "write a 3", "done a 4 1 1");
    }

    @Test
    void twoReadsThatGoBackAreFoundBesideTheWriteOfTheNewerValue() {
        assertFault(
                "no order",
                "write a 1",
                "done a 2 1 1",
                "write b 3",
                "====",
                "read b 4 5 2 1",
                "====",
                "read a 6 7 2 1",
                "====",
                "read b 4 5 2 1");
    }

    @Test
    void aValueThatNobodyWroteIsFound() {
        assertFault("nobody wrote", "write a 1", "done a 2 1 1", "read b 3 4 1 1");
    }

    @Test
    void aWriteThatMustHaveHappenedWhileAnotherValueWasHeldIsFound() {
        assertFault(
                "no order",
                "write a 1",
                "done a 2 1 1",
                "write b 4",
                "done b 5 1 2",
                "====",
                "read a 3 4 1 1",
                "read a 6 7 1 1");
    }

    @Test
    void twoValuesOfOneVersionAreFound() {
        assertFault("one version", "write a 1", "write b 1", "read a 2 8 1 1", "read b 3 9 1 1");
    }

    @Test
    void aWriteWithAnOlderVersionThanAnEarlierReadIsFound() {
        assertFault("older version", "write a 1", "done a 2 1 1", "read a 3 4 3 0", "write b 5", "done b 6 2 1");
    }

    @Test
    void aNodeThatShowsAnOlderCopyAfterANewerOneIsFound() {
        assertFault(
                "goes back",
                "write a 1",
                "done a 2 1 1",
                "write b 3",
                "done b 4 1 2",
                "====",
                "copy b 5 6 1 2",
                "copy a 7 8 1 1");
    }

    @Test
    void aSubscriberThatIsSentAnOlderValueAfterANewerOneIsFound() {
        assertFault(
                "goes back",
                "write a 1",
                "done a 2 1 1",
                "write b 3",
                "done b 4 1 2",
                "====",
                "sent b 5 5 1 2",
                "sent a 7 7 1 1");
    }

    @Test
    void aSubscriberMayBeSentAValueThatItsNodeHasShownLongBefore() {
        assertThat(violations(
                        "write a 1",
                        "done a 2 1 1",
                        "write b 3",
                        "done b 4 1 2",
                        "====",
                        "copy b 5 6 1 2",
                        "sent a 7 7 1 1",
                        "sent b 8 8 1 2"))
                .isEmpty();
    }

    @Test
    void twoNodesMayShowCopiesOfDifferentAge() {
        assertThat(violations(
                        "write a 1",
                        "done a 2 1 1",
                        "write b 3",
                        "done b 4 1 2",
                        "====",
                        "copy b 5 6 1 2",
                        "====",
                        "copy a 7 8 1 1"))
                .isEmpty();
    }

    @Test
    void writesOfOneNodeThatAreDoneInAnotherOrderThanTheyWereCalledAreFound() {
        assertFault("goes back", "write a 1", "write b 2", "done b 8 1 1", "done a 9 1 2");
    }

    @Test
    void aLineThatAKillHasCutIsLeftOut() {
        assertThat(RegisterHistory.read("p", "write a 1\ndone a 22 1"))
                .containsExactly(new Operation("p", Kind.OPEN, "a", 1, Operation.NEVER, RegisterVersion.NONE));
    }

    @Test
    void twoWritesOfOneValueCannotBeJudged() {
        assertThatThrownBy(() -> violations("write a 1", "====", "write a 2"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The judgement is exact: it agrees with a search through all orders. */
    @Test
    void theJudgementIsThatOfASearchThroughAllOrders() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int good = 0;
        int runs = 60_000;
        for (int i = 0; i < runs; i++) {
            List<Operation> history = i % 2 == 0 ? anyHistory(random) : almostGoodHistory(random);
            boolean expected = AllOrders.explain(history);
            assertThat(Linearizability.isLinearizable(history))
                    .as("seed " + seed + ", run " + i + ": " + history)
                    .isEqualTo(expected);
            good += expected ? 1 : 0;
        }
        assertThat(good).isBetween(runs / 10, runs * 9 / 10);
    }

    /** Writes and looks at random times, of random values. */
    private static List<Operation> anyHistory(Random random) {
        int writes = 1 + random.nextInt(3);
        int looks = 1 + random.nextInt(4);
        List<Operation> all = new ArrayList<>();
        for (int i = 0; i < writes + looks; i++) {
            long begun = random.nextInt(12);
            long ended = begun + random.nextInt(6);
            String value = i < writes ? "v" + i : random.nextInt(5) == 0 ? "-" : "v" + random.nextInt(writes);
            all.add(operation(random, i < writes, value, begun, ended));
        }
        return all;
    }

    /** Uses of a register, each of which happens at some instant between its begin and its end; then perhaps one of them moves. */
    private static List<Operation> almostGoodHistory(Random random) {
        List<Operation> all = new ArrayList<>();
        String value = "-";
        int size = 3 + random.nextInt(5);
        for (int i = 0; i < size; i++) {
            boolean isWrite = random.nextInt(3) == 0;
            value = isWrite ? "v" + i : value;
            long at = 2L * i + 6;
            all.add(operation(random, isWrite, value, at - random.nextInt(6), at + random.nextInt(6)));
        }
        if (random.nextBoolean()) {
            Operation moved = all.remove(random.nextInt(size));
            int by = random.nextInt(12) - 6;
            long ended = moved.ended() == Operation.NEVER ? Operation.NEVER : moved.ended() + by;
            all.add(new Operation("", moved.kind(), moved.value(), moved.begun() + by, ended, moved.version()));
        }
        return all;
    }

    private static Operation operation(Random random, boolean isWrite, String value, long begun, long ended) {
        int chance = random.nextInt(8);
        Kind kind = isWrite
                ? chance == 0 ? Kind.REFUSED : chance < 3 ? Kind.OPEN : Kind.DONE
                : chance == 0 ? Kind.COPY : Kind.READ;
        return new Operation("", kind, value, begun, kind == Kind.OPEN ? Operation.NEVER : ended, RegisterVersion.NONE);
    }
}
