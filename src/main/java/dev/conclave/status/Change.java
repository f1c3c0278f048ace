package dev.conclave.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * A change of an election, as one node noticed it.
 *
 * @param id its number on this node: a later change has a higher one, also after a restart
 * @param at when this node noticed it
 * @param election the name of the election
 * @param what {@code following}, {@code leaderless}, {@code standing}, {@code elected} or {@code ended}
 * @param term its term
 * @param leader the leader: of {@code following}, {@code elected} and {@code ended}
 * @param cause what brought it about, in words: an operator, the application, the end of a process, silence
 * @param reason why a leadership of this node ended: {@code lease-expired}, {@code hand-over}, {@code withdrawn}, {@code leaving},
 *     {@code higher-term} or {@code void}; empty for other changes
 */
public record Change(
        long id,
        Instant at,
        String election,
        String what,
        long term,
        Optional<String> leader,
        String cause,
        Optional<String> reason) {
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
