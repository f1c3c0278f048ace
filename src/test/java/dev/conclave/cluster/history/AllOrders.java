package dev.conclave.cluster.history;

import dev.conclave.cluster.history.Operation.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The definition of {@link Linearizability}, which tries all orders: for short histories. */
final class AllOrders {

    private AllOrders() {}

    /** Whether there is an order that keeps what ended before another use began, and in which each read shows the last write. */
    static boolean explain(List<Operation> history) {
        List<Operation> all = new ArrayList<>(history);
        all.removeIf(use -> use.kind() == Kind.REFUSED);
        return explain(all, Operation.NOTHING, Set.of(Operation.NOTHING));
    }

    private static boolean explain(List<Operation> left, String value, Set<String> written) {
        if (left.stream().allMatch(use -> use.kind() == Kind.OPEN)) {
            return true;
        }
        for (Operation next : left) {
            if (left.stream().anyMatch(other -> mustPrecede(other, next)) || !isPossible(next, value, written)) {
                continue;
            }
            List<Operation> rest = new ArrayList<>(left);
            rest.remove(next);
            boolean isWrite = next.kind().isWrite();
            Set<String> then = new HashSet<>(written);
            then.add(isWrite ? next.value() : value);
            if (explain(rest, isWrite ? next.value() : value, then)) {
                return true;
            }
        }
        return false;
    }

    /** A copy may have been taken at any time before it was seen, from a value of that time or an earlier one. */
    private static boolean mustPrecede(Operation one, Operation other) {
        return !other.kind().isCopy() && one.ended() < other.begun();
    }

    private static boolean isPossible(Operation next, String value, Set<String> written) {
        return switch (next.kind()) {
            case READ, TRUTH, FOUND -> next.value().equals(value);
            case COPY, SENT -> written.contains(next.value());
            case DONE, OPEN, REFUSED -> true;
        };
    }
}
