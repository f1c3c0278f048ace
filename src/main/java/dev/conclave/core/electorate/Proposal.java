package dev.conclave.core.electorate;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A wish under way at the node that proposes it (E6). In memory only: if the node ends, the next proposer finishes what was
 * accepted, or it stays undone.
 *
 * @param wish its number at this node
 * @param by the cause, in words
 * @param dryRun whether only the steps are wanted, and what would be refused now
 * @param atMillis when it was made, by this node's wall clock
 * @param rest the single changes that are not yet done, the present one first; empty before they are known
 * @param wanted what is wanted
 * @param base the number of the configuration from which the present change starts
 * @param phase how far the present change came
 * @param ballot the ballot of the present round
 * @param answered the nodes that have answered in this phase
 * @param accepted the configuration that was accepted under the highest ballot among the promises
 * @param pauseNanos the longest E that a promise has named
 * @param value the configuration that is proposed; present from {@link Phase#ACCEPT} on
 * @param endsAt when the phase ends
 * @param againAt when the messages of the phase are sent again
 * @param givesUpAt when the present change is given up
 */
public record Proposal(
        long wish,
        String by,
        boolean dryRun,
        long atMillis,
        Wish wanted,
        List<SingleChange> rest,
        int base,
        Phase phase,
        RoundBallot ballot,
        Set<PeerId> answered,
        Optional<Acceptance> accepted,
        long pauseNanos,
        Optional<Configuration> value,
        long endsAt,
        long againAt,
        long givesUpAt) {

    /** How far the present change of a wish came. */
    public enum Phase {
        /** Asks the nodes concerned whether they answer and what they hold: a change that cannot succeed does not begin. */
        SURVEY,
        /** Collects promises. */
        PREPARE,
        /** Waits until every lease is over that was given before the promises. */
        PAUSE,
        /** Collects acceptances. */
        ACCEPT,
        /** Was refused, and tries again later. */
        RETRY,
        /** The configuration is chosen, and the others are told, until a majority obeys it. */
        SPREAD
    }

    /** Makes the sets immutable. */
    public Proposal {
        rest = List.copyOf(rest);
        answered = Set.copyOf(answered);
    }

    /** The present change. */
    SingleChange change() {
        return rest.get(0);
    }

    Proposal in(Phase next, long ends, long again) {
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                rest,
                base,
                next,
                ballot,
                Set.of(),
                accepted,
                pauseNanos,
                value,
                ends,
                again,
                givesUpAt);
    }

    Proposal with(RoundBallot fresh) {
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                rest,
                base,
                phase,
                fresh,
                Set.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                endsAt,
                againAt,
                givesUpAt);
    }

    Proposal with(List<SingleChange> changes) {
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                changes,
                base,
                phase,
                ballot,
                answered,
                accepted,
                pauseNanos,
                value,
                endsAt,
                againAt,
                givesUpAt);
    }

    Proposal proposing(Configuration next) {
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                rest,
                base,
                phase,
                ballot,
                answered,
                accepted,
                pauseNanos,
                Optional.of(next),
                endsAt,
                againAt,
                givesUpAt);
    }

    Proposal answeredBy(PeerId peer) {
        Set<PeerId> more = new TreeSet<>(answered);
        more.add(peer);
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                rest,
                base,
                phase,
                ballot,
                more,
                accepted,
                pauseNanos,
                value,
                endsAt,
                againAt,
                givesUpAt);
    }

    Proposal promisedBy(PeerId peer, Optional<Acceptance> theirs, long longestNanos) {
        boolean isHigher = theirs.isPresent()
                && (accepted.isEmpty()
                        || theirs.get().ballot().isAbove(accepted.get().ballot()));
        Set<PeerId> more = new TreeSet<>(answered);
        more.add(peer);
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                rest,
                base,
                phase,
                ballot,
                more,
                isHigher ? theirs : accepted,
                Math.max(pauseNanos, longestNanos),
                value,
                endsAt,
                againAt,
                givesUpAt);
    }

    Proposal after(List<SingleChange> changes, int number, long now, long patience) {
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                changes,
                number,
                Phase.SURVEY,
                RoundBallot.NONE,
                Set.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                now,
                now,
                now + patience);
    }

    Proposal sentAgainAt(long at) {
        return new Proposal(
                wish,
                by,
                dryRun,
                atMillis,
                wanted,
                rest,
                base,
                phase,
                ballot,
                answered,
                accepted,
                pauseNanos,
                value,
                endsAt,
                at,
                givesUpAt);
    }
}
