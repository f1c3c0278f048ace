package dev.conclave.explore;

/**
 * One choice of the world. A run is a list of them. A letter is named by its ends, kind and term, not by a number, so that a
 * list from which others were taken still means the same; a choice that cannot be made any more changes nothing.
 *
 * @param what which choice
 * @param peer the peer that it is about
 * @param other the sender of a letter, or whose death is proven; else 0
 * @param number see {@link What}
 * @param kind the kind of a letter, see {@link Letter#kind}; else 0
 * @param nth which of the letters that fit, oldest first
 * @param draw the random number of the step
 */
record Choice(What what, int peer, int other, long number, int kind, int nth, long draw) {

    enum What {
        /** True time passes: {@code number} microseconds. */
        ADVANCE,
        /** The peer's clock, and no other, goes on by {@code number} nanoseconds: only where clocks are not judged. */
        JUMP,
        /** The peer's clock runs at {@code number} thousandths of true time from now on. */
        RATE,
        /** The peer gets a tick. */
        TICK,
        /** The letter arrives. */
        DELIVER,
        /** The letter arrives and will arrive again. */
        REPEAT,
        /** The letter is lost. */
        DROP,
        /** The {@code number} oldest written ballots are forced. */
        FORCE,
        /** The process ends; of what was written and not forced the {@code number} oldest ballots are on disk. */
        CRASH,
        /** The process starts again: a new life with what is on its disk. */
        START,
        /** The peer is told to stand. */
        STAND,
        /** The peer is told to stand no more. */
        WITHDRAW,
        /** The peer is told to hand over. */
        HAND_OVER,
        /** The node is told to shut down. */
        LEAVE,
        /** The users of the peer's leadership of term {@code number} have stopped. */
        USERS_STOPPED,
        /** The peer gets the proof that life {@code number} of the other is over. */
        PROOF,
        /** The node cannot vouch for its leaderships any more; with {@code number} 1 its listener has ended for good. */
        VOID
    }

    static Choice of(What what, int peer) {
        return new Choice(what, peer, 0, 0, 0, 0, 0);
    }

    static Choice of(What what, int peer, long number) {
        return new Choice(what, peer, 0, number, 0, 0, 0);
    }

    static Choice advance(long micros) {
        return of(What.ADVANCE, 0, micros);
    }

    Choice withDraw(long drawn) {
        return new Choice(what, peer, other, number, kind, nth, drawn);
    }

    @Override
    public String toString() {
        String drawn = draw == 0 ? "" : " draw " + draw;
        return switch (what) {
            case ADVANCE -> "+" + number + "us";
            case JUMP -> "p" + peer + " clock +" + number + "ns";
            case RATE -> "p" + peer + " clock runs at " + number + "/1000";
            case DELIVER, REPEAT, DROP ->
                what + " " + Letter.nameOf(kind) + "(" + number + ") p" + other + "->p" + peer
                        + (nth == 0 ? "" : " #" + nth) + drawn;
            case FORCE, CRASH, USERS_STOPPED, VOID -> what + " p" + peer + " " + number + drawn;
            case PROOF -> what + " at p" + peer + ": life " + number + " of p" + other + " is over" + drawn;
            case TICK, START, STAND, WITHDRAW, HAND_OVER, LEAVE -> what + " p" + peer + drawn;
        };
    }

    /** As Java source, to keep a run as a test. */
    String toSource() {
        return "c(" + what + ", " + peer + ", " + other + ", " + number + "L, " + kind + ", " + nth + ", " + draw
                + "L)";
    }
}
