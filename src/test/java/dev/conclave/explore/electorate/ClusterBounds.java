package dev.conclave.explore.electorate;

import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The bounds of a complete search of a {@link Cluster}. A bound leaves runs out; it adds none.
 *
 * <p>A tick is 10 ms, and H is a little less, so that a leader's round is due at each tick. E is a whole number of ticks, and so
 * is the time for which a voter is loyal: a lease and the loyalty that it rests on end at the same tick.
 */
final class ClusterBounds {

    static final long TICK_MICROS = 10_000;

    /** A wish that a node may be asked for at any moment. */
    record Asked(int node, Wish wish) {}

    final int size;
    final int voters;

    long directories;
    int electionTicks = 2;
    long tickMicros = TICK_MICROS;
    long heartbeatMicros = 9_000;
    long electionMicros;
    double drift;

    /** The nodes whose clocks are slow, as bits; with drift all others are fast. */
    long slow;

    /** Pairs of nodes between which messages of the election pass, both ways. */
    private final Set<Integer> notes = new HashSet<>();

    /** Pairs of nodes between which messages about the electorate pass, both ways. */
    private final Set<Integer> letters = new HashSet<>();

    /** The nodes whose peers' timers fire, as bits; leaders beat in any case. */
    long timed = -1;

    /** The nodes whose processes may end, as bits. */
    long mortal = -1;

    /** Whether a write stays pending until it is forced by choice; otherwise it is forced at once. */
    boolean lateDisks;

    /** Whether a peer obeys a configuration later than its node, by choice. */
    boolean lateSwitches;

    /**
     * Whether leaders and electorates receive their ticks by choice, as late as may be. Otherwise each receives a tick that is due as
     * soon as time has passed: that a leader's clock ends its lease the oracle sees in any case, and a proposer is a danger
     * when it is early.
     */
    boolean lateTimers;

    /** Whether the node that is first in the list may found, and each founding draws another group. */
    boolean founds;

    /** The messages that arrive in the moment in which they are sent, in that order. */
    final Set<Class<?>> atOnce = new HashSet<>();

    /** The messages that never arrive. */
    final Set<Class<?>> lost = new HashSet<>();

    /** Whether a message may arrive that has nothing left to say, see {@link ClusterMove}. */
    boolean keepsStale;

    /** The messages of which one may arrive that has nothing left to say. */
    final Set<Class<?>> keptStale = new HashSet<>();

    final List<Asked> wishes = new ArrayList<>();

    /** Leads to the state in which the search begins. */
    Consumer<ClusterScript> script = ClusterScript::found;

    final Map<ClusterLimit, Integer> limits = new EnumMap<>(ClusterLimit.class);

    /** Nodes, of which the first ones stand in every file; all have directories. */
    ClusterBounds(int size, int voters, String limits) {
        this.size = size;
        this.voters = voters;
        directories = (1L << size) - 1;
        for (int one = 0; one < size; one++) {
            for (int other = 0; other < size; other++) {
                notes.add(pair(one, other));
                letters.add(pair(one, other));
            }
        }
        atOnce(
                ElectorateMessage.Holds.class,
                Message.Observe.class,
                Message.RequestPreVote.class,
                Message.PreVoteGranted.class,
                Message.PreVoteRefused.class);
        for (String word : limits.split(" ", -1)) {
            int at = word.indexOf('=');
            ClusterLimit limit = ClusterLimit.valueOf(word.substring(0, at).toUpperCase(Locale.ROOT));
            this.limits.put(limit, Integer.parseInt(word.substring(at + 1)));
        }
    }

    private ClusterBounds(ClusterBounds other) {
        size = other.size;
        voters = other.voters;
        directories = other.directories;
        electionTicks = other.electionTicks;
        tickMicros = other.tickMicros;
        heartbeatMicros = other.heartbeatMicros;
        electionMicros = other.electionMicros;
        drift = other.drift;
        slow = other.slow;
        notes.addAll(other.notes);
        letters.addAll(other.letters);
        timed = other.timed;
        mortal = other.mortal;
        lateDisks = other.lateDisks;
        lateSwitches = other.lateSwitches;
        lateTimers = other.lateTimers;
        founds = other.founds;
        atOnce.addAll(other.atOnce);
        lost.addAll(other.lost);
        keepsStale = other.keepsStale;
        keptStale.addAll(other.keptStale);
        wishes.addAll(other.wishes);
        script = other.script;
        limits.putAll(other.limits);
    }

    private static int pair(int one, int other) {
        return Math.min(one, other) * 8 + Math.max(one, other);
    }

    private static void only(Set<Integer> pairs, String these) {
        pairs.clear();
        for (String pair : these.split(" ", -1)) {
            if (!pair.isEmpty()) {
                pairs.add(pair(pair.charAt(0) - '0', pair.charAt(1) - '0'));
            }
        }
    }

    ClusterBounds atOnce(Class<?>... kinds) {
        atOnce.addAll(List.of(kinds));
        return this;
    }

    /** Configurations spread at once to every node that may be told: only how long each peer takes to obey is left. */
    ClusterBounds spreadingAtOnce() {
        return atOnce(ElectorateMessage.Shown.class);
    }

