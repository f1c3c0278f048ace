package dev.conclave.explore.search;

/** The limits of a complete search. Events that are choices are counted, see {@link LimitUsage}. */
public enum SearchLimit {
    /** How many processes end; each may also lose ballots that were written and not forced. */
    CRASHES(0),
    /** How often a peer receives a proof of death. */
    PROOFS(1),
    /** How often a leader hands over or leaves. */
    HAND_OVERS(2),
    /** How often a node cannot vouch for its leaderships. */
    VOIDS(3),
    /** How many messages arrive twice. */
    REPEATS(4),
    /** How many rounds of heartbeats are sent, the first of each leader not counted. */
    BEATS(5),
    /** How many other ticks peers receive. */
    TIMERS(6),
    /** How often a peer forgets an election that is not needed. */
    FORGETS(7),
    /** How often another process takes the name of a non-voter. */
    SUPPLANTS(8),
    /** How often a leader writes its register. */
    WRITES(9),
    /** How often true time goes on by a tick. */
    TICKS(-1),
    /** The highest term. */
    TERM(-1),
    /** How many messages are in flight at most; more are lost. */
    MESSAGES(-1),
    /** How many messages, at least, are in flight before one may be lost by choice. */
    STRAYS(-1);

    private final int place;

    SearchLimit(int place) {
        this.place = place;
    }

    /** Whether each choice counts towards the limit; the other limits are read from the world. */
    public boolean isCounted() {
        return place >= 0;
    }

    /** Where {@link LimitUsage} counts it. */
    public int place() {
        return place;
    }
}
