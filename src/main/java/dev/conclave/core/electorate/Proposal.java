package dev.conclave.core.electorate;

import java.util.List;
import java.util.Optional;

/**
 * A wish under way at the node that proposes it (E6). In memory only: if the node ends, the next proposer finishes what was
 * accepted, or it stays undone.
 *
 * @param request the wish
 * @param rest the single changes that are not yet done, the present one first; empty before they are known
 * @param base the number of the configuration from which the present change starts
 * @param own the configuration that this node has last asked to be accepted for its wish, and not for another proposer's
 * @param round how far the present change came
 * @param givesUpAt when the present change is given up
 */
public record Proposal(
        Request request, List<SingleChange> rest, int base, Optional<Configuration> own, Round round, long givesUpAt) {

    /**
     * A wish as this node was asked for it.
     *
     * @param number its number at this node
     * @param wanted the wish
     * @param dryRun whether only the steps are wanted, and what would be refused now
     * @param by the cause, in words
     * @param atMillis when it was made, by this node's wall clock
     */
    public record Request(long number, Wish wanted, boolean dryRun, String by, long atMillis) {}

    /** Makes the list immutable. */
    public Proposal {
        rest = List.copyOf(rest);
    }

    /** The survey before the next single change. */
    static Proposal surveying(
            Request request, List<SingleChange> rest, int base, long now, long surveyedAt, long givesUpAt) {
        return new Proposal(request, rest, base, Optional.empty(), Round.surveying(now, surveyedAt), givesUpAt);
    }

    /** The present change. */
    SingleChange change() {
        return rest.get(0);
    }

    Proposal in(Round changed) {
        return new Proposal(request, rest, base, own, changed, givesUpAt);
    }

    Proposal planned(List<SingleChange> changes) {
        return new Proposal(request, changes, base, own, round, givesUpAt);
    }

    Proposal owning(Configuration next) {
        return new Proposal(request, rest, base, Optional.of(next), round, givesUpAt);
    }
}
