package dev.conclave.actor;

import dev.conclave.core.ElectionName;
import org.slf4j.MDC;

/**
 * What a line of the log about an election carries beside its words: {@code election}, {@code term} and {@code role} in the
 * MDC of its thread. Set around what is worth a line, never around a heartbeat.
 */
final class LogContext {

    private static final String ELECTION = "election";
    private static final String TERM = "term";
    private static final String ROLE = "role";

    private LogContext() {}

    /** Does something of which the log may have lines. */
    static void around(ElectionName election, long term, String role, Runnable what) {
        MDC.put(ELECTION, election.value());
        MDC.put(TERM, Long.toString(term));
        MDC.put(ROLE, role);
        try {
            what.run();
        } finally {
            MDC.remove(ELECTION);
            MDC.remove(TERM);
            MDC.remove(ROLE);
        }
    }
}
