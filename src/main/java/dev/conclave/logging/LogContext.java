package dev.conclave.logging;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PrintableText;
import dev.conclave.core.Terms;
import org.slf4j.MDC;

/**
 * Sets the MDC of log lines about an election: {@code election}, {@code term} and {@code role}. Not used for heartbeats, since it
 * costs time. {@link AsyncLogger} passes the MDC to the writing thread.
 */
public final class LogContext {

    private static final String ELECTION = "election";
    private static final String TERM = "term";
    private static final String ROLE = "role";

    private LogContext() {}

    /** Runs a task that may log. */
    public static void around(ElectionName election, long term, String role, Runnable what) {
        MDC.put(ELECTION, PrintableText.of(election.value()));
        MDC.put(TERM, Terms.show(term));
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
