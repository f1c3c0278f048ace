package dev.conclave.explore.mutants;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.DurabilityGate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.PushedVotes;
import dev.conclave.explore.world.PeerGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Faults in voting and counting: R1 to R4, and R11's pushed votes. */
final class VoteFaults {

    private VoteFaults() {}

    /** R1: a peer in an old term asks in vain for ever. */
    static final class RefusalsTeachNothing extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            long own = peer.ballot().term();
            if (isA(input, Message.VoteRefused.class)) {
                return saying(
                        input,
                        m -> new Message.VoteRefused(Math.min(own, m.term()), ((Message.VoteRefused) m).asked()));
            } else if (isA(input, Message.PreVoteRefused.class)) {
                return saying(input, m -> {
                    Message.PreVoteRefused no = (Message.PreVoteRefused) m;
                    return new Message.PreVoteRefused(Math.min(own, no.term()), no.asked(), no.loyalForNanos());
                });
            } else if (isA(input, Message.HeartbeatRefused.class)) {
                return saying(input, m -> new Message.HeartbeatRefused(Math.max(1, Math.min(own, m.term()))));
            }
            return input;
        }
    }

    /** R2: a second vote in a term. */
    static final class VotesTwice extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean again = isA(input, Message.RequestVote.class)
                    && ((Input.Received) input).message().term()
                            == peer.ballot().term();
            return again ? with(peer, Ballot.learned(peer.ballot().term() - 1)) : peer;
        }
    }

    /** R2 in Raft's looser form: having merely learned of a term leaves its vote free. */
    static final class VotesInLearnedTerm extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean learned = isA(input, Message.RequestVote.class)
                    && ((Input.Received) input).message().term()
                            == peer.ballot().term()
                    && peer.ballot().votedFor().isEmpty();
            return learned ? with(peer, Ballot.learned(peer.ballot().term() - 1)) : peer;
        }
    }

    /** R2: votes in a term below its own. */
    static final class VotesInOldTerm extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean old = isA(input, Message.RequestVote.class)
                    && ((Input.Received) input).message().term() < peer.ballot().term();
            return old
                    ? with(
                            peer,
                            Ballot.learned(((Input.Received) input).message().term() - 1))
                    : peer;
        }
    }

    /** R2: grants every request in the term that it voted in. */
    static final class RepeatsToAnybody extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return give(
                    step,
                    effect -> effect instanceof Effect.Send send
                                    && send.message() instanceof Message.VoteRefused no
                                    && no.term() == no.asked()
                            ? new Effect.Send(send.to(), new Message.VoteGranted(no.asked()))
                            : effect);
        }
    }

    /** R2: a vote is for a name, so every process of a non-voter receives it. */
    static final class VotesForTheName extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean asked = isA(input, Message.RequestVote.class) || isA(input, Message.RequestPreVote.class);
            return asked
                            && peer.votedLife().isPresent()
                            && peer.ballot()
                                    .votedFor()
                                    .filter(((Input.Received) input).from()::equals)
                                    .isPresent()
                    ? votedForLife(peer, ((Input.Received) input).incarnation())
                    : peer;
        }
    }

    /** R2: a non-voter counts a vote for a former process of its name. */
    static final class CountsVotesForFormerLives extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            return isA(input, Message.VoteGranted.class)
                            && !peer.self().settings().isVoter(peer.self().id())
                    ? saying(
                            input,
                            message -> new Message.VoteGranted(
                                    message.term(), Optional.of(peer.self().incarnation())))
                    : input;
        }
    }

    /** R3: forgets to write. */
    static final class NeverWrites extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return letGo(step, true);
        }
    }

    /** R3: answers while the disk works. */
    static final class AnswersBeforeDurable extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return letGo(step, false);
        }
    }

    /** R3: an answer that is repeated overtakes the force in flight. */
    static final class RepeatedAnswerOvertakes extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean repeated = isA(input, Message.RequestVote.class)
                    && before.ballot().equals(step.peer().ballot())
                    && !before.gate().queue().isEmpty();
            return repeated ? overtaking(before, step) : step;
        }
    }

    /** R3 (F6): the term is not new any more, so its acknowledgement leaves at once. */
    static final class AcknowledgementOvertakes extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean known = isA(input, Message.Heartbeat.class)
                    && before.ballot().equals(step.peer().ballot())
                    && !before.gate().queue().isEmpty();
            return known ? overtaking(before, step) : step;
        }
    }

    private static Peer.Step overtaking(Peer before, Peer.Step step) {
        List<Effect> effects = new ArrayList<>(step.effects());
        List<Effect> queue = step.peer().gate().queue();
        for (int i = before.gate().queue().size(); i < queue.size(); i++) {
            effects.add(queue.get(i));
        }
        return new Peer.Step(FaultyCore.with(step.peer(), before.gate()), effects);
    }

    /** R3 (F5): the others' votes are a majority, so it leads before its own ballot is durable. */
    static final class CountsBeforeDurable extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return isA(input, Message.VoteGranted.class) && peer.role() instanceof Candidate
                    ? with(peer, new DurabilityGate(List.of(), 0))
                    : peer;
        }
    }

    /** R3 (A9): a loss is announced only when the ballot is written. */
    static final class LossIsToldLast extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            List<Effect> first = new ArrayList<>();
            List<Effect> last = new ArrayList<>();
            for (Effect effect : step.effects()) {
                boolean loss = effect instanceof Effect.Dismissed || effect instanceof Effect.Ended;
                (loss ? last : first).add(effect);
            }
            first.addAll(last);
            return give(step, first);
        }
    }

    /** R4: counts grants, not voters. */
    static final class CountsRepeatedGrants extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            return isA(input, Message.VoteGranted.class)
                            && peer.role() instanceof Candidate candidate
                            && isCounted(peer, candidate.granted(), ((Input.Received) input).from())
                    ? from(input, uncounted(peer, candidate.granted()))
                    : input;
        }
    }

    private static boolean isCounted(Peer peer, long bits, PeerId voter) {
        int place = peer.self().settings().voters().indexOf(voter);
        return place >= 0 && ((bits >> place) & 1) == 1;
    }

    private static PeerId uncounted(Peer peer, long bits) {
        List<PeerId> voters = peer.self().settings().voters();
        int place = Math.min(voters.size() - 1, Long.numberOfTrailingZeros(~bits));
        return voters.get(place);
    }

    /** R4: counts grants of any term. */
    static final class CountsLateGrants extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            return isA(input, Message.VoteGranted.class) && peer.role() instanceof Candidate
                    ? saying(
                            input,
                            m -> new Message.VoteGranted(
                                    Math.max(1, peer.ballot().term())))
                    : input;
        }
    }

    /** R4: counts a pre-vote as a vote. */
    static final class CountsPreVotes extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            boolean standing =
                    peer.role() instanceof Candidate candidate && candidate.phase() == Candidate.Phase.STANDING;
            return isA(input, Message.PreVoteGranted.class) && standing
                    ? saying(input, m -> new Message.VoteGranted(m.term()))
                    : input;
        }
    }

    /** R4: half of the voters are enough. */
    static final class HalfIsAMajority extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            boolean half = isA(input, Message.VoteGranted.class)
                    && peer.role() instanceof Candidate candidate
                    && candidate.phase() == Candidate.Phase.STANDING
                    && 2 * (Long.bitCount(candidate.granted()) + 1)
                            >= peer.self().settings().voters().size();
            if (!half) {
                return peer;
            }
            Candidate c = (Candidate) peer.role();
            int voters = peer.self().settings().voters().size();
            long all = (1L << voters) - 1;
            return with(
                    peer,
                    new Candidate(
                            c.phase(),
                            all,
                            0,
                            c.againAt(),
                            c.endsAt(),
                            c.freeInNanos(),
                            c.askedAt(),
                            c.newest(),
                            c.rival()));
        }
    }

    /** R4: a candidate that is not a voter counts itself. */
    static final class NonVoterCountsItself extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            if (peer.role() instanceof Candidate c
                    && !peer.self().settings().isVoter(peer.self().id())
                    && isA(input, Message.VoteGranted.class)
                    && c.phase() == Candidate.Phase.STANDING) {
                long all = (1L << peer.self().settings().voters().size()) - 1;
                int sender = peer.self().settings().voters().indexOf(((Input.Received) input).from());
                long one = Long.highestOneBit(all & ~c.granted() & ~(sender < 0 ? 0 : 1L << sender));
                return with(
                        peer,
                        new Candidate(
                                c.phase(),
                                c.granted() | one,
                                c.refused(),
                                c.againAt(),
                                c.endsAt(),
                                c.freeInNanos(),
                                c.askedAt(),
                                c.newest(),
                                c.rival()));
            }
            return peer;
        }
    }

    /** R11: a pushed vote counts in any term in which its receiver stands. */
    static final class PushedVotesFitAnyTerm extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            if (peer.pushed().isEmpty()) {
                return peer;
            }
            Map<PeerId, PushedVotes.Pushed> edited = new HashMap<>();
            peer.pushed()
                    .forEach((voter, vote) -> edited.put(
                            voter, new PushedVotes.Pushed(peer.ballot().term() + 1, vote.holds())));
            return withPushed(peer, Map.copyOf(edited));
        }
    }

    /** R12: regards its own sleep as silence of the leader, and asks at once. */
    static final class NeverDrains extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return peer.role() instanceof Follower f
                    ? with(peer, new Follower(f.standAt(), f.silentAt(), f.observeAt(), true, 0))
                    : peer;
        }
    }

    /** R12 (C8): handles queued messages first after every late timer, so a node that is always late never asks. */
    static final class AlwaysDrains extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return peer.role() instanceof Follower f
                    ? with(peer, new Follower(f.standAt(), f.silentAt(), f.observeAt(), false, 0))
                    : peer;
        }
    }

    /** R5: raises its term without having asked whether it would be elected. */
    static final class NoPreVote extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean canvasses = input instanceof Input.Tick
                    && !(before.role() instanceof Candidate)
                    && step.peer().role() instanceof Candidate c
                    && c.phase() == Candidate.Phase.CANVASSING;
            if (!canvasses) {
                return step;
            }
            Peer asked = step.peer();
            int voters = asked.self().settings().voters().size();
            Candidate c = (Candidate) asked.role();
            Candidate certain = new Candidate(
                    c.phase(),
                    (1L << voters) - 1,
                    0,
                    c.againAt(),
                    c.endsAt(),
                    c.freeInNanos(),
                    c.askedAt(),
                    c.newest(),
                    c.rival());
            PeerId someone = asked.self().settings().voters().get(0);
            return with(asked, certain)
                    .step(
                            now,
                            0,
                            new Input.Received(
                                    someone,
                                    PeerGroup.incarnation(0, 1),
                                    new Message.PreVoteGranted(asked.ballot().term() + 1)));
        }
    }

    /** R5: granting a pre-vote adopts the term. */
    static final class PreVotesTeach extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean asked = isA(input, Message.RequestPreVote.class)
                    && ((Input.Received) input).message().term()
                            > before.ballot().term();
            return asked
                    ? give(
                            step,
                            with(
                                    step.peer(),
                                    Ballot.learned(
                                            ((Input.Received) input).message().term())))
                    : step;
        }
    }

    /** R11: without jitter equal peers tie for ever. */
    static final class NoJitter extends FaultyCore {
        @Override
        long drawn(long draw) {
            return 0;
        }
    }
}
