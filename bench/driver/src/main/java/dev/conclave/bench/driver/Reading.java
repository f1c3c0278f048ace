package dev.conclave.bench.driver;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * One measured value, or the failure to get one.
 *
 * @param block in which block, see {@link Block#key()}
 * @param lap which time round
 * @param system the key of the system
 * @param row what was measured
 * @param value in the row's unit; null if it failed
 * @param pressure the share of time that somebody waited for a processor, from a second before the blow to the new leader's
 *     word; null if unknown
 * @param failure why there is no value; null if there is one
 * @param more whatever else was seen
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Reading(
        String block,
        int lap,
        String system,
        Row row,
        Double value,
        Double pressure,
        String failure,
        Map<String, Object> more) {

    boolean isQuiet() {
        return pressure != null && pressure < Pressure.QUIET;
    }
}
