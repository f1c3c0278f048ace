package dev.conclave.internal.peer;

import akka.Done;
import akka.actor.DeadLetterSuppression;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.BrokenInvariant;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Role;
import dev.conclave.internal.runtime.Supervision;
import dev.conclave.internal.runtime.WakeUpTimer;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.logging.LogContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The driver of one {@link Peer}: translates messages to inputs and carries out effects; makes no decisions.
 *
 * <p>Supervised with restart. After a failure the actor announces the end of its leadership, waits until pending writes of the
 * store are done, reads the ballot again and is loyal as after any start: a plain restart would forget the vote, and two leaders
 * could win one term. If an invariant of the protocol is broken ({@link BrokenInvariant}), it announces the end of its leadership
 * and stops.
 */
// Akka's function types are serializable, and below "internal" javac warns of every lambda of such a type.
@SuppressWarnings("serial")
public final class PeerActor extends AbstractBehavior<PeerActor.Command> {

    /** The messages of a peer's actor. All come from this node; {@link FromPeer} wraps messages from other nodes. */
    public sealed interface Command extends NoSerializationVerificationNeeded {

        /** Whether a peer is started for the command if there is none; otherwise the command has no effect. */
        default boolean wantsPeer() {
            return false;
        }

        /** No peer exists for this election: completes the caller's future. */
        default void isForNobody() {}
    }

    /** A command that starts a peer. */
    private sealed interface Wish extends Command {
        @Override
        default boolean wantsPeer() {
            return true;
        }
    }

    /** A message of another peer has arrived. */
    public record FromPeer(PeerId from, Incarnation incarnation, Message message, MessageRoute way)
            implements Command {}

    /** This peer may take part (R15). */
    public record Admit(long floor, long loyalForNanos) implements Command {}

    /** It is proven that a process has ended (R10). */
    public record ProcessGone(PeerId peer, Incarnation incarnation) implements Command {}

    /** Votes and acknowledgements of a replaced identity no longer count (R15). */
    public record Strike(PeerId peer) implements Command {}

    /** All leaderships of this node are void, and it does not lead again in this life (R10). */
    public record Voided() implements Command {}

    /** This node is shutting down; {@code left} completes when this peer no longer leads. */
    public record Leave(CompletableFuture<Done> left) implements Command {
        @Override
        public void isForNobody() {
            left.complete(Done.getInstance());
        }
    }

    /**
     * The operator drains this node: this peer hands over and is not a candidate until {@link Undrain}; {@code drained} completes
     * when it no longer leads.
     */
    public record Drain(CompletableFuture<Done> drained) implements Command {
        @Override
        public void isForNobody() {
            drained.complete(Done.getInstance());
        }
    }

    /** This peer is a candidate again, if its application wants it to be one. */
    public record Undrain() implements Command {}

    /** Stop, if this peer is idle. */
    public record EndIfIdle() implements Command {}

    /** Joins the election as an observer. */
    public record Join() implements Wish {}

    /**
     * Leaves the election; {@code done} completes when this node no longer leads. Current subscribers are notified that it is
     * over; later commands join it again.
     */
    public record Resign(CompletableFuture<Done> done) implements Command {
        @Override
        public void isForNobody() {
            done.complete(Done.getInstance());
        }
    }

    /** Adds or removes an observer of a lease; {@link Resign} does not affect observers. */
    public record Observe(boolean begins) implements Command {
        @Override
        public boolean wantsPeer() {
            return begins;
        }
    }

    /** Makes this peer a candidate: from now on it may start an election when no leader is known. */
    public record Stand() implements Wish {}

    /** Makes this peer an observer again. */
    public record Withdraw() implements Command {}

    /**
     * Hands over, to the named candidate or to the first in the succession; {@code done} completes when this peer no longer
     * leads, or fails if it does not hand over.
     */
    public record HandOver(CompletableFuture<Done> done, Optional<PeerId> to) implements Wish {

        /** To the first in the succession. */
        public HandOver(CompletableFuture<Done> done) {
            this(done, Optional.empty());
        }
    }

    /** Completes {@code elected} when this node leads, at once if it already does; fails it when this peer has stopped. */
    public record WhenElected(CompletableFuture<LeadershipLease> elected) implements Wish {}

