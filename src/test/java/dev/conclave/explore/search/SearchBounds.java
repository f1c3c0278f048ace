package dev.conclave.explore.search;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.PeerGroup;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The bounds of a complete search.
 *
 * @param group the peers
 * @param start which of the peers are up and led when it begins
 * @param timed whether time is true: all clocks go on together, each at its rate, and S3 to S5 are judged. Without, any
 *     clock may jump to its next deadline at any moment
 * @param tickMicros how much true time passes at once
 * @param slow the peers whose clocks are as slow as rho allows, as bits; all others are as fast as it allows
 * @param mortal the peers whose processes may end, as bits
 * @param limits how often each event may happen
 * @param script the first choices, as {@link Choice#parse} reads them
 */
public record SearchBounds(
        PeerGroup group,
        Start start,
        boolean timed,
        long tickMicros,
        long slow,
        long mortal,
        Map<SearchLimit, Integer> limits,
        List<String> script) {

    /** The state in which a search begins. */
    public enum Start {
        /** All peers have just started for the first time, and no peer leads. */
        BLANK,
        /** p0 leads term 1 with a lease, and all others have acknowledged its last heartbeat. */
        LED
    }

    private static final int TICK_MICROS = 5000;

    /** A leader leads, and time is true; the first peer's clock is slow, all others' are fast. */
    public static SearchBounds led(PeerGroup group, String limits) {
        return new SearchBounds(group, Start.LED, true, TICK_MICROS, 1, -1, parse(limits), List.of());
    }

    /** All peers have just started, and no peer leads; time and clocks are as above. */
    public static SearchBounds blank(PeerGroup group, String limits) {
        return new SearchBounds(group, Start.BLANK, true, TICK_MICROS, 1, -1, parse(limits), List.of());
    }

    /** All peers have just started, and clocks are not judged: S1, S2 and R3 alone. */
    public static SearchBounds untimed(PeerGroup group, String limits) {
        return new SearchBounds(group, Start.BLANK, false, TICK_MICROS, 0, -1, parse(limits), List.of());
    }

    /** These bounds, where only these processes end. */
    public SearchBounds ending(long peers) {
        return new SearchBounds(group, start, timed, tickMicros, slow, peers, limits, script);
    }

    /** These bounds, where the clocks of these peers are slow. */
    public SearchBounds slow(long peers) {
        return new SearchBounds(group, start, timed, tickMicros, peers, mortal, limits, script);
    }

    /** These bounds, where so much true time passes at once. */
    public SearchBounds every(long micros) {
        return new SearchBounds(group, start, timed, micros, slow, mortal, limits, script);
    }

    /** These bounds, from the state to which the script leads, a choice a line. */
    public SearchBounds after(String choices) {
        return new SearchBounds(
                group,
                start,
                timed,
                tickMicros,
                slow,
                mortal,
                limits,
                choices.lines().toList());
    }

    /** These bounds, where the event never happens. */
    public SearchBounds without(SearchLimit event) {
        Map<SearchLimit, Integer> rest = new EnumMap<>(limits);
        rest.put(event, 0);
        return new SearchBounds(group, start, timed, tickMicros, slow, mortal, rest, script);
    }

    /** The limits as {@link #parse} reads them. */
    public String describe() {
        return limits.entrySet().stream()
                .map(limit -> limit.getKey().name().toLowerCase(Locale.ROOT) + "=" + limit.getValue())
                .collect(Collectors.joining(" "));
    }

    /** The limit; 0 if it is not named. */
    public int most(SearchLimit limit) {
        if (limit == SearchLimit.STRAYS && !limits.containsKey(limit)) {
            return most(SearchLimit.MESSAGES) - 1;
        }
        return limits.getOrDefault(limit, 0);
    }

    /**
     * Reads limits as {@code term=2 crashes=1 messages=3}.
     *
     * @throws IllegalArgumentException if one is unknown, or larger than can be counted
     */
    public static Map<SearchLimit, Integer> parse(String limits) {
        Map<SearchLimit, Integer> read = new EnumMap<>(SearchLimit.class);
        for (String word : limits.split(" ", -1)) {
            int at = word.indexOf('=');
            SearchLimit limit = SearchLimit.valueOf(word.substring(0, at).toUpperCase(Locale.ROOT));
            int most = Integer.parseInt(word.substring(at + 1));
            if (limit.isCounted() && most > LimitUsage.MOST) {
                throw new IllegalArgumentException(word + " is more than can be counted, which is " + LimitUsage.MOST);
            }
            read.put(limit, most);
        }
        return read;
    }

    /** How fast the peer's clock runs, in thousandths. */
    public int rate(int peer) {
        int off = (int) Math.round(group.settings().maxClockDrift() * 1000);
        return !timed ? 1000 : ((slow >> peer) & 1) == 1 ? 1000 - off : 1000 + off;
    }
}
