package dev.conclave.explore.world;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One choice of the world. A run is a list of them. A message is named by its ends, kind and term, not by a number, so that a
 * list from which others were taken still means the same; a choice that cannot be made any more changes nothing.
 *
 * @param what which choice
 * @param peer the peer that it is about
 * @param other the sender of a message, or the peer whose death is proven; else 0
 * @param number see {@link What}
 * @param kind the kind of a message, see {@link InFlight#kind()}; else 0
 * @param nth which of the messages that fit, oldest first
 * @param draw the random number of the step
 */
public record Choice(What what, int peer, int other, long number, int kind, int nth, long draw) {

    public enum What {
        /** True time passes: {@code number} microseconds. */
        ADVANCE,
        /** The peer's clock, and no other, goes on by {@code number} nanoseconds: only where clocks are not judged. */
        JUMP,
        /** The peer's clock runs at {@code number} thousandths of true time from now on. */
        RATE,
        /** The peer receives a tick. */
        TICK,
        /** The message arrives. */
        DELIVER,
        /** The message arrives and will arrive again. */
        REPEAT,
        /** The message is lost. */
        DROP,
        /** The {@code number} oldest written ballots are forced. */
        FORCE,
        /** The process ends; of the ballots that were written and not forced the {@code number} oldest are on disk. */
        CRASH,
        /** The process starts again: a new life with the contents of its disk. */
        START,
        /**
         * Another process takes the address of a non-voter: no peer receives messages of the former one any more, but it may
         * live on and lead until its lease ends. The peer is down then, as after {@link #CRASH}, but no peer ever receives a
         * proof.
         */
        SUPPLANT,
        /** The peer is told to stand. */
        STAND,
        /** The peer is told to withdraw. */
        WITHDRAW,
        /** The peer is told to hand over. */
        HAND_OVER,
        /** The node is told to shut down. */
        LEAVE,
        /** The leader writes its register. */
        WRITE,
        /** The users of the peer's leadership of term {@code number} have stopped. */
        USERS_STOPPED,
        /** The peer receives the proof that life {@code number} of the other is over. */
        PROOF,
        /**
         * The journal of a peer that is not needed forgets the election, under a floor that lies {@code number} above its
         * ballot, and the peer starts again.
         */
        FORGET,
        /** The node cannot vouch for its leaderships any more; with {@code number} 1 its listener has ended for good. */
        VOID
    }

    public static Choice of(What what, int peer) {
        return new Choice(what, peer, 0, 0, 0, 0, 0);
    }

    public static Choice of(What what, int peer, long number) {
        return new Choice(what, peer, 0, number, 0, 0, 0);
    }

    public static Choice advance(long micros) {
        return of(What.ADVANCE, 0, micros);
    }

    public Choice withDraw(long drawn) {
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
                what + " " + InFlight.nameOf(kind) + "(" + number + ") p" + other + "->p" + peer
                        + (nth == 0 ? "" : " #" + nth) + drawn;
            case FORCE, CRASH, USERS_STOPPED, VOID, FORGET -> what + " p" + peer + " " + number + drawn;
            case PROOF -> what + " at p" + peer + ": life " + number + " of p" + other + " is over" + drawn;
            case HAND_OVER -> what + " p" + peer + (number == 0 ? "" : " " + number) + drawn;
            case TICK, START, SUPPLANT, STAND, WITHDRAW, LEAVE, WRITE -> what + " p" + peer + drawn;
        };
    }

    private static final Pattern TIME = Pattern.compile("\\+(\\d+)us");
    private static final Pattern CLOCK = Pattern.compile("p(\\d+) clock (?:runs at (\\d+)/1000|\\+(\\d+)ns)");
    private static final Pattern MESSAGE =
            Pattern.compile("(DELIVER|REPEAT|DROP) (\\w+)\\((\\d+)\\) p(\\d+)->p(\\d+)(?: #(\\d+))?");
    private static final Pattern PROVEN = Pattern.compile("PROOF at p(\\d+): life (\\d+) of p(\\d+) is over");
    private static final Pattern PLAIN = Pattern.compile("([A-Z_]+) p(\\d+)(?: (\\d+))?");

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Choice parse(String text) {
        int at = text.indexOf(" draw ");
        long drawn = at < 0 ? 0 : Long.parseLong(text.substring(at + 6));
        String said = at < 0 ? text : text.substring(0, at);
        Matcher m = TIME.matcher(said);
        if (m.matches()) {
            return advance(number(m, 1)).withDraw(drawn);
        }
        m = CLOCK.matcher(said);
        if (m.matches()) {
            return (m.group(2) != null
                            ? of(What.RATE, (int) number(m, 1), number(m, 2))
                            : of(What.JUMP, (int) number(m, 1), number(m, 3)))
                    .withDraw(drawn);
        }
        m = MESSAGE.matcher(said);
        if (m.matches()) {
            int kind = 0;
            while (!InFlight.nameOf(kind).equals(m.group(2))) {
                if (++kind > InFlight.LAST_KIND) {
                    throw new IllegalArgumentException("no kind of message is called " + m.group(2) + ": " + text);
                }
            }
            return new Choice(
                    What.valueOf(m.group(1)),
                    (int) number(m, 5),
                    (int) number(m, 4),
                    number(m, 3),
                    kind,
                    (int) number(m, 6),
                    drawn);
        }
        m = PROVEN.matcher(said);
        if (m.matches()) {
            return new Choice(What.PROOF, (int) number(m, 1), (int) number(m, 3), number(m, 2), 0, 0, drawn);
        }
        m = PLAIN.matcher(said);
        if (m.matches()) {
            return of(What.valueOf(m.group(1)), (int) number(m, 2), number(m, 3))
                    .withDraw(drawn);
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a choice");
    }

    private static long number(Matcher m, int group) {
        return m.group(group) == null ? 0 : Long.parseLong(m.group(group));
    }
}
