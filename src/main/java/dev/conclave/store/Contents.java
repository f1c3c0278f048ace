package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A head, the ballots and the floor under those that were forgotten, and what may follow what. Not safe for several threads. */
final class Contents {

    /** The one that was written longest ago comes first. */
    private final Map<ElectionName, Ballot> ballots = new LinkedHashMap<>();

    /**
     * With what a peer has begun in this life, and not saved anything since, where others were forgotten after that: it goes on
     * from there and not from the floor of now. (Told that its next ballot is not above the floor, it would take itself for a
     * life that is over.)
     */
    private final Map<ElectionName, Ballot> begun = new HashMap<>();

    private Head head;
    private long floor;
    private long highest;

    Contents(Head head) {
        this.head = head;
        this.highest = head.floor();
    }

    /** What is on disk, as the next life finds it. */
    Contents copy() {
        Contents copy = new Contents(head);
        copy.ballots.putAll(ballots);
        copy.floor = floor;
        copy.highest = highest;
        return copy;
    }

    Head head() {
        return head;
    }

    void head(Head changed) {
        head = changed;
        highest = Math.max(highest, head.floor());
    }

    /** No ballot that was forgotten is above it; 0 if none was. */
    long floor() {
        return floor;
    }

    void floor(long raised) {
        floor = Math.max(floor, raised);
        highest = Math.max(highest, floor);
    }

    /** The highest term of any ballot that is or was here, and of the head's floor. */
    long highestTerm() {
        return highest;
    }

    Map<ElectionName, Ballot> ballots() {
        return Collections.unmodifiableMap(new TreeMap<>(ballots));
    }

    /** The same, the one that was written longest ago first. */
    Map<ElectionName, Ballot> byAge() {
        return Collections.unmodifiableMap(ballots);
    }

    void put(ElectionName election, Ballot ballot) {
        ballots.remove(election);
        ballots.put(election, ballot);
        begun.remove(election);
        highest = Math.max(highest, ballot.term());
    }

    /**
     * Forgets ballots under a floor ({@link Ballot#afterForgetting}), first those written longest ago.
     *
     * @param needed elections of which none is forgotten: those that have a peer
     * @param most how many ballots of others are kept
     * @return which elections were forgotten
     */
    Set<ElectionName> forget(Set<ElectionName> needed, int most) {
        begun.keySet().retainAll(needed);
        for (ElectionName election : needed) {
            if (!ballots.containsKey(election)) {
                begun.putIfAbsent(election, Ballot.afterForgetting(floor));
            }
        }
        long others = ballots.keySet().stream()
                .filter(election -> !needed.contains(election))
                .count();
        Set<ElectionName> forgotten = new LinkedHashSet<>();
        Iterator<Map.Entry<ElectionName, Ballot>> oldest = ballots.entrySet().iterator();
        while (others - forgotten.size() > most) {
            Map.Entry<ElectionName, Ballot> entry = oldest.next();
            if (!needed.contains(entry.getKey())) {
                forgotten.add(entry.getKey());
                floor(entry.getValue().term());
                oldest.remove();
            }
        }
        return forgotten;
    }

    Ballot stored(ElectionName election) {
        return ballots.getOrDefault(election, Ballot.NONE);
    }

    private Ballot known(ElectionName election) {
        Ballot stored = ballots.get(election);
        return stored != null ? stored : begun.getOrDefault(election, Ballot.afterForgetting(floor));
    }

    /**
     * With which a peer of the election goes on: what is stored, or what stands for it if it may have been forgotten; or the
     * head's floor where that is higher (R15).
     */
    Ballot ballot(ElectionName election) {
        Ballot stored = known(election);
        return stored.term() >= head.floor() ? stored : Ballot.learned(head.floor());
    }

    /**
     * Why this ballot must not follow what is here; empty if it may (R2, S2, R15).
     *
     * <p>The one ballot at the floor that may: an election that begins on a directory with a floor takes the floor's term
     * over as it would any other, without a vote in it, and that is exactly what the floor says already.
     */
    Optional<String> refusal(ElectionName election, Ballot ballot) {
        Ballot stored = known(election);
        boolean aboveFloor = ballot.term() > head.floor() || ballot.equals(Ballot.learned(head.floor()));
        if (ballot.isAbove(stored) && aboveFloor) {
            return Optional.empty();
        }
        return Optional.of("the ballot of term " + ballot.term() + " in election \"" + election
                + "\" is not above the stored one (term " + stored.term() + ", floor " + head.floor()
                + "), so its writer has ended or is at fault; restart the peer from the stored ballot");
    }
}