    /** Adds a subscriber, which is notified of the current state first; until the actor {@code whose} ends. */
    public record Subscribe(ActorRef<?> whose, Subscriber subscriber) implements Wish {}

    /** Adds a user; until the actor {@code whose} ends. */
    public record Serve(ActorRef<?> whose, LeadershipUser user) implements Wish {}

    /** Internal messages. Not reported as dead letters after the actor has stopped. */
    private sealed interface FromWithin extends Command, DeadLetterSuppression {}

    private record Persisted(Life life, Ballot ballot) implements FromWithin {}

    private record Unpersisted(Life life, Throwable cause) implements FromWithin {}

    private record Rung(Life life) implements FromWithin {}

    private record Resumed(Life life) implements FromWithin {}

    private record UserStopped(Life life, ActorRef<?> whose, long term) implements FromWithin {}

    record Settled(Ballot ballot) implements Command {}

    record Unsettled(Throwable cause) implements Command {}

    /** Distinguishes results that belong to this instance of the actor from those of an earlier one, which are ignored (R3). */
    private static final class Life {}

    private final PeerEnvironment environment;
    private final AsyncLogger log;
    private final SubscribersAndUsers participants;
    private final Life life = new Life();
    private final List<CompletableFuture<Done>> handOvers = new ArrayList<>();
    private final List<CompletableFuture<Done>> leaves = new ArrayList<>();
    private final List<CompletableFuture<Done>> resignations = new ArrayList<>();
    private final AnnouncedLeaderships leaderships;
    private final WakeUpTimer wakeUp;
    private final LimitedCampaign campaign;
    private final UrgentMessageSelector urgent = new UrgentMessageSelector();

    private Peer peer;
    private long stirredAt;
    private Optional<Effect.Refusal> refusal = Optional.empty();

    /** The behavior of a peer, which starts when its ballot has been read, also after a restart. */
    public static Behavior<Command> create(PeerEnvironment environment) {
        return Supervision.restarting(
                Command.class,
                environment.logs().apply(PeerActor.class),
                environment.election() + ": the peer of " + environment.self().id(),
                Supervision.stoppingAt(BrokenInvariant.class, LoadingPeer.of(environment)));
    }

    /** A peer with the ballot that was read. */
    PeerActor(ActorContext<Command> context, PeerEnvironment environment, Ballot ballot) {
        super(context);
        this.environment = environment;
        this.log = environment.logs().apply(PeerActor.class);
        this.participants = environment.participants();
        this.peer = Peer.start(environment.self(), ballot);
        this.stirredAt = environment.time().nanoTime();
        ActorRef<Command> me = context.getSelf();
        this.leaderships = new AnnouncedLeaderships(
                context, environment, (whose, term) -> me.tell(new UserStopped(life, whose, term)));
        this.wakeUp = new WakeUpTimer(environment.time(), () -> me.tell(new Rung(life)));
        this.campaign = new LimitedCampaign(
                environment.campaignLimiter(), environment.self(), () -> me.tell(new Resumed(life)));
        participants.members().forEach(context::watch);
        environment.view().leaderless(ballot.term());
        boolean first = !participants.hasLived;
        participants.hasLived = true;
        Optional<Long> floor = environment.ballots().floor();
        if (floor.isPresent()) {
            step(new Input.Admitted(floor.get(), environment.ballots().loyalForNanos(ballot, first)));
        }
        if (participants.stands && !participants.drained) {
            step(new Input.Stand());
        }
        if (participants.leaving) {
            step(new Input.Leave());
        }
        setAlarm();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(FromPeer.class, this::heard)
                .onMessage(Persisted.class, m -> m.life == life ? stepped(new Input.Persisted(m.ballot)) : this)
                .onMessage(Rung.class, m -> m.life == life ? rung() : this)
                .onMessage(Resumed.class, m -> m.life == life ? resumed() : this)
                .onMessage(Admit.class, m -> stepped(new Input.Admitted(m.floor, m.loyalForNanos)))
                .onMessage(ProcessGone.class, m -> stepped(new Input.ProcessGone(m.peer, m.incarnation)))
                .onMessage(Strike.class, m -> stepped(new Input.IdentityReplaced(m.peer)))
                .onMessage(Voided.class, m -> voided())
                .onMessage(Stand.class, m -> wants(true, participants.drained ? tick() : new Input.Stand()))
                .onMessage(Withdraw.class, m -> wants(false, new Input.Withdraw()))
                .onMessage(HandOver.class, this::handOver)
                .onMessage(Leave.class, this::leave)
                .onMessage(Drain.class, this::drain)
                .onMessage(Undrain.class, m -> undrain())
                .onMessage(Join.class, m -> join())
                .onMessage(Observe.class, m -> observe(m.begins))
                .onMessage(Resign.class, this::resign)
                .onMessage(EndIfIdle.class, m -> endIfIdle())
                .onMessage(Subscribe.class, this::subscribe)
                .onMessage(WhenElected.class, this::whenElected)
                .onMessage(Serve.class, this::serve)
                .onMessage(UserStopped.class, m -> m.life == life ? userStopped(m.whose, m.term) : this)
                .onMessage(Unpersisted.class, m -> m.life == life ? unpersisted(m.cause) : this)
                .onMessage(Settled.class, m -> this)
                .onMessage(Unsettled.class, m -> this)
                .onSignal(Terminated.class, this::terminated)
                .onSignal(PreRestart.class, signal -> lost("failed and restarts"))
                .onSignal(PostStop.class, signal -> stopped())
                .build();
    }

