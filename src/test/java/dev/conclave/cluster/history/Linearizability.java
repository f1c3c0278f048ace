package dev.conclave.cluster.history;

import dev.conclave.core.RegisterVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether one register explains what all processes saw: whether each use can have happened at one instant between its begin and
 * its end, such that each read shows the last value that was written before it.
 *
 * <p>Since each write has a value of its own, the uses of one value (its write and its reads) follow each other without a use of
 * another value between them. So two values cannot both be explained if a use of the first ended before a use of the second began, and a
 * use of the second ended before a use of the first began. Gibbons and Korach (<i>Testing Shared Memories</i>, 1997) show that
 * nothing else can go wrong except a read that ended before its write began: the judgement is exact, and takes n log n steps instead
 * of a search. {@code LinearizabilityTest} compares it with such a search.
 */
public final class Linearizability {

    /** All uses of one value. */
    private static final class Uses {

        final String value;

        /** Empty for the value that nobody has written. */
        final Optional<Operation> write;

        long firstEnd;
        long lastBegin;

        /** The uses that have ended first and begun last; empty for the state before all uses. */
        Optional<Operation> first;

        Optional<Operation> last;

        Uses(String value, Optional<Operation> write) {
            this.value = value;
            this.write = write;
            first = write;
            last = write;
            firstEnd = write.map(Operation::ended).orElse(Long.MIN_VALUE);
            lastBegin = write.map(Operation::begun).orElse(Long.MIN_VALUE);
        }

        /** The write had its effect before it was seen: this gives an end also to one that has none. */
        void seen(Operation look) {
            if (look.ended() < firstEnd) {
                firstEnd = look.ended();
                first = Optional.of(look);
            }
            if (look.kind().isRead() && look.begun() > lastBegin) {
                lastBegin = look.begun();
                last = Optional.of(look);
            }
        }

        /** Whether the register had this value during the whole time from the first end to the last begin. */
        boolean isHeld() {
            return firstEnd < lastBegin;
        }

        boolean mustFollow(Uses other) {
            return other.firstEnd < lastBegin;
        }

        String clash(Uses other) {
            return "no order of the values " + value + " and " + other.value + ": (" + show(first) + ") ended before ("
                    + show(other.last) + ") began, and (" + show(other.first) + ") before (" + show(last) + ")";
        }

        private static String show(Optional<Operation> use) {
            return use.map(Operation::toString).orElse("nothing written yet");
        }
    }

    private final List<Operation> history;
    private final List<String> violations = new ArrayList<>();

    private Linearizability(List<Operation> history) {
        this.history = history;
    }

    /**
     * Judges a history.
     *
     * @param history the looks of each process in their order and its writes in that of the calls, everything else in any order
     * @return what no register explains, in words; empty if the history is linearizable, and the versions agree with it
     */
    public static List<String> violations(List<Operation> history) {
        Linearizability judge = new Linearizability(history);
        judge.judgeValues();
        judge.judgeVersionsInTime();
        judge.judgeVersionsOfValues();
        judge.judgeOrderOfEachProcess();
        return judge.violations;
    }

    /** Judges the values alone, and no versions. */
    static boolean isLinearizable(List<Operation> history) {
        Linearizability judge = new Linearizability(history);
        judge.judgeValues();
        return judge.violations.isEmpty();
    }

    private void judgeValues() {
        Map<String, Uses> all = new HashMap<>();
        all.put(Operation.NOTHING, new Uses(Operation.NOTHING, Optional.empty()));
        for (Operation write : history) {
            if (write.kind().isWrite() && all.put(write.value(), new Uses(write.value(), Optional.of(write))) != null) {
                throw new IllegalArgumentException("two writes of " + write.value());
            }
        }
        for (Operation look : history) {
            if (!look.kind().isWrite()) {
                seen(all.get(look.value()), look);
            }
        }
        // A refused write was never seen, or was reported above.
        all.values()
                .removeIf(uses -> uses.write
                        .filter(write -> write.kind() == Operation.Kind.REFUSED)
                        .isPresent());
        judgeOrder(List.copyOf(all.values()));
    }

