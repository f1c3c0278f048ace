package dev.conclave.actor;

import dev.conclave.core.Candidate;
import dev.conclave.core.Input;
import dev.conclave.core.Leader;
import dev.conclave.core.Peer;
import dev.conclave.core.Role;
import java.util.Optional;

/** The campaign of one peer among the {@link Campaigns} of its node. Used on the thread of the peer's actor. */
final class Campaign {

    private final Campaigns campaigns;
    private final Peer.Self self;
    private final Runnable resume;

    /** Until when the peer waits for others; {@link Peer#NEVER} if it does not. */
    private long deferredUntil = Peer.NEVER;

    private boolean underWay;

    /**
     * None yet.
     *
     * @param resume tells the peer's actor, from any thread, to call {@link #resumed}
     */
    Campaign(Campaigns campaigns, Peer.Self self, Runnable resume) {
        this.campaigns = campaigns;
        this.self = self;
        this.resume = resume;
    }

    /** The input of a tick: a plain one, unless the peer would ask for votes and has to wait for others. */
    Input tick(Peer peer, long now) {
        long due = peer.role().canvassesAt();
        if (due > now) {
            return new Input.Tick();
        }
        if (underWay) {
            underWay = false;
            campaigns.unanswered(this, now);
        }
        long electionNanos = self.settings().electionNanos();
        boolean first = peer.loyalty().obeyed().isEmpty();
        underWay = campaigns.begin(this, due + (first ? self.firstTurn() * electionNanos : 0), now);
        if (underWay) {
            deferredUntil = Peer.NEVER;
            return new Input.Tick();
        }
        deferredUntil = now + electionNanos;
        return new Input.Deferred(deferredUntil);
    }

    /** Its turn has come, if it still waits. */
    Optional<Input> resumed() {
        if (deferredUntil == Peer.NEVER || !campaigns.isUnderWay(this)) {
            return Optional.empty();
        }
        underWay = true;
        Input input = new Input.Resumed(deferredUntil);
        deferredUntil = Peer.NEVER;
        return Optional.of(input);
    }

    /** What has become of it in a step. */
    void stepped(Role before, Peer peer, long now) {
        if (underWay && !isCampaigning(peer.role())) {
            underWay = false;
            if (peer.role().holdsLease()) {
                campaigns.won(this, now);
            } else if (before instanceof Candidate candidate && now >= candidate.endsAt()) {
                campaigns.unanswered(this, now);
            } else {
                campaigns.end(this, now);
            }
        } else if (deferredUntil != Peer.NEVER && peer.role().canvassesAt() != deferredUntil) {
            deferredUntil = Peer.NEVER;
            campaigns.end(this, now);
        }
    }

    /** Until the first lease: a winner that nobody acknowledges would be followed by the next. */
    private static boolean isCampaigning(Role role) {
        return role instanceof Candidate || (role instanceof Leader && !role.holdsLease());
    }

    /** Called by {@link Campaigns}. */
    void resume() {
        resume.run();
    }

    /** The peer's actor is about to stop. */
    void end(long now) {
        underWay = false;
        deferredUntil = Peer.NEVER;
        campaigns.end(this, now);
    }
}