    // ---- inputs

    private Behavior<Command> heard(FromPeer m) {
        environment
                .instruments()
                .heard(
                        environment.election(),
                        m.from,
                        m.message,
                        environment.time().nanoTime());
        urgent.heard(m.from, m.message, m.way);
        return stirred(new Input.Received(m.from, m.incarnation, m.message));
    }

    private Behavior<Command> stepped(Input input) {
        step(input);
        return settled();
    }

    /** Completes the futures whose leadership is over, and sets the alarm. */
    private Behavior<Command> settled() {
        leaderships.forgetTheEnded(peer);
        if (!peer.role().standsOrLeads() && peer.endingLeaderships().isEmpty()) {
            handOvers.forEach(done -> done.complete(Done.getInstance()));
            handOvers.clear();
            leaves.forEach(left -> left.complete(Done.getInstance()));
            leaves.clear();
            part();
        }
        setAlarm();
        return this;
    }

    private void part() {
        if (!resignations.isEmpty()) {
            participants.part().forEach(getContext()::unwatch);
            setAlarm();
            resignations.forEach(done -> done.complete(Done.getInstance()));
            resignations.clear();
        }
    }

    private Behavior<Command> stirred(Input input) {
        stirredAt = environment.time().nanoTime();
        return stepped(input);
    }

    private Behavior<Command> wants(boolean toStand, Input input) {
        participants.stands = toStand;
        participants.joined |= toStand;
        return stirred(input);
    }

    private Behavior<Command> join() {
        participants.joined = true;
        return stirred(tick());
    }

    private Behavior<Command> observe(boolean begins) {
        participants.observers += begins ? 1 : -1;
        return stirred(tick());
    }

    private Behavior<Command> resign(Resign command) {
        participants.stands = false;
        participants.joined = false;
        participants.resign(environment.gone("has left the election"));
        resignations.add(command.done);
        return stirred(new Input.Withdraw());
    }

    private Input tick() {
        return campaign.tick(peer, environment.time().nanoTime());
    }

    private Behavior<Command> resumed() {
        campaign.resumed().ifPresent(this::stepped);
        return this;
    }

    private void step(Input input) {
        if (leaderships.isAfterSuspension(peer.role())) {
            advance(new Input.LeadershipVoid());
            logging(() -> log.warn(
                    "{}: this leadership is void, since the wall clock ran ahead of the monotonic clock: this machine"
                            + " was suspended, or its clock was set",
                    environment.election()));
        }
        advance(input);
    }

