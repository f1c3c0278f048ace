package dev.conclave.judge;

import dev.conclave.core.ElectionName;
import java.util.List;
import java.util.Map;

/**
 * The result of judging the events of a trial.
 *
 * @param violations broken promises; empty if all held
 * @param elections what happened in each election
 */
public record Report(List<Violation> violations, Map<ElectionName, Figures> elections) {

    public Report {
        violations = List.copyOf(violations);
        elections = Map.copyOf(elections);
    }

    /** Whether every promise held. */
    public boolean isClean() {
        return violations.isEmpty();
    }

    /** Whether one promise held. */
    public boolean held(Violation.Promise promise) {
        return violations.stream().noneMatch(violation -> violation.promise() == promise);
    }

    /**
     * The events of one election in figures, for L1 and L2. These are not verdicts, since only the harness knows when faults had
     * stopped.
     *
     * @param leaderships in the order in which they were announced
     * @param firstLeaderNanos from the first event until the first leadership; {@link #NEVER} if there was none
     * @param longestLeaderlessNanos the longest time without a leader after the first one (L1)
     * @param stoodAgainstLeader how often a peer stood while another one led (L2); 0 unless messages are lost
     * @param stoodAgain how often a leader stood again while it led, above a higher term that it met (R1)
     */
    public record Figures(
            List<LeadershipInterval> leaderships,
            long firstLeaderNanos,
            long longestLeaderlessNanos,
            int stoodAgainstLeader,
            int stoodAgain) {

        /** The value of {@code firstLeaderNanos} if there was no leader. */
        public static final long NEVER = Long.MAX_VALUE;

        public Figures {
            leaderships = List.copyOf(leaderships);
        }
    }
}
