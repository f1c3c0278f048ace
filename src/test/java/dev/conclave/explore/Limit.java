package dev.conclave.explore;

/** What a complete search bounds. What happens by choice is counted, see {@link Spent}. */
enum Limit {
    /** How many processes end, for each also with less on its disk than was written. */
    CRASHES(0),
    /** How often a peer gets a proof of death. */
    PROOFS(1),
    /** How often somebody hands over or leaves. */
    WORDS(2),
    /** How often a node cannot vouch for its leaderships. */
    VOIDS(3),
    /** How many letters arrive twice. */
    REPEATS(4),
    /** How many rounds of heartbeats are sent, the first of each leader not counted. */
    BEATS(5),
    /** How many other ticks peers get. */
    TIMERS(6),
    /** How many data directories are lost. */
    WIPES(7),
    /** How often an operator says a word about one. */
    ACCEPTS(8),
    /** How many ticks nodes get. */
    GREETINGS(9),
    /** How often a peer forgets an election that nobody needs. */
    FORGETS(10),
    /** How often another process gets the name of a peer that is no voter. */
    SUPPLANTS(11),
    /** How often true time goes on by a tick. */
    TICKS(-1),
    /** The highest term. */
    TERM(-1),
    /** How many letters are in flight at most; more are lost. */
    LETTERS(-1),
    /** How many letters, at least, are in flight before one may be lost by choice. */
    STRAYS(-1);

    private final int place;

    Limit(int place) {
        this.place = place;
    }

    /** Whether it is counted choice by choice; the others are seen in the world itself. */
    boolean isCounted() {
        return place >= 0;
    }

    /** Where {@link Spent} counts it. */
    int place() {
        return place;
    }
}