    private void advance(Input input) {
        long now = environment.time().nanoTime();
        Role before = peer.role();
        Peer.Step step = soundStep(now, input);
        peer = step.peer();
        leaderships.stepped(peer.role());
        environment.view().role(peer.role());
        for (Effect effect : step.effects()) {
            environment.instruments().decided(environment.election(), effect, now);
            if (effect instanceof Effect.Send send) {
                environment.outgoing().send(send.to(), send.message(), urgent.wayOf(send, step));
            } else {
                carryOut(effect, now);
            }
        }
        leaderships.stretch(peer);
        campaign.stepped(before, peer, now);
    }

    /**
     * Makes a step and checks its invariants. If one is broken, the step is not carried out and this node stops; the end of this
     * peer notifies the users.
     */
    private Peer.Step soundStep(long now, Input input) {
        try {
            return peer.checkedStep(now, ThreadLocalRandom.current().nextLong(), input);
        } catch (BrokenInvariant broken) {
            environment.outgoing().broken(broken);
            throw broken;
        }
    }

    private Behavior<Command> rung() {
        wakeUp.rang();
        if (!participants.isWanting() && environment.time().nanoTime() >= quietAt()) {
            // The next check is as much later, whatever the result.
            stirredAt = environment.time().nanoTime();
            if (isIdle()) {
                environment.outgoing().idle(getContext().getSelf());
            }
        }
        if (environment.time().nanoTime() < peer.wakeAt()) {
            // A heartbeat has postponed the deadline since the alarm was set, so nothing is due.
            setAlarm();
            return this;
        }
        return stepped(tick());
    }

    private void setAlarm() {
        long at = peer.wakeAt();
        wakeUp.setFor(participants.isWanting() ? at : Math.min(at, quietAt()));
    }

    // ---- the end of an idle peer

    /** When an unneeded peer may end: E after its last message, since a late message would only start it again. */
    private long quietAt() {
        return Math.max(stirredAt + environment.self().settings().electionNanos(), peer.owesUntil());
    }

    private boolean isIdle() {
        return !participants.isWanting() && peer.isIdle(environment.time().nanoTime());
    }

    private Behavior<Command> endIfIdle() {
        if (isIdle()) {
            return Behaviors.stopped();
        }
        environment.outgoing().stays(getContext().getSelf());
        return this;
    }

    private Behavior<Command> handOver(HandOver command) {
        if (command.to.filter(environment.self().id()::equals).isPresent()) {
            command.done.completeExceptionally(new IllegalArgumentException(
                    environment.self().id() + " cannot hand over \"" + environment.election() + "\" to itself"));
        } else if (isEndingFor(command.to)
                || peer.leads().isPresent()
                || peer.role().holdsLease()) {
            handOvers.add(command.done);
            refusal = Optional.empty();
            step(new Input.HandOver(command.to));
            refusal.ifPresent(why -> refuse(command, why));
            return settled();
        } else {
            command.done.completeExceptionally(
                    new IllegalStateException(environment.self().id() + " does not lead \"" + environment.election()
                            + "\", so it cannot hand it over"));
        }
        return this;
    }

    /** Whether this peer has stopped leading, only its users have not, and its successor is the wanted one. */
    private boolean isEndingFor(Optional<PeerId> wanted) {
        return !peer.endingLeaderships().isEmpty()
                && !peer.role().standsOrLeads()
                && (wanted.isEmpty()
                        || peer.ended().flatMap(Peer.EndedTerm::successor).equals(wanted));
    }

    /** The command is the last one, since each is refused in its own step. */
    private void refuse(HandOver command, Effect.Refusal why) {
        handOvers.remove(handOvers.size() - 1);
        String named = command.to.map(PeerId::toString).orElse("");
        String cause = switch (why) {
            case NO_OTHER_CANDIDATE -> "there is no other candidate in \"" + environment.election() + "\"";
            case UNKNOWN -> named + " is neither a voter nor a known candidate in \"" + environment.election() + "\"";
            case NOT_A_CANDIDATE ->
                named + " is not a candidate in \"" + environment.election()
                        + "\", or has not answered for half an election timeout";
            case OTHER_SUCCESSOR -> "\"" + environment.election() + "\" is already being handed over to another peer";
        };
        String effect = why == Effect.Refusal.OTHER_SUCCESSOR
                ? "it is not handed over to " + named
                : environment.self().id() + " keeps leading it";
        command.done.completeExceptionally(new IllegalStateException(cause + ", so " + effect));
    }

