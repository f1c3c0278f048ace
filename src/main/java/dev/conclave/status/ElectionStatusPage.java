package dev.conclave.status;

import java.time.Instant;
import java.util.List;

/**
 * A part of the elections that a node knows, sorted by name.
 *
 * @param version {@link NodeStatus#FORMAT_VERSION}
 * @param at when it was made
 * @param self the name of the node
 * @param matching how many elections match the question
 * @param offset how many of those come before the first row
 * @param elections at most {@link #MOST_ROWS} rows
 */
public record ElectionStatusPage(
        int version, Instant at, String self, int matching, int offset, List<ElectionRow> elections) {

    /** The maximum number of rows, so that ten thousand elections stay quick. */
    public static final int MOST_ROWS = 200;

    /** Copies the list. */
    public ElectionStatusPage {
        elections = List.copyOf(elections);
    }
}
