package dev.conclave.explore.mutants;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.EndingLeadership;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.Core;
import java.util.List;
import java.util.Optional;

/** Faults in loyalty, releases and proofs: R6, R9, R10, R11, and in the data that a restart trusts (R3, R6). */
final class LoyaltyFaults {

    private LoyaltyFaults() {}

    /** R6: is not loyal to any leader. */
    static final class NoLoyalty extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return isA(input, Message.RequestVote.class) || isA(input, Message.RequestPreVote.class)
                    ? free(peer)
                    : peer;
        }
    }

    /** R6: is loyal for half of E. */
    static final class HalfLoyalty extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            Peer peer = step.peer();
            long half = now + peer.self().settings().electionNanos() / 2;
            return isA(input, Message.Heartbeat.class) && peer.loyalty().until() > half
                    ? give(step, with(peer, new Loyalty(peer.loyalty().obeyed(), half)))
                    : step;
        }
    }

    /** R6 (B1): loyalty bars answers, but not the vote of a candidate for itself. */
    static final class OwnVoteIsFree extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean own = input instanceof Input.Tick || isA(input, Message.PreVoteGranted.class);
            if (!own) {
                return peer;
            }
            Peer free = free(peer);
            return input instanceof Input.Tick
                            && peer.role() instanceof Follower f
                            && peer.stands()
                            && f.silentAt() != Peer.NEVER
                    ? with(free, new Follower(now, f.silentAt(), f.observeAt(), true, 0))
                    : free;
        }
    }

    /** R6 (B2): loyalty ends when the term changes. */
    static final class LoyaltyGoesWithTheTerm extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean risen =
                    step.peer().ballot().term() > before.ballot().term() && !isA(input, Message.Heartbeat.class);
            return risen ? give(step, free(step.peer())) : step;
        }
    }

    /** R6: a peer that restarted is not loyal. */
    static final class NoLoyaltyAtStart extends FaultyCore implements Core.InSurroundings {
        @Override
        public long loyalForNanos(Peer.Self self, Ballot onDisk) {
            return 0;
        }
    }

    /** R6 (A6): a peer that restarted is loyal for the shorter E of its new settings. */
    static final class ShorterLoyaltyAtStart extends FaultyCore implements Core.InSurroundings {
        @Override
        public long loyalForNanos(Peer.Self self, Ballot onDisk) {
            return super.loyalForNanos(self, onDisk) / 2;
        }
    }

    /** R6 (A11): the ballot on the disk is ignored, and the peer is not loyal. */
    static final class ForgetsTheElection extends FaultyCore implements Core.InSurroundings {
        @Override
        public Peer start(Peer.Self self, Ballot onDisk) {
            return super.start(self, Ballot.NONE);
        }

        @Override
        public long loyalForNanos(Peer.Self self, Ballot onDisk) {
            return 0;
        }
    }

    /** R6: an election that is not needed is forgotten without a floor. */
    static final class ForgetsWithoutAFloor extends FaultyCore implements Core.InSurroundings {
        @Override
        public Ballot forgotten(Ballot ballot, long floor) {
            return Ballot.NONE;
        }
    }

    /** R3 (A8): a restart goes on with the term that its former life opened. */
    static final class ResumesItsTerm extends FaultyCore implements Core.InSurroundings {
        @Override
        public Peer start(Peer.Self self, Ballot onDisk) {
            Peer peer = super.start(self, onDisk);
            long bit = 1L << Math.max(0, self.settings().voters().indexOf(self.id()));
            return onDisk.votedFor().filter(self.id()::equals).isPresent()
                            && self.settings().isVoter(self.id())
                    ? with(
                            peer,
                            new Candidate(
                                    Candidate.Phase.STANDING,
                                    bit,
                                    0,
                                    0,
                                    Peer.NEVER,
                                    Peer.NEVER,
                                    0,
                                    RegisterVersion.NONE,
                                    false))
                    : peer;
        }
    }

    /** R9: the release of a lease that ran out names a successor, as that of a hand-over does. */
    static final class ExpiredLeaseNamesASuccessor extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean ended = before.role() instanceof Leader
                    && !before.ended().equals(step.peer().ended())
                    && step.effects().stream()
                            .anyMatch(effect -> effect instanceof Effect.Dismissed dismissed
                                    && dismissed.reason() == Effect.Reason.LEASE_EXPIRED);
            if (!ended) {
                return step;
            }
            Optional<PeerId> first = ((Leader) before.role()).named().stream().findFirst();
            Peer.Step naming = give(
                    step,
                    effect -> effect instanceof Effect.Send send && send.message() instanceof Message.Release release
                            ? new Effect.Send(send.to(), new Message.Release(release.term(), first))
                            : effect);
            return give(
                    naming,
                    withEnded(
                            step.peer(),
                            step.peer()
                                    .ended()
                                    .map(it -> new Peer.EndedTerm(it.term(), first, it.repeatAt(), it.until()))));
        }
    }

    /** R6 (A1): a leader votes for others while it has a lease or its users stop. */
    static final class NotLoyalToItself extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean asked = isA(input, Message.RequestVote.class)
                    && ((Input.Received) input).message().term() > peer.ballot().term();
            if (!asked) {
                return peer;
            }
            Peer free = withEndingLeaderships(free(peer), List.of());
            return peer.role() instanceof Leader
                    ? with(free, new Follower(Peer.NEVER, Peer.NEVER, Peer.NEVER, false, 0))
                    : free;
        }

        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return isA(input, Message.RequestVote.class) && step.peer().ballot().equals(before.ballot())
                    ? give(step, withEndingLeaderships(with(step.peer(), before.role()), before.endingLeaderships()))
                    : step;
        }
    }

    /** R9 (A1): releases the term before its users have stopped. */
    static final class ReleasesBeforeUsersStop extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return withEndingLeaderships(peer, List.of());
        }

        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            List<EndingLeadership> none = List.of();
            return give(step, withEndingLeaderships(step.peer(), none));
        }
    }

    /** R9: a release below the receiver's own term is obeyed. */
    static final class BelievesOldReleases extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            return isA(input, Message.Release.class)
                    ? saying(
                            input,
                            m -> new Message.Release(
                                    Math.max(m.term(), peer.ballot().term()), ((Message.Release) m).successor()))
                    : input;
        }
    }

    /** R9 (A2): a request that names a released term frees any voter. */
    static final class AnyReleaseFrees extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean named = isA(input, Message.RequestVote.class)
                    && ((Message.RequestVote) ((Input.Received) input).message()).released() > 0;
            return named ? free(peer) : peer;
        }
    }

    /** R9 (A2): a release of any term frees a voter that has forgotten its leader. */
    static final class ReleaseFreesTheForgetful extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean named = isA(input, Message.RequestVote.class)
                    && ((Message.RequestVote) ((Input.Received) input).message()).released() > 0;
            return named && peer.loyalty().obeyed().isEmpty() ? free(peer) : peer;
        }
    }

    /** R9 (B9): goes on leading when the successor does not take over at once. */
    static final class ResumesAfterHandOver extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean handed = before.role() instanceof Leader
                    && input instanceof Input.UsersStopped
                    && !(step.peer().role() instanceof Leader);
            return handed ? give(step, with(step.peer(), before.role())) : step;
        }
    }

    /** R10: accepts false proofs of death. */
    static final class FalseProofs extends FaultyCore implements Core.InSurroundings {
        @Override
        public boolean isLifelineTrue() {
            return false;
        }
    }

    /** R10: accepts a proof about one life as a proof about the next. */
    static final class ProofByName extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            if (input instanceof Input.ProcessGone gone
                    && peer.loyalty().obeyed().isPresent()) {
                Loyalty.Obeyed obeyed = peer.loyalty().obeyed().get();
                return obeyed.leader().equals(gone.peer())
                        ? new Input.ProcessGone(gone.peer(), obeyed.incarnation())
                        : input;
            }
            return input;
        }
    }

    /** R6: is loyal to a name, so it may vote for another process of that name while the former process lives. */
    static final class LoyalToTheName extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean asked = isA(input, Message.RequestVote.class) || isA(input, Message.RequestPreVote.class);
            if (!asked || peer.loyalty().obeyed().isEmpty()) {
                return peer;
            }
            Input.Received letter = (Input.Received) input;
            Loyalty.Obeyed obeyed = peer.loyalty().obeyed().get();
            return obeyed.leader().equals(letter.from()) ? free(peer) : peer;
        }
    }

    /** R10 (A4): accepts a message of another life as a proof. */
    static final class AnotherLifeIsAProof extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            Optional<Loyalty.Obeyed> obeyed = peer.loyalty().obeyed();
            boolean another = input instanceof Input.Received received
                    && obeyed.isPresent()
                    && obeyed.get().leader().equals(received.from())
                    && !obeyed.get().incarnation().equals(received.incarnation());
            return another ? free(peer) : peer;
        }
    }

    /** R10, R11: a proof about any peer ends the loyalty. */
    static final class AnyProofFrees extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            if (input instanceof Input.ProcessGone && peer.loyalty().obeyed().isPresent()) {
                Loyalty.Obeyed obeyed = peer.loyalty().obeyed().get();
                return new Input.ProcessGone(obeyed.leader(), obeyed.incarnation());
            }
            return input;
        }
    }

    /**
     * R11: stands because of a pushed vote, its own loyalty set aside. It breaks none of S1 to S5, since a pushed vote is as
     * good as a proof that no lease is broken:
     *
     * <ol>
     *   <li>A vote for term t + 1 that its receiver did not ask for in this life was cast by a voter in term t that knew the
     *       leader X of t, that very life of it, to be gone, or to have released t. Either way X leads t no more, and never
     *       again.
     *   <li>The receiver heeds it only while its own term is at most t. So any leader that it is loyal to, be it from before
     *       its start, leads a term of at most t: it acknowledges no leader above its own term.
     *   <li>If that is X, see 1: a later life of X opens a term above t, since t was on its disk. If it led a lower term, X was
     *       elected above it, and so it held no lease then (STRONG) and has got none since: a majority for one shares a voter
     *       with that of X.
     * </ol>
     *
     * Hence no lease rests on the loyalty that is set aside, and every voter judges the receiver's requests by its own loyalty.
     * The clause serves quiet: with this fault the receiver of a pushed vote asks before its turn in the succession.
     */
    static final class PushedVoteMakesStand extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean pushed = isA(input, Message.VoteGranted.class)
                    && before.role() instanceof Follower
                    && step.peer().stands();
            if (!pushed
                    || ((Input.Received) input).message().term()
                            <= before.ballot().term()) {
                return step;
            }
            Follower f = (Follower) before.role();
            return give(step, with(free(step.peer()), new Follower(now, f.silentAt(), f.observeAt(), true, 0)));
        }
    }
}