    /** A round's messages arrive at once: how elections go on beside a change is searched, and not how rounds meet. */
    ClusterBounds roundsAtOnce() {
        return atOnce(
                ElectorateMessage.Prepare.class,
                ElectorateMessage.Promise.class,
                ElectorateMessage.Accept.class,
                ElectorateMessage.Accepted.class,
                ElectorateMessage.Refused.class);
    }

    /** These messages are all lost. */
    ClusterBounds losing(Class<?>... kinds) {
        lost.addAll(List.of(kinds));
        return this;
    }

    /** Refusals and releases, which only make elections faster, are all lost. */
    ClusterBounds losingRefusals() {
        return losing(
                Message.Release.class,
                Message.HeartbeatRefused.class,
                Message.VoteRefused.class,
                Message.PreVoteRefused.class);
    }

    ClusterBounds keepingStale() {
        keepsStale = true;
        return this;
    }

    ClusterBounds keepingStale(Class<?>... kinds) {
        keptStale.addAll(List.of(kinds));
        return this;
    }

    ClusterBounds notes(String pairs) {
        only(notes, pairs);
        return this;
    }

    ClusterBounds letters(String pairs) {
        only(letters, pairs);
        return this;
    }

    ClusterBounds timed(long nodes) {
        timed = nodes;
        return this;
    }

    ClusterBounds mortal(long nodes) {
        mortal = nodes;
        return this;
    }

    ClusterBounds election(int ticks) {
        electionTicks = ticks;
        return this;
    }

    ClusterBounds lateDisks() {
        lateDisks = true;
        return this;
    }

    ClusterBounds lateSwitches() {
        lateSwitches = true;
        return this;
    }

    ClusterBounds lateTimers() {
        lateTimers = true;
        return this;
    }

    ClusterBounds asking(int node, Wish wish) {
        wishes.add(new Asked(node, wish));
        return this;
    }

    ClusterBounds from(Consumer<ClusterScript> begin) {
        script = begin;
        return this;
    }

    /**
     * Clocks as wrong as rho = 0.2 allows: in a tick of 5 ms a slow clock counts 4 and a fast one 6, so that a slow leader's lease
     * of just below 8 and a fast voter's loyalty of 12 both end after two ticks.
     */
    ClusterBounds drifting(long slowNodes) {
        tickMicros = 5_000;
        heartbeatMicros = 3_900;
        electionMicros = 12_000;
        drift = 0.2;
        slow = slowNodes;
        return this;
    }

    ClusterBounds founding() {
        founds = true;
        return this;
    }

    /** These bounds for a script: every link is whole, and disks and peers are quick. */
    ClusterBounds unlimited() {
        ClusterBounds all = new ClusterBounds(size, voters, "messages=1000");
        all.directories = directories;
        all.electionTicks = electionTicks;
        all.tickMicros = tickMicros;
        all.heartbeatMicros = heartbeatMicros;
        all.electionMicros = electionMicros;
        all.founds = founds;
        all.lateTimers = true;
        all.atOnce.addAll(atOnce);
        all.timed = timed;
        return all;
    }

    /** These bounds, where the event never happens. */
    ClusterBounds without(ClusterLimit event) {
        ClusterBounds rest = new ClusterBounds(this);
        rest.limits.put(event, 0);
        return rest;
    }

    long electionMicros() {
        return electionMicros != 0 ? electionMicros : electionTicks * tickMicros;
    }

    boolean passes(Cluster.Flight flight) {
        return (flight instanceof Cluster.Flight.Note ? notes : letters).contains(pair(flight.from(), flight.to()))
                && !lost.contains(kind(flight));
    }

    boolean mayMeet(int one, int other) {
        return notes.contains(pair(one, other)) || letters.contains(pair(one, other));
    }

    private static Class<?> kind(Cluster.Flight flight) {
        return flight instanceof Cluster.Flight.Note note
                ? note.message().getClass()
                : ((Cluster.Flight.Letter) flight).message().getClass();
    }

    boolean isAtOnce(Cluster.Flight flight) {
        return atOnce.contains(kind(flight));
    }

    boolean changesTimes() {
        return wishes.stream().anyMatch(asked -> asked.wish() instanceof Wish.Times);
    }

    /** How fast the node's clock runs, in thousandths. */
    long rate(int node) {
        long off = Math.round(drift * 1000);
        return (slow >> node & 1) == 1 ? 1000 - off : 1000 + off;
    }

    /** Whether the limit bounds anything: timers that are not counted fire once in an instant at most. */
    boolean isCounted(ClusterLimit limit) {
        boolean isOfTimers =
                limit == ClusterLimit.BEATS || limit == ClusterLimit.TIMERS || limit == ClusterLimit.ROUNDS;
        return !isOfTimers || limits.containsKey(limit);
    }

    /** The limit; 0 if it is not named. */
    int most(ClusterLimit limit) {
        return limits.getOrDefault(limit, 0);
    }

    @Override
    public String toString() {
        return limits.entrySet().stream()
                .map(limit -> limit.getKey().name().toLowerCase(Locale.ROOT) + "=" + limit.getValue())
                .collect(Collectors.joining(" "));
    }
}
