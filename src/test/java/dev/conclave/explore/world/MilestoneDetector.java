package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.List;
import java.util.Optional;

/** Finds the {@link Milestone}s of one step, after the step and before its effects are carried out. */
final class MilestoneDetector {

    private final World world;
    private final EventCounts counts;

    MilestoneDetector(World world, EventCounts counts) {
        this.world = world;
        this.counts = counts;
    }

    void step(int peer, Peer before, Input input, Peer after, List<Effect> effects) {
        if (input instanceof Input.Received received) {
            received(peer, before, received.message());
        } else if (input instanceof Input.ProcessGone gone) {
            proof(peer, before, gone, after);
        } else if (input instanceof Input.Tick) {
            count(world.oracle().slept(), Milestone.QUEUE_DRAINED);
        } else if (input instanceof Input.HandOver handOver) {
            count(before.role() instanceof Leader && handOver.to().isPresent(), Milestone.HAND_OVER_TO_A_NAMED_PEER);
        }
        if (before.role() instanceof Leader led
                && after.role() instanceof Leader leads
                && leads.leaseUntil() > led.leaseUntil()) {
            count(world.oracle().isDismissed(peer), Milestone.RENEWED_WHILE_USERS_STOP);
        }
        for (int i = 0; i < effects.size(); i++) {
            effect(peer, before, input, after, effects.get(i));
        }
        if (after.role() instanceof Leader leader) {
            register(before, after, leader);
        }
    }

    private void register(Peer before, Peer after, Leader leader) {
        boolean begins = !(before.role() instanceof Leader);
        count(
                begins
                        && leader.register()
                                .needed()
                                .isAbove(before.register().entry().version()),
                Milestone.REGISTER_LACKED);
        Optional<RegisterEntry> issued = leader.register().issued();
        count(
                issued.isPresent()
                        && issued.get().version().count() == 0
                        && issued.get().value().isPresent()
                        && after.register().entry().isAbove(before.register().entry()),
                Milestone.REGISTER_REPEATED);
        boolean isAnnouncedNow = leader.announced() && !(before.role() instanceof Leader was && was.announced());
        count(isAnnouncedNow && world.registers().isPassedOver(world, after), Milestone.REGISTER_PASSED_OVER);
    }

    private void received(int peer, Peer before, Message message) {
        count(
                message instanceof Message.VoteGranted
                        && before.role() instanceof Candidate candidate
                        && candidate.phase() == Candidate.Phase.CANVASSING,
                Milestone.VOTE_PUSHED);
        long forgotten = world.forgottenVote(peer);
        count(
                forgotten != 0
                        && ((message instanceof Message.RequestPreVote pre && pre.term() == forgotten)
                                || (message instanceof Message.RequestVote vote && vote.term() == forgotten)),
                Milestone.FORGOTTEN_VOTE_SOUGHT);
    }

    private void proof(int peer, Peer before, Input.ProcessGone gone, Peer after) {
        boolean owed = before.loyalty().until() > world.now(peer)
                && before.loyalty()
                        .obeyed()
                        .filter(obeyed -> obeyed.leader().equals(gone.peer())
                                && obeyed.incarnation().equals(gone.incarnation()))
                        .isPresent();
        count(owed && after.loyalty().until() == Loyalty.NOTHING_OWED, Milestone.PROOF_ENDS_LOYALTY);
    }

    private void effect(int peer, Peer before, Input input, Peer after, Effect effect) {
        if (effect instanceof Effect.Send send) {
            sent(peer, before, send.message());
        } else if (effect instanceof Effect.Persist persist) {
            count(
                    persist.ballot().votedFor().isPresent() && hasALeaseJustEnded(peer, persist.ballot()),
                    Milestone.VOTE_AS_A_LEASE_ENDS);
        } else if (effect instanceof Effect.Standing) {
            stands(peer, input, after);
        } else if (effect instanceof Effect.Elected) {
            counts.reach(Milestone.ELECTED);
            count(world.oracle().lastLed() > 0, Milestone.ELECTED_AFTER_ANOTHER);
        } else if (effect instanceof Effect.RegisterWritten) {
            counts.reach(Milestone.REGISTER_WRITTEN);
        } else if (effect instanceof Effect.RegisterUnknown) {
            counts.reach(Milestone.REGISTER_UNKNOWN);
        } else if (effect instanceof Effect.Renewed) {
            counts.reach(Milestone.RENEWED);
        } else if (effect instanceof Effect.Dismissed) {
            counts.reach(Milestone.USERS_MUST_STOP);
        } else if (effect instanceof Effect.Ended ended) {
            count(ended.reason() == Effect.Reason.HAND_OVER, Milestone.HANDED_OVER);
            count(ended.reason() == Effect.Reason.LEASE_EXPIRED, Milestone.LEASE_RAN_OUT);
            count(ended.reason() == Effect.Reason.VOID, Milestone.VOIDED);
        } else if (effect instanceof Effect.HandOverRefused) {
            counts.reach(Milestone.HAND_OVER_REFUSED);
        }
    }

    private void sent(int peer, Peer before, Message message) {
        if (message instanceof Message.PreVoteRefused no && no.loyalForNanos() > 0) {
            counts.reach(Milestone.REFUSED_OUT_OF_LOYALTY);
            count(before.loyalty().obeyed().isEmpty(), Milestone.REFUSED_AFTER_A_RESTART);
        } else if (message instanceof Message.VoteRefused no) {
            count(no.term() == no.asked(), Milestone.VOTE_SPLIT);
        } else if (message instanceof Message.RequestPreVote) {
            count(world.oracle().isOutlived(world, peer), Milestone.CANVASSED_BESIDE_ITS_FORMER_LIFE);
        }
    }

    private void stands(int peer, Input input, Peer after) {
        count(
                input instanceof Input.Received received && received.message() instanceof Message.Release,
                Milestone.STANDS_AT_A_RELEASE);
        count(input instanceof Input.ProcessGone, Milestone.STANDS_AT_A_PROOF);
        boolean isVoter = world.group().isVoter(peer);
        count(!isVoter, Milestone.NON_VOTER_STANDS);
        count(
                after.role() instanceof Candidate candidate && Long.bitCount(candidate.granted()) > (isVoter ? 1 : 0),
                Milestone.STANDS_WITH_PUSHED_VOTES);
    }

    /** The tight case of R7: were the lease longer by a moment, the vote would be too early. */
    private boolean hasALeaseJustEnded(int peer, Ballot vote) {
        for (int other = 0; other < world.group().size(); other++) {
            if (other != peer
                    && !world.isDown(other)
                    && world.peer(other).role() instanceof Leader leader
                    && world.peer(other).ballot().term() < vote.term()) {
                long since = world.now(other) - leader.leaseUntil();
                if (since >= 0 && since < world.group().settings().heartbeatNanos()) {
                    return true;
                }
            }
        }
        return false;
    }

    void crashed(int peer, int survive) {
        count(world.oracle().holds(world, peer), Milestone.LEADER_DIED);
        int pending = world.pending(peer);
        boolean votes = world.newestBallot(peer).votedFor().isPresent();
        count(votes && pending > 0 && survive < pending, Milestone.VOTE_LOST_IN_A_CRASH);
        count(votes && pending > 0 && survive >= pending, Milestone.VOTE_KEPT_IN_A_CRASH);
    }

    void supplanted(int peer) {
        count(world.oracle().holds(world, peer), Milestone.SUPPLANTED_LEADER);
    }

    private void count(boolean happened, Milestone milestone) {
        if (happened) {
            counts.reach(milestone);
        }
    }
}
