package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;

/**
 * Asks for votes: first whether it would be elected (canvassing, R5), then, with its term raised, for the votes themselves
 * (standing).
 *
 * @param phase canvassing or standing
 * @param granted the voters that granted, including this peer if it is a voter (R4)
 * @param refused the voters that refused
 * @param againAt when this peer asks the voters again that have not answered
 * @param endsAt when a round of standing is given up; {@link Peer#NEVER} before the own vote is durable
 * @param freeInNanos the shortest time after which a refusing voter said that its loyalty ends; {@link Peer#NEVER} if none did
 * @param askedAt when this peer sent the first of the requests that no other peer has answered yet
 * @param newest the newest version of the register that the votes name (U2)
 * @param rival whether a peer before this one in the order of seats asks for pre-votes in the same term
 */
public record Candidate(
        Phase phase,
        long granted,
        long refused,
        long againAt,
        long endsAt,
        long freeInNanos,
        long askedAt,
        RegisterVersion newest,
        boolean rival)
        implements Role {

    /** After how many election timeouts a peer whose configuration has no term left reports that again (E2). */
    private static final int LOOKS_AGAIN_AFTER_ELECTIONS = 10;

    /** The phase of a candidate. */
    public enum Phase {
        /** Asks for pre-votes: whether it would be elected. */
        CANVASSING,
        /** Asks for votes. */
        STANDING
    }

    /** R5: asks whether this peer would be elected in the next term. */
    static void canvass(PeerStep step) {
        if (!maySeek(step, step.ballot.term())) {
            return;
        }
        long unit = CampaignDelays.unit(step);
        Candidate before = step.role instanceof Candidate candidate ? candidate : null;
        step.role = new Candidate(
                Phase.CANVASSING,
                step.bit(step.self.id()),
                0,
                step.now + unit + step.jitter(unit),
                Peer.NEVER,
                Peer.NEVER,
                before == null || before.isHeard(step) ? step.now : before.askedAt,
                RegisterVersion.NONE,
                before != null && before.rival);
        step.sendToVoters(new Message.RequestPreVote(step.termAbove(step.ballot.term()), step.released));
        count(step);
    }

    /**
     * Opens a term and asks for votes in it. The requests travel while the own vote is written to disk (R3). Loyalty to another
     * leader bars the own vote like any other (R6).
     */
    static void stand(PeerStep step) {
        standAbove(step, step.ballot.term());
    }

    /** Stands above a given term (R1). */
    static void standAbove(PeerStep step, long met) {
        if (!maySeek(step, met)) {
            return;
        }
        long term = step.termAbove(met);
        long unit = CampaignDelays.unit(step);
        step.responseTimes = step.responseTimes.yielding(false);
        step.forgetLeader();
        step.persist(Ballot.vote(term, step.self.id()));
        step.role = new Candidate(
                Phase.STANDING,
                step.bit(step.self.id()) | PushedVotes.in(step, term),
                0,
                step.now + unit + step.jitter(unit),
                Peer.NEVER,
                Peer.NEVER,
                step.now,
                PushedVotes.newestIn(step, term),
                false);
        step.effect(new Effect.Standing(term));
        step.sendToVoters(new Message.RequestVote(term, step.released, step.register.version()));
        // Votes, including pushed ones, are counted once the own vote is durable.
    }

    /**
     * Returns whether this peer may stand in a term above the given one, and is not loyal to another leader; if not, the peer
     * waits as a Follower.
     */
    private static boolean maySeek(PeerStep step, long above) {
        if (step.mayStand() && !step.isOfThisConfiguration(step.termAbove(above))) {
            step.effect(new Effect.NoTermLeft(above, step.self.configuration()));
            step.role = Follower.waiting(
                    step, LOOKS_AGAIN_AFTER_ELECTIONS * step.self.settings().electionNanos());
            return false;
        }
        if (step.mayStand() && !Voting.isBarred(step, step.self.id(), step.self.incarnation(), step.released)) {
            return true;
        }
        step.role = Follower.waiting(step, step.self.settings().stepNanos() + CampaignDelays.succession(step));
        return false;
    }

    /** R3 and R4: counts the answers. No vote counts before the own ballot is durable, not even those of other voters. */
    private static void count(PeerStep step) {
        if (!(step.role instanceof Candidate candidate)) {
            return;
        }
        int voters = step.self.settings().voters().size();
        switch (Quorum.outcome(voters, candidate.granted, candidate.refused)) {
            case WON -> {
                if (candidate.phase == Phase.CANVASSING) {
                    candidate.measure(step);
                    candidate.standOrYield(step);
                } else if (step.gate.isOpen()) {
                    step.responseTimes =
                            step.responseTimes.afterVictory(step.now - candidate.askedAt, step.self.settings());
                    Leader.begin(step, candidate.newest);
                }
            }
            case LOST -> {
                if (candidate.phase == Phase.CANVASSING) {
                    candidate.measure(step);
                }
                candidate.retreat(step);
            }
            case PENDING -> {}
        }
    }

    private void measure(PeerStep step) {
        step.responseTimes = step.responseTimes.afterCanvass(step.now - askedAt, step.self.settings());
    }

    /**
     * R11: on long paths, equal peers learn of each other only after all have opened the term. So of two peers that canvass at
     * the same time, the later one in the order of seats waits as long as the other's request may be on its way; but only once,
     * since the other's requests may not reach any peer.
     */
    private void standOrYield(PeerStep step) {
        if (rival && step.responseTimes.path() > 0 && !step.responseTimes.yielded()) {
            long unit = CampaignDelays.unit(step);
            step.responseTimes = step.responseTimes.yielding(true);
            step.role = Follower.waiting(step, unit + step.jitter(unit / 2));
        } else {
            stand(step);
        }
    }

    /** Whether the peer comes before this one: voters in the order of their seats, and after them the non-voters. */
    private static boolean comesBefore(PeerStep step, PeerId peer) {
        boolean votes = step.bit(peer) != 0;
        return votes == step.isVoter() ? step.self.isBehind(peer) : votes;
    }

    /**
     * This round has no majority. A peer that asked a moment too early asks again when the loyalty of the refusing voters ends,
     * after a step at the latest and not after another E; always with jitter, since equal peers would otherwise tie for ever
     * (R11).
     */
    private void retreat(PeerStep step) {
        Settings settings = step.self.settings();
        long unit = CampaignDelays.unit(step);
        int voters = settings.voters().size();
        long spread = Math.max(settings.stepNanos() * voters, Math.min(unit * voters, settings.electionNanos() / 2));
        step.role = freeInNanos < unit
                ? Follower.waiting(step, freeInNanos + step.jitter(unit / 2))
                : Follower.waiting(step, unit / 2 + step.jitter(spread));
    }

    @Override
    public String name() {
        return "Candidate";
    }

    @Override
    public long wakeAt(Peer.Self self) {
        return Math.min(againAt, endsAt);
    }

    @Override
    public long canvassesAt() {
        return phase == Phase.CANVASSING ? againAt : Peer.NEVER;
    }

    @Override
    public boolean standsOrLeads() {
        return phase == Phase.STANDING;
    }

    @Override
    public void onTick(PeerStep step) {
        if (step.now >= endsAt) {
            if (!isAnswered(step)) {
                step.responseTimes = step.responseTimes.afterSilence();
            }
            retreat(step);
        } else if (step.now >= againAt) {
            if (phase == Phase.CANVASSING) {
                canvass(step);
            } else {
                askAgain(step);
            }
        }
    }

    /** Whether another peer has answered: then voters that have not are unreachable, and the path is not long. */
    private boolean isHeard(PeerStep step) {
        return (granted | refused) != step.bit(step.self.id());
    }

    /** Whether a majority has answered. */
    private boolean isAnswered(PeerStep step) {
        return Long.bitCount(granted | refused) >= step.self.settings().quorum();
    }

    private Candidate withAnswers(long yes, long no, long free) {
        return new Candidate(phase, yes, no, againAt, endsAt, free, askedAt, newest, rival);
    }

    private Candidate askingAgain(long at, long until) {
        return new Candidate(phase, granted, refused, at, until, freeInNanos, askedAt, newest, rival);
    }

    /** While the next campaign is deferred, answers to the last requests still count. */
    @Override
    public void onDeferred(PeerStep step, long until) {
        if (phase == Phase.CANVASSING && step.now >= againAt) {
            step.role = askingAgain(until, endsAt);
        } else {
            onTick(step);
        }
    }

    /**
     * Once a majority has answered without a decision, the votes are split and the remaining voters may be unreachable: they get
     * one more step, and not the whole round. (With five voters, one of them unreachable and two votes for each candidate, every
     * round would last E/2, again and again.)
     */
    private void askAgain(PeerStep step) {
        long unit = CampaignDelays.unit(step);
        long again = step.now + unit + step.jitter(unit);
        boolean split = isAnswered(step) && endsAt != Peer.NEVER;
        step.role = askingAgain(again, split ? again : Math.max(endsAt, again));
        for (PeerId voter : step.self.settings().voters()) {
            if ((step.bit(voter) & (granted | refused)) == 0) {
                step.send(voter, new Message.RequestVote(step.ballot.term(), step.released, step.register.version()));
            }
        }
    }

    @Override
    public void onRequestPreVote(PeerStep step, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        if (phase == Phase.CANVASSING
                && asked.term() == step.termAbove(step.ballot.term())
                && comesBefore(step, from)) {
            step.role = new Candidate(phase, granted, refused, againAt, endsAt, freeInNanos, askedAt, newest, true);
        }
        Voting.answerPreVote(step, from, incarnation, asked);
    }

    @Override
    public void onPreVoteGranted(PeerStep step, PeerId from, Message.PreVoteGranted yes) {
        if (phase == Phase.CANVASSING && yes.term() == step.termAbove(step.ballot.term())) {
            step.role = withAnswers(granted | step.bit(from), refused, freeInNanos);
            count(step);
        }
    }

    @Override
    public void onPreVoteRefused(PeerStep step, PeerId from, Message.PreVoteRefused no) {
        if (no.term() > step.ballot.term()) {
            Voting.learn(step, no.term());
        } else if (phase == Phase.CANVASSING && no.asked() == step.termAbove(step.ballot.term())) {
            long free = no.loyalForNanos() > 0 ? Math.min(freeInNanos, no.loyalForNanos()) : freeInNanos;
            step.role = withAnswers(granted, refused | step.bit(from), free);
            count(step);
        }
    }

    @Override
    public void onVoteGranted(PeerStep step, PeerId from, Message.VoteGranted yes) {
        if (phase == Phase.STANDING && yes.term() == step.ballot.term()) {
            if (!Voting.isForThisLife(step, yes)) {
                return;
            }
            step.role = new Candidate(
                    phase,
                    granted | step.bit(from),
                    refused,
                    againAt,
                    endsAt,
                    freeInNanos,
                    askedAt,
                    step.bit(from) == 0 ? newest : newest.max(yes.holds()),
                    rival);
            count(step);
        } else {
            PushedVotes.keep(step, from, yes);
        }
    }

    @Override
    public void onVoteRefused(PeerStep step, PeerId from, Message.VoteRefused no) {
        if (no.term() > step.ballot.term()) {
            Voting.learn(step, no.term());
        } else if (phase == Phase.STANDING && no.asked() == step.ballot.term()) {
            step.role = withAnswers(granted, refused | step.bit(from), freeInNanos);
            count(step);
        }
    }

    @Override
    public void onPersisted(PeerStep step) {
        if (phase == Phase.STANDING && endsAt == Peer.NEVER && step.gate.isOpen()) {
            // No vote counts before the own one is durable, so the round starts now.
            long round = CampaignDelays.round(step);
            step.role = askingAgain(againAt, step.now + round + step.jitter(round / 2));
        }
        count(step);
    }

    @Override
    public void onWithdraw(PeerStep step) {
        step.stands = false;
        step.role = Follower.waiting(step, 0);
    }

    @Override
    public void onLeave(PeerStep step) {
        step.leaving = true;
        step.role = Follower.waiting(step, 0);
    }

    /**
     * E5: drops the campaign. Votes that were granted under the former configuration must not be counted among other voters: this
     * peer's own vote alone would be a majority of a list that has shrunk to this peer.
     */
    @Override
    public void onSwitched(PeerStep step) {
        long unit = CampaignDelays.unit(step);
        step.role = Follower.waiting(step, unit / 2 + step.jitter(unit));
    }
}
