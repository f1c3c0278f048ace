package dev.conclave.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * One election as one node knows it.
 *
 * @param name its name
 * @param role the role of this node: {@code leader}, {@code candidate} or {@code follower}; {@code none} while it has no peer of it
 * @param leader the leader; empty while none is known
 * @param term the term of the leader, or the highest known term while no leader is known
 * @param since when this node learned of this leader, or of the lack of one; empty before that
 * @param leaseLeftMillis how long the lease of this node lasts without another renewal; empty if this node does not lead
 * @param stands whether the application on this node wants to lead it
 * @param joined whether the application on this node has joined it; a voter knows elections that its application has not joined
 * @param ofLease whether it is the election behind an Akka lease
 */
public record ElectionRow(
        String name,
        String role,
        Optional<String> leader,
        long term,
        Optional<Instant> since,
        Optional<Double> leaseLeftMillis,
        boolean stands,
        boolean joined,
        boolean ofLease) {
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
