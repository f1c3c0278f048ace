package dev.conclave.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * The register of one election as one node knows it, without its value.
 *
 * @param term the fencing token of the leadership that wrote or repeated the value, as one number; 0 if the node knows no value
 * @param write the number of the write in that leadership
 * @param bytes the size of the value; empty if the register is empty
 * @param truth whether this is the newest value (U5): the node leads; otherwise it is a copy
 * @param ageMillis how long ago the node heard from the leader that its copy is the newest value; empty if it has not heard so in
 *     this life
 */
public record RegisterCopy(long term, long write, Optional<Integer> bytes, boolean truth, Optional<Double> ageMillis) {

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
