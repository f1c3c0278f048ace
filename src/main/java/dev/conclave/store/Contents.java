package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A head and the ballots, and what may follow what. Not safe for use by several threads. */
final class Contents {

    private final Map<ElectionName, Ballot> ballots = new TreeMap<>();
    private Head head;

    Contents(Head head) {
        this.head = head;
    }

    Contents copy() {
        Contents copy = new Contents(head);
        copy.ballots.putAll(ballots);
        return copy;
    }

    Head head() {
        return head;
    }

    void head(Head changed) {
        head = changed;
    }

    Map<ElectionName, Ballot> ballots() {
        return Collections.unmodifiableMap(new TreeMap<>(ballots));
    }

    void put(ElectionName election, Ballot ballot) {
        ballots.put(election, ballot);
    }

    Ballot stored(ElectionName election) {
        return ballots.getOrDefault(election, Ballot.NONE);
    }

    /** With which a peer of the election goes on: what is stored, or the floor where that is higher (R15). */
    Ballot ballot(ElectionName election) {
        Ballot stored = stored(election);
        return stored.term() >= head.floor() ? stored : Ballot.learned(head.floor());
    }

    /**
     * Why this ballot must not follow what is here; empty if it may (R2, S2, R15).
     *
     * <p>The one ballot at the floor that may: an election that begins on a directory with a floor takes the floor's term
     * over as it would any other, without a vote in it, and that is exactly what the floor says already.
     */
    Optional<String> refusal(ElectionName election, Ballot ballot) {
        Ballot stored = stored(election);
        boolean aboveFloor = ballot.term() > head.floor() || ballot.equals(Ballot.learned(head.floor()));
        if (ballot.isAbove(stored) && aboveFloor) {
            return Optional.empty();
        }
        return Optional.of("the ballot of term " + ballot.term() + " in election \"" + election
                + "\" is not above what is stored (term " + stored.term() + ", floor " + head.floor()
                + "), so it comes from a life that is over or from a fault; begin again with the stored ballot");
    }
}