    private Behavior<Command> leave(Leave command) {
        participants.leaving = true;
        leaves.add(command.left);
        return stepped(new Input.Leave());
    }

    /** Withdraws, but remembers what the application wants. */
    private Behavior<Command> drain(Drain command) {
        participants.drained = true;
        leaves.add(command.drained);
        return stepped(new Input.Withdraw());
    }

    private Behavior<Command> undrain() {
        boolean was = participants.drained;
        participants.drained = false;
        return was && participants.stands ? stirred(new Input.Stand()) : this;
    }

    /**
     * A ballot may not be on disk, so it does not count and this peer must stop. The store has failed for good, so the whole node
     * stops too.
     */
    private Behavior<Command> unpersisted(Throwable cause) {
        log.warn(
                "{}: a ballot could not be written, so this peer stops: {}",
                environment.election(),
                LoadingPeer.reasonOf(cause));
        return Behaviors.stopped();
    }

    /**
     * The node keeps voting and following. Subscribers and waiting futures are notified that it will not lead again: after the
     * end of its leadership, and later ones at once.
     */
    private Behavior<Command> voided() {
        participants.voided = true;
        participants.leaving = true;
        step(new Input.LeadershipVoid());
        stepped(new Input.Leave());
        participants.tellStopped(leadsNoMore());
        return this;
    }

    private IllegalStateException leadsNoMore() {
        return environment.gone("cannot lead again until it is restarted: its lifeline has ended");
    }

    // ---- effects

    private void carryOut(Effect effect, long now) {
        if (effect instanceof Effect.Persist persist) {
            persist(persist.ballot());
        } else if (effect instanceof Effect.Renewed renewed) {
            leaderships.renewed(renewed);
            campaign.renewed(renewed.leaseUntil(), now);
        } else if (effect instanceof Effect.Slow slow) {
            environment.outgoing().slow(slow);
        } else {
            logging(() -> tell(effect));
        }
    }

    private void logging(Runnable what) {
        LogContext.around(
                environment.election(), peer.ballot().term(), environment.view().role(), what);
    }

    /** Notifies subscribers and users first, and logs then. */
    private void tell(Effect effect) {
        if (effect instanceof Effect.Following following) {
            environment.view().following(following.leader(), following.term());
            environment.outgoing().leaderKnown();
            participants.tell(subscriber -> subscriber.following(following.leader(), following.term()));
            changed("{}: {} leads term {}", environment.election(), following.leader(), following.term());
        } else if (effect instanceof Effect.Leaderless leaderless) {
            environment.view().leaderless(leaderless.term());
            participants.tell(subscriber -> subscriber.leaderless(leaderless.term()));
            changed("{}: no known leader, term {}", environment.election(), leaderless.term());
        } else if (effect instanceof Effect.Standing standing) {
            participants.tell(subscriber -> subscriber.standing(standing.term()));
            log.info(
                    "{}: {} is a candidate in term {}",
                    environment.election(),
                    environment.self().id(),
                    standing.term());
        } else if (effect instanceof Effect.Elected elected) {
            leaderships.elected(elected);
        } else if (effect instanceof Effect.Dismissed dismissed) {
            leaderships.dismissed(dismissed);
        } else if (effect instanceof Effect.Ended ended) {
            leaderships.ended(ended);
        } else if (effect instanceof Effect.HandOverRefused refused) {
            refusal = Optional.of(refused.why());
        } else if (effect instanceof Effect.Implausible implausible) {
            environment.outgoing().implausible(implausible.from(), implausible.term());
        } else if (effect instanceof Effect.Crowded crowded) {
            environment.outgoing().crowded(crowded.observer());
        } else if (effect instanceof Effect.DiskBehind behind) {
            environment.outgoing().diskBehind(behind.from());
        }
    }

    /**
     * Logs at INFO if this node takes part in the election, otherwise at DEBUG: a voter sees the changes of every election, and
     * there may be any number of leases.
     */
    private void changed(String format, Object... arguments) {
        if (participants.stands
                || (participants.isWanting() && !environment.election().isOfLease())) {
            log.info(format, arguments);
        } else {
            log.debug(format, arguments);
        }
    }

