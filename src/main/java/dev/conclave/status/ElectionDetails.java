package dev.conclave.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One election as one node knows it, with everything that this node knows about it.
 *
 * @param version {@link NodeStatus#FORMAT_VERSION}
 * @param at when it was made
 * @param self the name of the node
 * @param name as in {@link ElectionRow}, and likewise the following eight
 * @param succession the candidates in the order in which they stand when the leader is gone (R11), as the leader names them; empty
 *     on other nodes
 * @param candidates the other candidates that the leader knows; empty on other nodes
 * @param users how many actors of this node serve in it
 * @param subscribers how many actors of this node receive its events
 * @param register what the node knows of the election's register; empty if it knows of none
 * @param changes the last changes that this node has kept of it, the newest last
 */
public record ElectionDetails(
        int version,
        Instant at,
        String self,
        String name,
        String role,
        Optional<String> leader,
        long term,
        Optional<Instant> since,
        Optional<Double> leaseLeftMillis,
        boolean stands,
        boolean joined,
        boolean ofLease,
        List<String> succession,
        List<String> candidates,
        int users,
        int subscribers,
        Optional<RegisterCopy> register,
        List<Change> changes) {

    /** Copies the lists. */
    public ElectionDetails {
        succession = List.copyOf(succession);
        candidates = List.copyOf(candidates);
        changes = List.copyOf(changes);
    }

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
