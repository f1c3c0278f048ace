package dev.conclave.core.node;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The header of a node's journal: facts about its own peer and about the other peers (R6, R15). A value; the store writes it.
 *
 * @param self the peer whose directory it is
 * @param identity the identity of the directory; durable before any other node learns of it. {@link DirectoryIdentity#NONE} for a
 *     non-voter
 * @param voters the voters as a set, sorted, under which its ballots were cast
 * @param longestElectionNanos the longest E under which this peer may have acknowledged a leader (R6). May shrink only when that
 *     time has passed after a start
 * @param admitted whether the other voters have admitted this identity
 * @param replaces the lost identity that this one replaces, as the operator confirmed
 * @param floor a term above which all ballots of this directory lie; 0 if there is none
 * @param known the one identity of each other peer that this one accepts
 * @param starts how many lives have started with this directory, including the current one; durable before any other node learns
 *     of it. Two lives with the same number prove that one of them started with a copy. 0 for a non-voter
 */
public record JournalHead(
        PeerId self,
        DirectoryIdentity identity,
        List<PeerId> voters,
        long longestElectionNanos,
        boolean admitted,
        Optional<DirectoryIdentity> replaces,
        long floor,
        Map<PeerId, DirectoryIdentity> known,
        long starts) {

    /** Rejects values that no directory can hold. */
    public JournalHead {
        Objects.requireNonNull(self, "self");
        voters = List.copyOf(voters);
        known = Collections.unmodifiableMap(new TreeMap<>(known));
        if (identity.isContested() || (identity.equals(DirectoryIdentity.NONE) && voters.contains(self))) {
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
     * Returns the head with which a node starts (R15, R6), for an existing or a new directory.
     *
     * @param found the head in the journal; empty if the directory is empty
     * @param word what the operator has confirmed
     * @param drawn a random number, for a new identity
     * @throws IllegalStateException if the directory must not be used, with a message that says what to do
     */
    public static JournalHead open(
            Optional<JournalHead> found, OperatorConfirmation word, PeerId self, Settings settings, long drawn) {
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
        JournalHead head = found.get();
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

    /**
     * Every leader elected by the former voters must be known to one of the new voters, or fencing tokens would restart below its
     * term.
     */
    private static void requireThatEveryQuorumIsMet(List<PeerId> former, List<PeerId> changed) {
        int least = former.size() - Quorum.of(former.size()) + 1;
        long staying = former.stream().filter(changed::contains).count();
        if (staying < least) {
            throw new IllegalStateException("conclave.voters is " + changed + ", of which " + staying
                    + " were among the former "
                    + former + "; at least " + least
                    + " must stay, or the highest term may be unknown to all: change the voters in several steps, and"
                    + " start all voters after each; or, if the fencing tokens may begin at 1 again, empty all data"
                    + " directories");
        }
    }

    private static boolean sameSet(List<PeerId> one, List<PeerId> other) {
        return List.copyOf(new TreeSet<>(one)).equals(other);
    }

    /** The head of a new directory (R15): it does not take part before the other voters have said that they know no other one. */
    public static JournalHead fresh(PeerId self, Settings settings, long drawn) {
        return new JournalHead(
                self,
                DirectoryIdentity.first(drawn),
                settings.voters(),
                settings.electionNanos(),
                false,
                Optional.empty(),
                0,
                Map.of(),
                1);
    }

    /**
     * The head of a non-voter: kept in memory for one life. It takes part at once, since it has no vote that it could cast a
     * second time, and a vote for it is bound to that life (R2).
     */
    public static JournalHead withoutVote(PeerId self, Settings settings) {
        return new JournalHead(
                self,
                DirectoryIdentity.NONE,
                settings.voters(),
                settings.electionNanos(),
                true,
                Optional.empty(),
                0,
                Map.of(),
                0);
    }

    /** The head of an empty directory that replaces a lost one, as the operator confirmed. */
    public static JournalHead inPlaceOf(DirectoryIdentity lost, PeerId self, Settings settings, long drawn) {
        return new JournalHead(
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

    /**
     * Returns this head with another list of voters, as the operator confirmed: the node takes part when all of them have met
     * (R15).
     */
    private JournalHead among(List<PeerId> changed) {
        return new JournalHead(self, identity, changed, longestElectionNanos, false, replaces, floor, known, starts);
    }

    /** Returns the head for the next life of the node, with one more start. */
    JournalHead startedAgain() {
        return new JournalHead(
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

    /** Returns this head with another list of voters. */
    public JournalHead withVoters(List<PeerId> changed) {
        return new JournalHead(self, identity, changed, longestElectionNanos, admitted, replaces, floor, known, starts);
    }

    /** Returns this head with another longest E. */
    public JournalHead withElectionNanos(long nanos) {
        return nanos == longestElectionNanos
                ? this
                : new JournalHead(self, identity, voters, nanos, admitted, replaces, floor, known, starts);
    }

    /** Returns this head as admitted by the other voters, above these terms. */
    public JournalHead admittedAbove(long terms) {
        return new JournalHead(
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
     * Whether the absence of an election from the journal proves that this peer never voted in it (R6): not if the directory
     * replaces a lost one, whose contents are unknown.
     */
    public boolean remembersAll() {
        return identity.generation() <= 1;
    }

    /** Returns this head with the accepted identity of another peer. */
    public JournalHead knowing(PeerId peer, DirectoryIdentity its) {
        Map<PeerId, DirectoryIdentity> more = new TreeMap<>(known);
        more.put(peer, its);
        return new JournalHead(self, identity, voters, longestElectionNanos, admitted, replaces, floor, more, starts);
    }
}