    private void persist(Ballot ballot) {
        ActorRef<Command> me = getContext().getSelf();
        environment
                .ballots()
                .save(ballot)
                .whenComplete((done, failure) ->
                        me.tell(failure == null ? new Persisted(life, ballot) : new Unpersisted(life, failure)));
    }

    private Behavior<Command> userStopped(ActorRef<?> whose, long term) {
        return participants.hasStopped(whose, term) ? stepped(new Input.UsersStopped(term)) : this;
    }

    // ---- subscribers and users

    private Behavior<Command> subscribe(Subscribe command) {
        stirred(tick());
        getContext().watch(command.whose);
        if (!participants.add(command.whose, command.subscriber)) {
            return this;
        }
        KnownLeader.Sight sight = environment.view().sight();
        if (sight.lease().isPresent()) {
            command.subscriber.elected(sight.lease().get());
        } else if (sight.leader().isPresent()) {
            command.subscriber.following(sight.leader().get(), sight.term());
        } else {
            command.subscriber.leaderless(sight.term());
        }
        if (participants.voided) {
            command.subscriber.stopped();
        }
        return this;
    }

    private Behavior<Command> whenElected(WhenElected command) {
        stirred(tick());
        if (participants.voided) {
            command.elected.completeExceptionally(leadsNoMore());
            return this;
        }
        Optional<LeadershipLease> lease = environment.view().sight().lease();
        lease.ifPresentOrElse(command.elected::complete, () -> participants.add(command.elected));
        return this;
    }

    private Behavior<Command> serve(Serve command) {
        stirred(tick());
        getContext().watch(command.whose);
        if (participants.add(command.whose, command.user)) {
            environment.view().sight().lease().ifPresent(command.user::start);
        }
        return this;
    }

    private Behavior<Command> terminated(Terminated signal) {
        Optional<LeadershipUser> served = participants.remove(signal.getRef());
        participants.stoppingTerms().forEach(term -> userStopped(signal.getRef(), term));
        if (served.isPresent() && environment.view().sight().lease().isPresent()) {
            return servesNoMore(signal.getRef(), served.get());
        }
        setAlarm();
        return this;
    }

    /** A user ended while this node leads, so its work is no longer done: logs that, and hands over if configured. */
    private Behavior<Command> servesNoMore(ActorRef<?> whose, LeadershipUser user) {
        boolean handsOver = user.handsOverWhenItEnds();
        logging(() -> log.warn(
                "{}: {} ended although it was serving in term {}, so {} (conclave.when-server-ends = {})",
                environment.election(),
                whose,
                peer.ballot().term(),
                handsOver ? "this node hands over if there is another candidate" : "this node keeps leading without it",
                handsOver ? "hand-over" : "go-on"));
        return stepped(handsOver ? new Input.HandOver() : tick());
    }

    /**
     * R3: a peer that stops, for whatever reason, announces the end of its leadership first, even if a failure has prevented an
     * earlier announcement.
     */
    private Behavior<Command> lost(String why) {
        wakeUp.cancel();
        campaign.end(environment.time().nanoTime());
        KnownLeader.Sight last = environment.view().sight();
        environment.view().leaderless(peer.ballot().term());
        logging(leaderships::dismissAll);
        voidAll();
        leaderships.endAll();
        if (last.leader().isPresent() && last.lease().isEmpty()) {
            participants.tell(subscriber -> subscriber.leaderless(last.term()));
        }
        handOvers.forEach(done -> done.completeExceptionally(environment.gone(why)));
        leaves.forEach(left -> left.complete(Done.getInstance()));
        resignations.forEach(done -> done.complete(Done.getInstance()));
        return this;
    }

    /** Voids the leadership. If an invariant is broken again, the users have already been told to stop. */
    private void voidAll() {
        try {
            advance(new Input.LeadershipVoid());
        } catch (BrokenInvariant again) {
            log.error("{}: {}", environment.election(), again.getMessage());
        }
    }

    private Behavior<Command> stopped() {
        lost("has stopped");
        environment.view().stopped();
        participants.tellStopped(environment.gone("has stopped"));
        return this;
    }
}
