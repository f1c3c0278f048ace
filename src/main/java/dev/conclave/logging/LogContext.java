package dev.conclave.logging;

import dev.conclave.core.ElectionName;
import dev.conclave.core.SafeText;
import org.slf4j.MDC;

/**
 * What a line of the log about an election carries beside its text: {@code election}, {@code term} and {@code role} in the
 * MDC. Set around what is worth a line, never around a heartbeat. {@link AsyncLogger} takes the MDC along to the thread that
 * writes.
 */
public final class LogContext {

    private static final String ELECTION = "election";
    private static final String TERM = "term";
    private static final String ROLE = "role";

    private LogContext() {}

    /** Does something of which the log may have lines. */
    public static void around(ElectionName election, long term, String role, Runnable what) {
        MDC.put(ELECTION, SafeText.of(election.value()));
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
