package dev.conclave.explore.electorate;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.electorate.ElectorateEffect;
import dev.conclave.core.electorate.ElectorateEffect.Store;
import dev.conclave.core.electorate.ElectorateEffect.Tell;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.Force;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.Round;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.RebuiltPeer;
import dev.conclave.explore.world.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Deliberate faults in the rules of the electorate, each around the production core. */
final class ElectorateFaults {

    private ElectorateFaults() {}

    /** Whether a violation is more than that nothing happens in the quiet. */
    static boolean isOfSafety(Violation violation) {
        return !violation.property().equals("L1") && !violation.property().equals("L2");
    }

    private static Electorate with(Electorate e, StoredElectorate pending, Optional<Proposal> proposal, int obeyed) {
        return new Electorate(
                e.self(),
                e.durable(),
                pending,
                e.gate(),
                e.switchedTo(),
                obeyed,
                e.whollySince(),
                e.storedAt(),
                e.askAgainAt(),
                e.seen(),
                e.shown(),
                e.highestCounter(),
                proposal,
                e.clockOffsetMillis(),
                e.answers(),
                e.holdsRegister(),
                e.catchUp());
    }

    private static Proposal with(Proposal p, Round round) {
        return new Proposal(p.request(), p.rest(), p.base(), p.own(), round, p.givesUpAt());
    }

    private static Proposal endingAt(Proposal p, long at) {
        Round r = p.round();
        return with(p, new Round(r.phase(), r.ballot(), r.answered(), r.accepted(), r.pauseNanos(), r.value(), at, at));
    }

    private static Proposal ignoring(Proposal p) {
        Round r = p.round();
        return with(
                p,
                new Round(
                        r.phase(),
                        r.ballot(),
                        r.answered(),
                        Optional.empty(),
                        r.pauseNanos(),
                        r.value(),
                        r.endsAt(),
                        r.againAt()));
    }

    /** E6: proposes at once, without the pause. */
    static final class NoPause implements ElectorateCore {
        @Override
        public Electorate.Step after(Electorate before, Electorate.Step step, long now) {
            Electorate e = step.electorate();
            Optional<Proposal> proposal =
                    e.proposal().map(one -> one.round().phase() == Round.Phase.PAUSE ? endingAt(one, now) : one);
            return new Electorate.Step(with(e, e.pending(), proposal, e.obeyed()), step.effects());
        }
    }

    /** E6: a promise names the E of its configuration, and not the longest. */
    static final class PauseOfThePresentElection implements ElectorateCore {
        @Override
        public Electorate.Step after(Electorate before, Electorate.Step step, long now) {
            List<ElectorateEffect> effects = new ArrayList<>();
            for (ElectorateEffect effect : step.effects()) {
                effects.add(
                        effect instanceof Tell tell && tell.message() instanceof Promise promise
                                ? new Tell(
                                        tell.to(),
                                        new Promise(
                                                promise.group(),
                                                promise.number(),
                                                promise.ballot(),
                                                promise.accepted(),
                                                step.electorate().settings().electionNanos()))
                                : effect);
            }
            Electorate e = step.electorate();
            Optional<Proposal> proposal = e.proposal()
                    .map(one -> one.round().phase() == Round.Phase.PAUSE
                                    && before.proposal()
                                            .filter(was -> was.round().phase() == Round.Phase.PREPARE)
                                            .isPresent()
                            ? endingAt(one, now + e.settings().electionNanos())
                            : one);
            return new Electorate.Step(with(e, e.pending(), proposal, e.obeyed()), effects);
        }
    }

    /** E6: promises before its last peer obeys the configuration. */
    static final class PromisesEarly implements ElectorateCore {
        @Override
        public Electorate.Step after(Electorate before, Electorate.Step step, long now) {
            Electorate e = step.electorate();
            return new Electorate.Step(
                    with(e, e.pending(), e.proposal(), e.durable().number()), step.effects());
        }
    }

