package dev.conclave.core.electorate;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far a proposer came with one single change (E6).
 *
 * @param phase the phase
 * @param ballot the ballot of the round; {@link RoundBallot#NONE} before the first promise is asked for
 * @param answered the nodes that have answered in this phase
 * @param accepted the configuration that was accepted under the highest ballot among the promises
 * @param pauseNanos the longest E that a promise has named
 * @param value the configuration that is proposed; present from {@link Phase#ACCEPT} on
 * @param endsAt when the phase ends
 * @param againAt when the messages of the phase are sent again
 */
public record Round(
        Phase phase,
        RoundBallot ballot,
        Set<PeerId> answered,
        Optional<Acceptance> accepted,
        long pauseNanos,
        Optional<Configuration> value,
        long endsAt,
        long againAt) {

    /** The phases of a single change. */
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

    /** Makes the set immutable. */
    public Round {
        answered = Set.copyOf(answered);
    }

    /** The survey before the first ballot. */
    static Round surveying(long now, long endsAt) {
        return new Round(Phase.SURVEY, RoundBallot.NONE, Set.of(), Optional.empty(), 0, Optional.empty(), endsAt, now);
    }

    /** A fresh ballot, for which promises are collected. */
    static Round preparing(RoundBallot ballot, long now, long endsAt) {
        return new Round(Phase.PREPARE, ballot, Set.of(), Optional.empty(), 0, Optional.empty(), endsAt, now);
    }

    /** The next phase under the same ballot. */
    Round in(Phase next, long ends, long again) {
        return new Round(next, ballot, Set.of(), accepted, pauseNanos, value, ends, again);
    }

    Round proposing(Configuration next) {
        return new Round(phase, ballot, answered, accepted, pauseNanos, Optional.of(next), endsAt, againAt);
    }

    Round answeredBy(PeerId peer) {
        return new Round(phase, ballot, and(peer), accepted, pauseNanos, value, endsAt, againAt);
    }

    Round promisedBy(PeerId peer, Optional<Acceptance> theirs, long longestNanos) {
        boolean isHigher = theirs.isPresent()
                && (accepted.isEmpty()
                        || theirs.get().ballot().isAbove(accepted.get().ballot()));
        return new Round(
                phase,
                ballot,
                and(peer),
                isHigher ? theirs : accepted,
                Math.max(pauseNanos, longestNanos),
                value,
                endsAt,
                againAt);
    }

    Round sentAgainAt(long at) {
        return new Round(phase, ballot, answered, accepted, pauseNanos, value, endsAt, at);
    }

    private Set<PeerId> and(PeerId peer) {
        Set<PeerId> more = new TreeSet<>(answered);
        more.add(peer);
        return more;
    }
}
