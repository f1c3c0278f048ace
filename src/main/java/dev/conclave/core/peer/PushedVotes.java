package dev.conclave.core.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterVersion;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** R11: votes that voters have sent to this peer unasked, kept until it stands in their term. */
public final class PushedVotes {

    /**
     * A pushed vote.
     *
     * @param term its term
     * @param holds what its voter had stored of the register (U2)
     */
    public record Pushed(long term, RegisterVersion holds) {
        private static final Pushed NONE = new Pushed(0, RegisterVersion.NONE);
    }

    private PushedVotes() {}

    /** Keeps a pushed vote; it neither raises the term nor makes this peer stand. */
    static void keep(PeerStep step, PeerId voter, Message.VoteGranted vote) {
        if (vote.term() <= step.ballot.term() || step.bit(voter) == 0 || !Voting.isForThisLife(step, vote)) {
            return;
        }
        Pushed before = step.pushed.getOrDefault(voter, Pushed.NONE);
        Pushed newest = vote.term() < before.term
                ? before
                : new Pushed(
                        vote.term(), vote.term() == before.term ? vote.holds().max(before.holds) : vote.holds());
        if (!newest.equals(before)) {
            Map<PeerId, Pushed> changed = new TreeMap<>(step.pushed);
            changed.put(voter, newest);
            step.pushed = Collections.unmodifiableMap(changed);
        }
    }

    /** The voters whose pushed vote is for the term, as a vote mask. */
    static long in(PeerStep step, long term) {
        long bits = 0;
        for (Map.Entry<PeerId, Pushed> vote : step.pushed.entrySet()) {
            if (vote.getValue().term == term) {
                bits |= step.bit(vote.getKey());
            }
        }
        return bits;
    }

    /** The newest version of the register that these votes name (U2). */
    static RegisterVersion newestIn(PeerStep step, long term) {
        RegisterVersion newest = RegisterVersion.NONE;
        for (Pushed vote : step.pushed.values()) {
            newest = vote.term == term ? newest.max(vote.holds) : newest;
        }
        return newest;
    }
}