    /** E6: ignores what was accepted, and proposes its own wish. */
    static final class IgnoresAccepted implements ElectorateCore {
        @Override
        public Electorate.Step after(Electorate before, Electorate.Step step, long now) {
            Electorate e = step.electorate();
            return new Electorate.Step(
                    with(e, e.pending(), e.proposal().map(ElectorateFaults::ignoring), e.obeyed()), step.effects());
        }
    }

    /** E4: obeys before the disk has written. */
    static final class ObeysEarly implements ElectorateCore {
        @Override
        public Electorate.Step after(Electorate before, Electorate.Step step, long now) {
            List<ElectorateEffect> effects = new ArrayList<>(step.effects());
            for (ElectorateEffect effect : step.effects()) {
                if (effect instanceof Store store
                        && store.electorate().number() > before.durable().number()) {
                    effects.add(new ElectorateEffect.Switch(
                            store.electorate().configuration().orElseThrow(), false));
                }
            }
            return new Electorate.Step(step.electorate(), effects);
        }
    }

    /** E6: a promise is not forced. */
    static final class ForgetsPromises implements ElectorateCore {
        @Override
        public StoredElectorate read(StoredElectorate onDisk) {
            return new StoredElectorate(
                    onDisk.configuration(),
                    onDisk.longestElectionNanos(),
                    onDisk.accepted().map(StoredElectorate.Acceptance::ballot).orElse(RoundBallot.NONE),
                    onDisk.accepted(),
                    onDisk.founder());
        }
    }

    /** E6: an acceptance is not forced. */
    static final class ForgetsAcceptances implements ElectorateCore {
        @Override
        public StoredElectorate read(StoredElectorate onDisk) {
            return new StoredElectorate(
                    onDisk.configuration(),
                    onDisk.longestElectionNanos(),
                    onDisk.promised(),
                    Optional.empty(),
                    onDisk.founder());
        }
    }

    /**
     * E6: one ballot for two wishes, after a start. Harmless: a message of the former life is not heard, and a voter that has
     * accepted under a ballot promises only higher ones, so no majority promises the same ballot once a configuration was chosen
     * under it.
     */
    static final class ReusesBallots implements ElectorateCore {
        @Override
        public long roundLife(int life) {
            return 0;
        }
    }

    /** E8: a node that is not a voter keeps its ballots in memory. */
    static final class BallotsInMemory implements ElectorateCore {
        @Override
        public boolean keepsBallots(boolean isVoter) {
            return false;
        }
    }

    /** E3: hears messages of any configuration. */
    static final class HearsAnyLabel implements ElectorateCore {
        @Override
        public int heardAs(int configuration, Peer hearer, Message message) {
            return hearer.self().configuration();
        }
    }

    /** E8: acts as a voter by its address, whatever its directory. */
    static final class ActsByAddress implements ElectorateCore {
        @Override
        public boolean isHeard(Electorate electorate) {
            return electorate.configuration().isPresent();
        }

        @Override
        public boolean hears(Electorate electorate, int from, DirectoryIdentity identity) {
            return true;
        }
    }

