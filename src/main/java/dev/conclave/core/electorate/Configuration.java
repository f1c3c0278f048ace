package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A configuration: the voters with the identities of their directories, and the times that all nodes share (E1). Configurations
 * of a group form a chain 0, 1, 2 and so on; each differs from the one before it by one voter more, by one voter less, or in its
 * times.
 *
 * @param group the group, a random number that is drawn at the founding; never 0
 * @param former the groups that this one replaces, by force (E11); empty for a group that was founded
 * @param number its place in the chain
 * @param named the voters, each with the identity of its data directory
 * @param previous the voters of the configuration before this one, from which registers are handed over (U7); empty if there is
 *     none, or if it was replaced by force
 * @param settings the voters and the times: H, E and rho
 * @param history how the last configurations came about, this one included, oldest first
 */
public record Configuration(
        long group,
        List<Long> former,
        int number,
        Map<PeerId, DirectoryIdentity> named,
        Map<PeerId, DirectoryIdentity> previous,
        Settings settings,
        List<Origin> history) {

    /** How many steps of the history a configuration carries along. */
    public static final int MAX_HISTORY = 16;

    /** How many groups a configuration names that its group replaces. */
    public static final int MAX_FORMER = 16;

    /** The greatest length in characters of each text of an {@link Origin}. */
    public static final int MAX_TEXT = 160;

    /**
     * How a configuration came about.
     *
     * @param number the number of that configuration
     * @param atMillis when it was proposed, in milliseconds since 1970 by the clock of the proposing node
     * @param by the cause, in words
     * @param what the difference to the configuration before it, in words
     */
    public record Origin(int number, long atMillis, String by, String what) {
        /** Shortens the texts to {@link #MAX_TEXT}, and replaces what is not printable ASCII. */
        public Origin {
            by = printable(by);
            what = printable(what);
        }

        private static String printable(String text) {
            return text.substring(0, Math.min(text.length(), MAX_TEXT)).replaceAll("[^\\x20-\\x7e]", "?");
        }
    }

    /** Rejects values that no configuration can have. */
    public Configuration {
        named = Collections.unmodifiableMap(new TreeMap<>(named));
        previous = Collections.unmodifiableMap(new TreeMap<>(previous));
        history = List.copyOf(history);
        former = List.copyOf(former);
        if (former.size() > MAX_FORMER || former.contains(group)) {
            throw new IllegalArgumentException("a group cannot replace these groups: " + former);
        }
        if (group == 0 || number < 0 || number > Terms.MAX_CONFIGURATION) {
            throw new IllegalArgumentException("configuration " + number + " of group " + group + " is out of range");
        }
        if (named.containsValue(DirectoryIdentity.NONE)) {
            throw new IllegalArgumentException("a voter needs a data directory: " + named);
        }
        if (history.size() > MAX_HISTORY) {
            throw new IllegalArgumentException("a history of " + history.size() + " steps is too long");
        }
        if (!settings.voters().equals(List.copyOf(named.keySet()))) {
            throw new IllegalArgumentException("the voters " + settings.voters() + " are not those named: " + named);
        }
    }

    /** Returns configuration 0 of a new group (E10). */
    public static Configuration founding(
            long group, Map<PeerId, DirectoryIdentity> named, Settings times, long atMillis, String by) {
        return new Configuration(
                group,
                List.of(),
                0,
                named,
                Map.of(),
                among(named, times),
                List.of(new Origin(0, atMillis, by, "founded")));
    }

    private static Settings among(Map<PeerId, DirectoryIdentity> named, Settings times) {
        return new Settings(
                List.copyOf(new TreeMap<>(named).keySet()),
                times.heartbeatNanos(),
                times.electionNanos(),
                times.maxClockDrift());
    }

    /** E, in nanoseconds. */
    public long electionNanos() {
        return settings.electionNanos();
    }

    /** The number of voters that make a majority. */
    public int quorum() {
        return Quorum.of(named.size());
    }

    /** Whether the peer with this identity is a voter (E8). */
    public boolean names(PeerId peer, DirectoryIdentity identity) {
        return identity.equals(named.get(peer));
    }

    /** Whether the peer's address is named, but with another identity: then the peer is heard in no election and no round (E8). */
    public boolean excludes(PeerId peer, DirectoryIdentity identity) {
        DirectoryIdentity known = named.get(peer);
        return known != null && !known.equals(identity);
    }

    /** Returns the next configuration with one voter more. */
    public Configuration adding(PeerId voter, DirectoryIdentity identity, long atMillis, String by) {
        Map<PeerId, DirectoryIdentity> more = new TreeMap<>(named);
        more.put(voter, identity);
        return next(more, settings, atMillis, by, "added " + voter);
    }

    /** Returns the next configuration with one voter less. */
    public Configuration removing(PeerId voter, long atMillis, String by) {
        Map<PeerId, DirectoryIdentity> fewer = new TreeMap<>(named);
        fewer.remove(voter);
        return next(fewer, settings, atMillis, by, "removed " + voter);
    }

    /** Returns the next configuration with other times. */
    public Configuration timed(Settings times, long atMillis, String by) {
        return next(
                named,
                times,
                atMillis,
                by,
                "election-timeout=" + times.electionNanos() / 1_000_000 + "ms heartbeat-interval="
                        + times.heartbeatNanos() / 1_000_000 + "ms max-clock-drift=" + times.maxClockDrift());
    }

    private Configuration next(
            Map<PeerId, DirectoryIdentity> voters, Settings times, long atMillis, String by, String what) {
        List<Origin> longer = with(new Origin(number + 1, atMillis, by, what));
        return new Configuration(group, former, number + 1, voters, named, among(voters, times), longer);
    }

    private List<Origin> with(Origin last) {
        List<Origin> longer = new ArrayList<>(history);
        longer.add(last);
        return longer.subList(Math.max(0, longer.size() - MAX_HISTORY), longer.size());
    }

    /** How far the number of a forced configuration lies above that of the group that it replaces, at least (E11). */
    static final int FORCED_ABOVE = 1024;

    /** How many such distances there are: two sides that are both forced seldom choose the same one. */
    private static final int FORCED_PLACES = 64;

    /**
     * Returns the first configuration of a new group that replaces this one, whose majority is lost for good (E11). Its number lies
     * above all numbers that the lost voters can have reached by ordinary changes, and, of two sides that are both forced, with the
     * greatest likelihood above or below all numbers of the other.
     *
     * @param survivors the voters that are left; each keeps its identity
     * @param over another group that was forced from the same one and is replaced too; 0 for none
     * @param overNumber a number that the other group has not passed
     * @param drawn a random number
     * @throws IllegalArgumentException if a survivor is not a voter, with one sentence
     */
    public Configuration forced(
            List<PeerId> survivors, long over, int overNumber, long drawn, long atMillis, String by) {
        Map<PeerId, DirectoryIdentity> left = new TreeMap<>();
        for (PeerId survivor : survivors) {
            DirectoryIdentity identity = named.get(survivor);
            if (identity == null) {
                throw new IllegalArgumentException(
                        survivor + " is not a voter of " + this + ", so it cannot be a survivor; name voters only");
            }
            left.put(survivor, identity);
        }
        List<Long> replaced = new ArrayList<>(former);
        replaced.add(group);
        if (over != 0) {
            replaced.add(over);
        }
        int place = Math.floorMod(drawn, FORCED_PLACES);
        long next = (long) Math.max(number, overNumber) + FORCED_ABOVE * (1L + place);
        if (next > Terms.MAX_CONFIGURATION) {
            throw new IllegalArgumentException("this group has used up its " + Terms.MAX_CONFIGURATION
                    + " configurations; empty all data directories, if the fencing tokens may begin at 1 again");
        }
        return new Configuration(
                drawn == 0 ? 1 : drawn,
                replaced.subList(Math.max(0, replaced.size() - MAX_FORMER), replaced.size()),
                (int) next,
                left,
                Map.of(),
                among(left, settings),
                with(new Origin((int) next, atMillis, by, "forced, in the place of the group " + show(group))));
    }

    /** Whether this configuration replaces one of the other group, by force (E11). */
    boolean replaces(long other) {
        return former.contains(other);
    }

    /** Whether this configuration may follow the other one: it is the next of its group and differs in one way (E1). */
    public boolean mayFollow(Configuration former) {
        if (group != former.group
                || !this.former.equals(former.former)
                || number != former.number + 1
                || !previous.equals(former.named)) {
            return false;
        }
        Map<PeerId, DirectoryIdentity> more = new TreeMap<>(named);
        more.entrySet().removeAll(former.named.entrySet());
        Map<PeerId, DirectoryIdentity> fewer = new TreeMap<>(former.named);
        fewer.entrySet().removeAll(named.entrySet());
        boolean sameTimes = settings.equals(among(named, former.settings));
        int changed = more.size() + fewer.size();
        return sameTimes ? changed == 1 : changed == 0;
    }

    /** How this configuration came about. */
    public Optional<Origin> origin() {
        return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
    }

    /** The group as logs and commands show it: sixteen hexadecimal digits. */
    public static String show(long group) {
        return String.format("%016x", group);
    }

    /** Returns the form for logs: number, voters and times. */
    @Override
    public String toString() {
        return "configuration " + number + " " + named.keySet() + " E " + electionNanos() / 1_000_000 + " ms H "
                + settings.heartbeatNanos() / 1_000_000 + " ms";
    }
}
