package dev.conclave.explore.mutants;

import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Faults in leases and their end: R7, R8 and R4's acknowledgements. */
final class LeaseFaults {

    private LeaseFaults() {}

    private static Leader lease(Leader l, long until) {
        return new Leader(
                l.givesUpAt(),
                until,
                l.announced(),
                l.retiring(),
                l.acks(),
                l.roundAt(),
                l.beatAt(),
                l.named(),
                l.register());
    }

    /** R7: the lease runs from the newest round, whichever was acknowledged. */
    static final class LeaseFromNewestRound extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            return isA(input, Message.HeartbeatAck.class)
                            && peer.role() instanceof Leader leader
                            && ((Input.Received) input).message().term()
                                    == peer.ballot().term()
                    ? saying(
                            input,
                            m -> new Message.HeartbeatAck(
                                    m.term(), leader.roundAt(), ((Message.HeartbeatAck) m).stands()))
                    : input;
        }
    }

    /** R7: the lease is a nanosecond or two longer than the rule allows, and no more. */
    static class LongLease extends FaultyCore {
        private volatile @Nullable Settings asIs;
        private volatile @Nullable Settings asMeant;

        /** The drift that the lease assumes. */
        double drift(Settings settings) {
            double exact = settings.electionNanos() * (1 - settings.maxClockDrift()) / (1 + settings.maxClockDrift());
            double share = (exact + 3) / settings.electionNanos();
            return Math.max(0, (1 - share) / (1 + share));
        }

        private Settings edited(Settings settings) {
            Settings made = asMeant;
            if (made == null || !settings.equals(asIs)) {
                made = new Settings(
                        settings.voters(), settings.heartbeatNanos(), settings.electionNanos(), drift(settings));
                asMeant = made;
                asIs = settings;
            }
            return made;
        }

        @Override
        Peer before(Peer peer, long now, Input input) {
            return as(peer, edited(peer.self().settings()));
        }

        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return give(step, as(step.peer(), before.self().settings()));
        }
    }

    /** R7: drift is left out. */
    static final class LeaseWithoutDrift extends LongLease {
        @Override
        double drift(Settings settings) {
            return 0;
        }
    }

    /** R7: drift is counted once, not for both clocks. */
    static final class LeaseWithHalfTheDrift extends LongLease {
        @Override
        double drift(Settings settings) {
            return settings.maxClockDrift() / (2 - settings.maxClockDrift());
        }
    }

    /** R7: a leadership is announced when the vote is won. */
    static final class ToldWhenWon extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            if (step.peer().role() instanceof Leader l && !(before.role() instanceof Leader) && !l.announced()) {
                long until = now + before.self().settings().leaseNanos();
                List<Effect> effects = new ArrayList<>(step.effects());
                effects.add(new Effect.Elected(step.peer().ballot().term(), until));
                Leader told = new Leader(
                        l.givesUpAt(),
                        until,
                        true,
                        l.retiring(),
                        l.acks(),
                        l.roundAt(),
                        l.beatAt(),
                        l.named(),
                        l.register());
                return new Peer.Step(with(step.peer(), told), effects);
            }
            return step;
        }
    }

    /** R7 (F7): a leadership is announced although users of an earlier one on this node still stop. */
    static final class ToldOverOldUsers extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return peer.role() instanceof Leader l && !l.announced() ? withEndingLeaderships(peer, List.of()) : peer;
        }
    }

    /** The voter whose last acknowledgement is the oldest. */
    private static PeerId uncounted(Peer peer, Leader leader, PeerId not) {
        PeerId least = not;
        long newest = Long.MAX_VALUE;
        for (int place = 0; place < peer.self().settings().voters().size(); place++) {
            PeerId voter = peer.self().settings().voters().get(place);
            if (!voter.equals(not)
                    && !voter.equals(peer.self().id())
                    && leader.acks().of(place) < newest) {
                least = voter;
                newest = leader.acks().of(place);
            }
        }
        return least;
    }

    /** R4: counts acknowledgements, not voters. */
    static final class CountsRepeatedAcknowledgements extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            if (isA(input, Message.HeartbeatAck.class) && peer.role() instanceof Leader leader) {
                int place = peer.self().settings().voters().indexOf(((Input.Received) input).from());
                Message.HeartbeatAck ack = (Message.HeartbeatAck) ((Input.Received) input).message();
                if (place >= 0 && leader.acks().of(place) == ack.sentAt()) {
                    return from(input, uncounted(peer, leader, ((Input.Received) input).from()));
                }
            }
            return input;
        }
    }

    /** R4: counts acknowledgements of non-voters. */
    static final class CountsStrangersAcknowledgements extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            return isA(input, Message.HeartbeatAck.class)
                            && peer.role() instanceof Leader leader
                            && !peer.self().settings().isVoter(((Input.Received) input).from())
                    ? from(input, uncounted(peer, leader, ((Input.Received) input).from()))
                    : input;
        }
    }

    /** R4: counts acknowledgements of an older term. */
    static final class CountsOldAcknowledgements extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            return isA(input, Message.HeartbeatAck.class)
                            && peer.role() instanceof Leader
                            && ((Input.Received) input).message().term()
                                    < peer.ballot().term()
                    ? saying(input, m -> {
                        Message.HeartbeatAck ack = (Message.HeartbeatAck) m;
                        return new Message.HeartbeatAck(peer.ballot().term(), ack.sentAt(), ack.stands());
                    })
                    : input;
        }
    }

    /** R8: tells its users to stop only when the lease is over. */
    static final class NoMargin extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return withMargin(peer, 0);
        }

        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return give(step, withMargin(step.peer(), before.self().stopMarginNanos()));
        }
    }

    /** R8: a dismissal is not final; a late acknowledgement renews the lease. */
    static final class EndIsAWarning extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            boolean warned = before.role() instanceof Leader leader
                    && now < leader.leaseUntil()
                    && step.effects().stream()
                            .anyMatch(
                                    e -> e instanceof Effect.Dismissed d && d.reason() == Effect.Reason.LEASE_EXPIRED);
            return warned
                    ? new Peer.Step(with(withEndingLeaderships(step.peer(), List.of()), before.role()), step.effects())
                    : step;
        }
    }

    /** R8: checks its lease only when its timer fires. */
    static final class LooksOnTicksOnly extends FaultyCore {
        private static final long FAR = 1L << 40;

        @Override
        Peer before(Peer peer, long now, Input input) {
            return !(input instanceof Input.Tick)
                            && peer.role() instanceof Leader leader
                            && leader.leaseUntil() != Leader.NO_LEASE
                    ? with(peer, lease(leader, leader.leaseUntil() + FAR))
                    : peer;
        }

        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return step.peer().role() instanceof Leader leader && leader.leaseUntil() > now + FAR / 2
                    ? give(step, with(step.peer(), lease(leader, leader.leaseUntil() - FAR)))
                    : step;
        }
    }

    /** R7: a winner without a lease does not give up, and keeps all voters loyal. */
    static final class NeverGivesUp extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            return peer.role() instanceof Leader l && l.leaseUntil() == Leader.NO_LEASE
                    ? with(
                            peer,
                            new Leader(
                                    now + peer.self().settings().electionNanos() / 2,
                                    l.leaseUntil(),
                                    l.announced(),
                                    l.retiring(),
                                    l.acks(),
                                    l.roundAt(),
                                    l.beatAt(),
                                    l.named(),
                                    l.register()))
                    : peer;
        }
    }
}