    /**
     * E5: a campaign goes on under the next configuration. Harmless: no voter answers a request in a term of a former one (E2), and
     * the campaign ends by its timer; nothing counts its votes again before that.
     */
    static final class KeepsCampaigns implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.step(now, draw, input);
            return input instanceof Input.Switched && peer.role() instanceof Candidate
                    ? new Peer.Step(
                            RebuiltPeer.of(step.peer()).role(peer.role()).peer(), step.effects())
                    : step;
        }
    }

    /** E5: acknowledgements count under the next configuration. */
    static final class KeepsAcknowledgements implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.checkedStep(now, draw, input);
            boolean sameVoters = peer.self()
                    .settings()
                    .voters()
                    .equals(step.peer().self().settings().voters());
            if (input instanceof Input.Switched
                    && sameVoters
                    && peer.role() instanceof Leader before
                    && step.peer().role() instanceof Leader after) {
                Leader kept = new Leader(
                        after.givesUpAt(),
                        after.leaseUntil(),
                        after.announced(),
                        after.retiring(),
                        before.acks(),
                        after.roundAt(),
                        after.beatAt(),
                        after.named(),
                        after.register());
                return new Peer.Step(RebuiltPeer.of(step.peer()).role(kept).peer(), step.effects());
            }
            return step;
        }
    }

    /** E5: loyalty ends with the configuration. */
    static final class DropsLoyalty implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.checkedStep(now, draw, input);
            return input instanceof Input.Switched
                    ? new Peer.Step(
                            RebuiltPeer.of(step.peer()).loyalty(Loyalty.NONE).peer(), step.effects())
                    : step;
        }
    }

    /** E7: an acknowledgement under a shorter E shortens the loyalty. */
    static final class ShortensLoyalty implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.checkedStep(now, draw, input);
            Loyalty loyalty = step.peer().loyalty();
            long own = now + step.peer().self().settings().electionNanos();
            boolean acknowledges = input instanceof Input.Received received
                    && received.message() instanceof Message.Heartbeat
                    && !loyalty.obeyed().equals(peer.loyalty().obeyed());
            return acknowledges && loyalty.until() > own
                    ? new Peer.Step(
                            RebuiltPeer.of(step.peer())
                                    .loyalty(new Loyalty(loyalty.obeyed(), own))
                                    .peer(),
                            step.effects())
                    : step;
        }
    }

    /** E7: the longest E shrinks as soon as a configuration with a shorter one is stored. */
    static final class ForgetsTheLongestElection implements ElectorateCore {
        @Override
        public long loyalForNanos(Ballot onDisk, StoredElectorate head) {
            return onDisk.term() == 0
                    ? 0
                    : head.configuration().map(Configuration::electionNanos).orElse(0L);
        }
    }

    /** R6: no loyalty after a start. */
    static final class NoLoyaltyAtStart implements ElectorateCore {
        @Override
        public long loyalForNanos(Ballot onDisk, StoredElectorate head) {
            return 0;
        }
    }

    private static Peer.Step edited(Peer.Step step, Predicate<Effect> stays) {
        return new Peer.Step(step.peer(), step.effects().stream().filter(stays).toList());
    }

    /** E5 and S5: a switch ends the leaderships whose users are still stopping. */
    static final class ForgetsUsers implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.checkedStep(now, draw, input);
            if (!(input instanceof Input.Switched)) {
                return step;
            }
            List<Effect> effects = new ArrayList<>(step.effects());
            step.peer()
                    .endingLeaderships()
                    .forEach(ending -> effects.add(new Effect.Ended(ending.term(), ending.reason(), now)));
            return new Peer.Step(
                    RebuiltPeer.of(step.peer()).endingLeaderships(List.of()).peer(), effects);
        }
    }

    /** S5: the users of a leadership that ends by a switch are not told. */
    static final class TellsNoUsers implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.checkedStep(now, draw, input);
            return input instanceof Input.Switched
                    ? edited(step, effect -> !(effect instanceof Effect.Dismissed))
                    : step;
        }
    }

    /** E5 and S5: a switch forgets the margin that users have to stop. */
    static final class ForgetsTheMargin implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.checkedStep(now, draw, input);
            Peer.Self self = step.peer().self();
            return input instanceof Input.Switched
                    ? new Peer.Step(
                            RebuiltPeer.of(step.peer())
                                    .self(new Peer.Self(
                                            self.id(),
                                            self.incarnation(),
                                            self.configuration(),
                                            self.settings(),
                                            0,
                                            self.seating()))
                                    .peer(),
                            step.effects())
                    : step;
        }
    }

    /** E11: a leader leads on under the group that replaces its own. */
    static final class LeadsOnAfterForce implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            return peer.checkedStep(
                    now,
                    draw,
                    input instanceof Input.Switched to
                            ? new Input.Switched(to.configuration(), to.settings(), false, to.isHeard())
                            : input);
        }
    }

    /** E11: the forced group has the number of the one that it replaces. */
    static final class ForcesTheSameNumber implements ElectorateCore {
        @Override
        public StoredElectorate forced(
                Force force, PeerId self, DirectoryIdentity identity, StoredElectorate head, long draw) {
            Configuration forced = ElectorateCore.super
                    .forced(force, self, identity, head, draw)
                    .configuration()
                    .orElseThrow();
            return head.storing(new Configuration(
                    forced.group(),
                    forced.former(),
                    head.number(),
                    forced.named(),
                    forced.previous(),
                    forced.settings(),
                    forced.history()));
        }
    }

    /** U7: accepts the next voters without the registers of the former ones. */
    static final class ReadsNoRegisters implements ElectorateCore {
        @Override
        public Electorate.Step after(Electorate before, Electorate.Step step, long now) {
            Electorate e = step.electorate();
            PeerMap<Electorate.Seen> seen = PeerMap.empty();
            for (Map.Entry<PeerId, Electorate.Seen> entry : e.seen().entrySet()) {
                Electorate.Seen said = entry.getValue();
                seen = seen.with(
                        entry.getKey(),
                        new Electorate.Seen(
                                said.identity(),
                                said.group(),
                                said.stored(),
                                said.obeyed(),
                                said.stopMarginNanos(),
                                false,
                                said.saidAt()));
            }
            return new Electorate.Step(
                    new Electorate(
                            e.self(),
                            e.durable(),
                            e.pending(),
                            e.gate(),
                            e.switchedTo(),
                            e.obeyed(),
                            e.whollySince(),
                            e.storedAt(),
                            e.askAgainAt(),
                            seen,
                            e.shown(),
                            e.highestCounter(),
                            e.proposal(),
                            e.clockOffsetMillis(),
                            e.answers(),
                            e.holdsRegister(),
                            e.catchUp()),
                    step.effects());
        }
    }

    /**
     * U6: keeps its count over a switch, as it stands: a bit for each place in the list of the voters, and whether they were
     * enough. Another voter may have that place in the next list, and fewer may be enough there.
     */
    static final class KeepsCountingAfterASwitch implements ElectorateCore {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            Peer.Step step = peer.checkedStep(now, draw, input);
            if (!(input instanceof Input.Switched)
                    || !(peer.role() instanceof Leader before)
                    || !(step.peer().role() instanceof Leader after)) {
                return step;
            }
            Leader kept = new Leader(
                    after.givesUpAt(),
                    after.leaseUntil(),
                    after.announced(),
                    after.retiring(),
                    after.acks(),
                    after.roundAt(),
                    after.beatAt(),
                    after.named(),
                    before.register());
            Peer counting = RebuiltPeer.of(step.peer()).role(kept).peer();
            Peer.Step counted = counting.step(
                    now, draw, new Input.RegisterPersisted(counting.register().durable()));
            List<Effect> effects = new ArrayList<>(step.effects());
            effects.addAll(counted.effects());
            return new Peer.Step(counted.peer(), effects);
        }
    }

    /**
     * U6: a voter stores what is labelled with another configuration, and the leader counts it. Harmless: no voter of n + 1 reads
     * the former ones before the pause of its round has ended every lease that rests on acknowledgements under n, and without a
     * lease no write is acknowledged. So what is counted by a quorum of n is there to be read.
     */
    static final class StoresUnderAnyLabel implements ElectorateCore {
        @Override
        public int heardAs(int configuration, Peer hearer, Message message) {
            boolean isOfTheRegister =
                    message instanceof Message.StoreRegister || message instanceof Message.RegisterStored;
            return isOfTheRegister ? hearer.self().configuration() : configuration;
        }
    }

    /** All of them. */
    static List<ElectorateCore> all() {
        return List.of(
                new NoPause(),
                new PauseOfThePresentElection(),
                new PromisesEarly(),
                new IgnoresAccepted(),
                new ObeysEarly(),
                new ForgetsPromises(),
                new ForgetsAcceptances(),
                new ReusesBallots(),
                new BallotsInMemory(),
                new HearsAnyLabel(),
                new ActsByAddress(),
                new KeepsCampaigns(),
                new KeepsAcknowledgements(),
                new DropsLoyalty(),
                new ShortensLoyalty(),
                new ForgetsTheLongestElection(),
                new NoLoyaltyAtStart(),
                new ForgetsUsers(),
                new TellsNoUsers(),
                new ForgetsTheMargin(),
                new LeadsOnAfterForce(),
                new ForcesTheSameNumber());
    }
}
