package dev.conclave.explore.electorate;

import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Peer;

/**
 * E5: a campaign goes on under the next configuration, and its votes are counted among the new voters. A campaign that only goes on
 * is harmless, see {@link ElectorateFaults.KeepsCampaigns}.
 */
final class CountsKeptCampaigns implements ElectorateCore {

    @Override
    public Peer.Step step(Peer peer, long now, long draw, Input input) {
        if (!(input instanceof Input.Switched) || !(peer.role() instanceof Candidate)) {
            return peer.checkedStep(now, draw, input);
        }
        Peer.Step kept = new ElectorateFaults.KeepsCampaigns().step(peer, now, draw, input);
        return kept.peer().step(now, draw, new Input.Persisted(kept.peer().ballot()));
    }
}
