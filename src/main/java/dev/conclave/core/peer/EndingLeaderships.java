package dev.conclave.core.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The leaderships of this peer that were told to end, and the release of its last term (R9). */
final class EndingLeaderships {

    private EndingLeaderships() {}

    /** A leadership was told to end; its users may be active until its lease ends. */
    static void add(PeerStep step, EndingLeadership ending) {
        List<EndingLeadership> more = new ArrayList<>(step.endingLeaderships);
        more.add(ending);
        step.endingLeaderships = List.copyOf(more);
    }

    /** The users of the leadership of that term have stopped. */
    static void usersStopped(PeerStep step, long term) {
        announce(step, ending -> ending.term() == term);
    }

    /** Announces the end of the leaderships whose time is over. */
    static void lookAtTheClock(PeerStep step) {
        announce(step, ending -> step.now >= ending.until());
    }

    private static void announce(PeerStep step, Predicate<EndingLeadership> isOver) {
        if (step.endingLeaderships.isEmpty()) {
            return;
        }
        List<EndingLeadership> left = new ArrayList<>(step.endingLeaderships.size());
        for (EndingLeadership ending : step.endingLeaderships) {
            if (isOver.test(ending)) {
                if (!ending.isVoid()) {
                    step.effect(new Effect.Ended(ending.term(), ending.reason(), Math.min(step.now, ending.until())));
                }
            } else {
                left.add(ending);
            }
        }
        step.endingLeaderships = List.copyOf(left);
    }

    /**
     * R10: ends all leaderships that are still ending, without waiting for their users. While those users may be active, this
     * peer votes for no other candidate.
     */
    static void voidAll(PeerStep step) {
        List<EndingLeadership> voided = new ArrayList<>(step.endingLeaderships.size());
        for (EndingLeadership ending : step.endingLeaderships) {
            if (!ending.isVoid()) {
                step.effect(new Effect.Ended(ending.term(), Effect.Reason.VOID, step.now));
            }
            voided.add(new EndingLeadership(ending.term(), Effect.Reason.VOID, ending.until(), true));
        }
        step.endingLeaderships = List.copyOf(voided);
    }

    /**
     * R9: sends the release of this peer's term to all, and repeats it until there is a leader of a higher term. Not before the
     * users of all leaderships of this node have stopped, since the release frees voters from all of them. And not while this
     * peer itself stands or leads in a higher term, since it would name a successor against itself.
     */
    static void releaseIfDue(PeerStep step) {
        if (step.ended.isEmpty()) {
            return;
        }
        Peer.EndedTerm term = step.ended.get();
        if (step.now >= term.until()) {
            step.ended = Optional.empty();
            return;
        }
        if (!step.endingLeaderships.isEmpty()
                || step.role.standsOrLeads()
                || (term.repeatAt() != Peer.NEVER && step.now < term.repeatAt())) {
            return;
        }
        step.released = Math.max(step.released, term.term());
        step.ended = Optional.of(new Peer.EndedTerm(
                term.term(), term.successor(), step.now + step.self.settings().heartbeatNanos(), term.until()));
        step.sendToAll(new Message.Release(term.term(), term.successor()));
    }
}
