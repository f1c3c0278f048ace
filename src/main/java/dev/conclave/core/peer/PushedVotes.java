package dev.conclave.core.peer;

import dev.conclave.core.PeerId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** R11: votes that voters have sent to this peer unasked, kept until it stands in their term. */
final class PushedVotes {

    private PushedVotes() {}

    /** Keeps a pushed vote; it neither raises the term nor makes this peer stand. */
    static void keep(PeerStep step, PeerId voter, Message.VoteGranted vote) {
        if (vote.term() <= step.ballot.term() || step.bit(voter) == 0 || !Voting.isForThisLife(step, vote)) {
            return;
        }
        long newest = Math.max(vote.term(), step.pushed.getOrDefault(voter, 0L));
        if (!Long.valueOf(newest).equals(step.pushed.get(voter))) {
            Map<PeerId, Long> changed = new TreeMap<>(step.pushed);
            changed.put(voter, newest);
            step.pushed = Collections.unmodifiableMap(changed);
        }
    }

    /** The voters whose pushed vote is for the term, as a vote mask. */
    static long in(PeerStep step, long term) {
        long bits = 0;
        for (Map.Entry<PeerId, Long> vote : step.pushed.entrySet()) {
            if (vote.getValue() == term) {
                bits |= step.bit(vote.getKey());
            }
        }
        return bits;
    }
}
