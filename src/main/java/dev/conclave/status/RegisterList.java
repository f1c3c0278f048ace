package dev.conclave.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The registers that a node holds on its disk, without their values, in the order of their elections' names.
 *
 * @param version {@link NodeStatus#FORMAT_VERSION}
 * @param at when it was made
 * @param self the name of the node
 * @param registers at most {@value ElectionStatusPage#MOST_ROWS} of them
 * @param more whether there are more behind the last one
 */
public record RegisterList(int version, Instant at, String self, List<Row> registers, boolean more) {

    /** Copies the list. */
    public RegisterList {
        registers = List.copyOf(registers);
    }

    /**
     * One register. A majority need not have what this node has stored.
     *
     * @param election the election
     * @param term the fencing token of the leadership that wrote or repeated the value, as one number
     * @param write the number of the write in that leadership
     * @param bytes the size of the value; empty if the register is empty
     * @param leads whether the node leads the election, and so knows the newest value
     */
    public record Row(String election, long term, long write, Optional<Integer> bytes, boolean leads) {

        /**
         * The term for people: {@code n.k}, the k-th term of configuration n.
         *
         * @return its text
         */
        @JsonProperty(access = JsonProperty.Access.READ_ONLY)
        public String termText() {
            return TermText.of(term);
        }
    }
}
