package dev.conclave.core;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a data directory says of the peer it belongs to and of the others (R6, R15). A value; the store writes it.
 *
 * @param self the peer whose directory it is
 * @param identity which memory it is; on disk before anybody is told. {@link Identity#NONE} of a peer outside the voters
 * @param voters the voters as a set, sorted, under which its ballots were cast
 * @param longestElectionNanos the longest E under which this peer may have acknowledged a leader (R6). May shrink only
 *     after it was waited out at a start
 * @param admitted whether the other voters have let this identity take part
 * @param replaces the lost identity in whose place this one asks to be put, by the operator's word
 * @param floor no ballot of this directory is at or below it; 0 if there is none
 * @param known the identity of each other peer that this one counts and obeys, and no other
 * @param starts how many lives have begun on this directory, the present one included; on disk before the others are told.
 *     Two lives with the same number prove that one of them began on a copy. 0 of a peer outside the voters
 */
public record Head(
        PeerId self,
        Identity identity,
        List<PeerId> voters,
        long longestElectionNanos,
        boolean admitted,
        Optional<Identity> replaces,
        long floor,
        Map<PeerId, Identity> known,
        long starts) {

    /** Refuses what no directory can hold. */
    public Head {
        Objects.requireNonNull(self, "self");
        voters = List.copyOf(voters);
        known = Collections.unmodifiableMap(new TreeMap<>(known));
        if (identity.isContested() || (identity.equals(Identity.NONE) && voters.contains(self))) {
            throw new IllegalArgumentException(
                    "a voter's directory has an identity of its own, of generation 1 or above, not " + identity);
        }
        if (starts < 0) {
            throw new IllegalArgumentException(starts + " starts are out of range");
        }
        if (longestElectionNanos < 0 || floor < 0 || floor > Ballot.MAX_TERM) {
            throw new IllegalArgumentException("the longest election timeout (" + longestElectionNanos
                    + " ns) or the floor (" + floor + ") is out of range");
        }
    }

    /**
     * The head with which a node starts (R15, R6): of a directory as it was found, or a new one.
     *
     * @param found the head that the journal holds; empty if the directory is
     * @param word what the operator allows
     * @param drawn a random number, for a new identity
     * @throws IllegalStateException if the directory must not be used so, with what to do about it
     */
    public static Head open(Optional<Head> found, OperatorsWord word, PeerId self, Settings settings, long drawn) {
        if (found.isEmpty()) {
            if (word.formerVoters().isPresent()) {
                throw new IllegalStateException(
                        "the file accept names former voters, but the directory holds no journal"
                                + " that was written under any; remove the line, or put the journal back");
            }
            return word.lostIdentity()
                    .map(lost -> inPlaceOf(lost, self, settings, drawn))
                    .orElseGet(() -> fresh(self, settings, drawn));
        }
        Head head = found.get();
        if (!head.self.equals(self)) {
            throw new IllegalStateException("the journal belongs to " + head.self + ", this peer is " + self
                    + "; give each peer a data directory of its own (conclave.data-dir)");
        }
        if (word.lostIdentity().isPresent() && !word.lostIdentity().equals(head.replaces)) {
            throw new IllegalStateException("the file accept names the lost identity "
                    + word.lostIdentity().get() + ", but this directory holds a journal with the identity "
                    + head.identity
                    + "; remove the file");
        }
        if (!head.voters.equals(settings.voters())) {
            if (word.formerVoters().isEmpty() || !sameSet(word.formerVoters().get(), head.voters)) {
                throw new IllegalStateException(
                        "conclave.voters is " + settings.voters() + ", the journal was written under "
                                + head.voters
                                + "; voters change only with all peers stopped: stop them all, then start each once"
                                + " with a file accept in its data directory that says former-voters = "
                                + head.voters.stream().map(PeerId::toString).collect(Collectors.joining(",")));
            }
            requireThatEveryQuorumIsMet(head.voters, settings.voters());
            head = head.among(settings.voters());
        }
        return head.startedAgain().withElectionNanos(Math.max(head.longestElectionNanos, settings.electionNanos()));
    }

    /** Whoever was elected by the former voters must be known to one of the new ones, or tokens would begin below its own. */
    private static void requireThatEveryQuorumIsMet(List<PeerId> former, List<PeerId> changed) {
        int least = former.size() - Quorum.of(former.size()) + 1;
        long staying = former.stream().filter(changed::contains).count();
        if (staying < least) {
            throw new IllegalStateException("conclave.voters is " + changed + ", of which " + staying
                    + " were among the former "
                    + former + "; at least " + least
                    + " must stay, or the highest term may be unknown to all: change the voters in"
                    + " several steps, and start all voters after each; or, if the fencing tokens may begin at 1 again, empty all"
                    + " data directories");
        }
    }

    private static boolean sameSet(List<PeerId> one, List<PeerId> other) {
        return List.copyOf(new TreeSet<>(one)).equals(other);
    }

    /** Of a directory that was empty (R15): it takes part in nothing before the others have said that they know no other. */
    public static Head fresh(PeerId self, Settings settings, long drawn) {
        return new Head(
                self,
                Identity.first(drawn),
                settings.voters(),
                settings.electionNanos(),
                false,
                Optional.empty(),
                0,
                Map.of(),
                1);
    }

    /**
     * Of a peer outside the voters: kept in memory for one life. It takes part at once: it has no vote that it could give a second
     * time, and whoever votes for it votes for that life alone (R2).
     */
    public static Head withoutVote(PeerId self, Settings settings) {
        return new Head(
                self,
                Identity.NONE,
                settings.voters(),
                settings.electionNanos(),
                true,
                Optional.empty(),
                0,
                Map.of(),
                0);
    }

    /** Of an empty directory that stands in the place of a lost one, by the operator's word. */
    public static Head inPlaceOf(Identity lost, PeerId self, Settings settings, long drawn) {
        return new Head(
                self,
                lost.successor(drawn),
                settings.voters(),
                settings.electionNanos(),
                false,
                Optional.of(lost),
                0,
                Map.of(),
                1);
    }

    /** Among the voters of another list, by the operator's word: it takes part when all of them have met (R15). */
    private Head among(List<PeerId> changed) {
        return new Head(self, identity, changed, longestElectionNanos, false, replaces, floor, known, starts);
    }

    /** In the next life. */
    Head startedAgain() {
        return new Head(
                self,
                identity,
                voters,
                longestElectionNanos,
                admitted,
                replaces,
                floor,
                known,
                Math.addExact(starts, 1));
    }

    /** With this list of voters. */
    public Head withVoters(List<PeerId> changed) {
        return new Head(self, identity, changed, longestElectionNanos, admitted, replaces, floor, known, starts);
    }

    /** With E at least this long. */
    public Head withElectionNanos(long nanos) {
        return nanos == longestElectionNanos
                ? this
                : new Head(self, identity, voters, nanos, admitted, replaces, floor, known, starts);
    }

    /** Admitted, above the floor. */
    public Head admittedAbove(long terms) {
        return new Head(
                self,
                identity,
                voters,
                longestElectionNanos,
                true,
                Optional.empty(),
                Math.max(floor, terms),
                known,
                starts);
    }

    /**
     * Whether a journal that holds nothing of an election is believed (R6): not if it stands in the place of a lost one,
     * which may have held anything.
     */
    public boolean remembersAll() {
        return identity.generation() <= 1;
    }

    /** With the identity of another peer. */
    public Head knowing(PeerId peer, Identity its) {
        Map<PeerId, Identity> more = new TreeMap<>(known);
        more.put(peer, its);
        return new Head(self, identity, voters, longestElectionNanos, admitted, replaces, floor, more, starts);
    }
}
