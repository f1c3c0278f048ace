package dev.conclave.internal.peer;

import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Role;
import java.util.Optional;

/**
 * The campaign of one peer for the leadership, which waits while its node's {@link CampaignLimiter} admits no more campaigns.
 * Used on the thread of the peer's actor.
 */
final class LimitedCampaign {

    /**
     * The number of election timeouts E that a deferred peer waits before it asks again, in case it is not resumed. Each time
     * costs a step.
     */
    private static final int PATIENCE_IN_ELECTIONS = 10;

    private final CampaignLimiter campaignLimiter;
    private final Runnable resume;

    /** Until when the campaign is deferred; {@link Peer#NEVER} if it is not. */
    private long deferredUntil = Peer.NEVER;

    private boolean underWay;

    /**
     * Creates a campaign that has not begun.
     *
     * @param resume sends the peer's actor, from any thread, a message to call {@link #resumed}
     */
    LimitedCampaign(CampaignLimiter campaignLimiter, Runnable resume) {
        this.campaignLimiter = campaignLimiter;
        this.resume = resume;
    }

    /**
     * Returns the input for a tick: {@link Input.Tick}, or {@link Input.Deferred} if the peer would ask for votes but must wait.
     */
    Input tick(Peer peer, long now) {
        long due = peer.role().canvassesAt();
        if (due > now) {
            return new Input.Tick();
        }
        if (underWay) {
            underWay = false;
            campaignLimiter.unanswered(this, now);
        }
        long electionNanos = peer.self().settings().electionNanos();
        boolean first = peer.loyalty().obeyed().isEmpty();
        underWay = campaignLimiter.begin(this, due + (first ? peer.self().firstStep() * electionNanos : 0), now);
        if (underWay) {
            deferredUntil = Peer.NEVER;
            return new Input.Tick();
        }
        deferredUntil = now + PATIENCE_IN_ELECTIONS * electionNanos;
        return new Input.Deferred(deferredUntil);
    }

    /** Returns the input for the peer when the campaign's turn has come; empty if the campaign no longer waits. */
    Optional<Input> resumed() {
        if (deferredUntil == Peer.NEVER || !campaignLimiter.isUnderWay(this)) {
            return Optional.empty();
        }
        underWay = true;
        Input input = new Input.Resumed(deferredUntil);
        deferredUntil = Peer.NEVER;
        return Optional.of(input);
    }

    /** Notes the outcome of a step. */
    void stepped(Role before, Peer peer, long now) {
        if (underWay && !isCampaigning(peer.role())) {
            underWay = false;
            if (peer.role().holdsLease()) {
                campaignLimiter.won(this, now);
            } else if (before instanceof Candidate candidate && now >= candidate.endsAt()) {
                campaignLimiter.unanswered(this, now);
            } else {
                campaignLimiter.end(this, now);
            }
        } else if (deferredUntil != Peer.NEVER && peer.role().canvassesAt() != deferredUntil) {
            deferredUntil = Peer.NEVER;
            campaignLimiter.end(this, now);
        }
    }

    /** Notes that the peer leads and has renewed its lease, which ends at that instant. */
    void renewed(Peer peer, long leaseUntil, long now) {
        campaignLimiter.renewed(now - (leaseUntil - peer.self().settings().leaseNanos()), now);
    }

    /**
     * Whether a peer in this role is campaigning. A campaign lasts until the first lease: if no voter acknowledges a winner,
     * another campaign follows.
     */
    private static boolean isCampaigning(Role role) {
        return role instanceof Candidate || (role instanceof Leader && !role.holdsLease());
    }

    /** Lets the waiting campaign continue. Called by {@link CampaignLimiter}. */
    void resume() {
        resume.run();
    }

    /** Ends the campaign, because the peer's actor is about to stop. */
    void end(long now) {
        underWay = false;
        deferredUntil = Peer.NEVER;
        campaignLimiter.end(this, now);
    }
}