    private void seen(@Nullable Uses uses, Operation look) {
        if (uses == null) {
            violations.add("a value that nobody wrote: " + look);
            return;
        }
        Optional<Operation> write = uses.write;
        if (write.filter(it -> it.kind() == Operation.Kind.REFUSED).isPresent()) {
            violations.add("the value of a refused write: " + look);
        } else if (write.filter(it -> look.ended() < it.begun()).isPresent()) {
            violations.add("a value before it was written: " + look + ", " + write.get());
        } else {
            uses.seen(look);
        }
    }

    /**
     * Two values that are held clash if their times overlap, and a value that is not held clashes with one during whose time it must
     * come and go. As the times of held values do not overlap otherwise, looking at neighbours is enough.
     */
    private void judgeOrder(List<Uses> all) {
        List<Uses> held = new ArrayList<>(all.stream()
                .filter(Uses::isHeld)
                .sorted(Comparator.comparingLong((Uses uses) -> uses.firstEnd))
                .toList());
        for (int i = 1; i < held.size(); i++) {
            if (held.get(i).firstEnd < held.get(i - 1).lastBegin) {
                violations.add(held.get(i - 1).clash(held.get(i)));
            }
        }
        if (!violations.isEmpty()) {
            return;
        }
        List<Uses> passing = all.stream()
                .filter(uses -> !uses.isHeld())
                .sorted(Comparator.comparingLong((Uses uses) -> uses.lastBegin))
                .toList();
        int before = 0;
        for (Uses uses : passing) {
            while (before < held.size() && uses.mustFollow(held.get(before))) {
                before++;
            }
            if (before > 0 && held.get(before - 1).mustFollow(uses)) {
                violations.add(held.get(before - 1).clash(uses));
            }
        }
    }

    /** A write or a read that begins after another has ended has no lower version, and a write a higher one. */
    private void judgeVersionsInTime() {
        List<Operation> ended = history.stream()
                .filter(use -> use.kind() == Operation.Kind.DONE || !use.kind().isWrite())
                .sorted(Comparator.comparingLong(Operation::ended))
                .toList();
        List<Operation> begun = ended.stream()
                .filter(use -> !use.kind().isCopy())
                .sorted(Comparator.comparingLong(Operation::begun))
                .toList();
        int next = 0;
        Optional<Operation> newest = Optional.empty();
        for (Operation use : begun) {
            while (next < ended.size() && ended.get(next).ended() < use.begun()) {
                Operation earlier = ended.get(next++);
                if (newest.isEmpty() || earlier.version().isAbove(newest.get().version())) {
                    newest = Optional.of(earlier);
                }
            }
            if (newest.isPresent()) {
                int order = use.version().compareTo(newest.get().version());
                if (order < 0 || (order == 0 && use.kind() == Operation.Kind.DONE)) {
                    violations.add("an older version after a newer one: " + use + " after " + newest.get());
                }
            }
        }
    }

    private void judgeVersionsOfValues() {
        Map<RegisterVersion, Operation> all = new HashMap<>();
        for (Operation use : history) {
            if (use.kind() == Operation.Kind.OPEN || use.kind() == Operation.Kind.REFUSED) {
                continue;
            }
            Operation other = all.putIfAbsent(use.version(), use);
            if (other != null && !other.value().equals(use.value())) {
                violations.add("two values of one version: " + other + ", " + use);
            }
        }
    }

    /** A node shows newer and newer values, sends its subscribers newer and newer ones, and does its writes in the order of the calls. */
    private void judgeOrderOfEachProcess() {
        Map<String, Operation> looks = new HashMap<>();
        Map<String, Operation> messages = new HashMap<>();
        Map<String, Operation> writes = new HashMap<>();
        for (Operation use : history) {
            if (use.kind().isLook() || use.kind() == Operation.Kind.SENT || use.kind() == Operation.Kind.DONE) {
                Map<String, Operation> kind =
                        use.kind().isLook() ? looks : use.kind() == Operation.Kind.SENT ? messages : writes;
                Operation before = kind.put(use.process(), use);
                if (before != null && before.version().isAbove(use.version())) {
                    violations.add("a node goes back: " + use + " after " + before);
                }
            }
        }
    }
}
