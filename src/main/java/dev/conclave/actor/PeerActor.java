package dev.conclave.actor;

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
import dev.conclave.core.BrokenInvariant;
import dev.conclave.core.Effect;
import dev.conclave.core.Incarnation;
import dev.conclave.core.Input;
import dev.conclave.core.Message;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.core.Role;
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
    record FromPeer(PeerId from, Incarnation incarnation, Message message, Way way) implements Command {}

    /** This peer may take part (R15). */
    record Admit(long floor, long loyalForNanos) implements Command {}

    /** It is proven that a process has ended (R10). */
    record ProcessGone(PeerId peer, Incarnation incarnation) implements Command {}

    /** Votes and acknowledgements of a replaced identity no longer count (R15). */
    record Strike(PeerId peer) implements Command {}

    /** All leaderships of this node are void, and it does not lead again in this life (R10). */
    record Voided() implements Command {}

    /** This node is shutting down; {@code left} completes when this peer no longer leads. */
    record Leave(CompletableFuture<Done> left) implements Command {
        @Override
        public void isForNobody() {
            left.complete(Done.getInstance());
        }
    }

    /**
     * The operator drains this node: this peer hands over and is not a candidate until {@link Undrain}; {@code drained} completes
     * when it no longer leads.
     */
    record Drain(CompletableFuture<Done> drained) implements Command {
        @Override
        public void isForNobody() {
            drained.complete(Done.getInstance());
        }
    }

    /** This peer is a candidate again, if its application wants it to be one. */
    record Undrain() implements Command {}

    /** Stop, if this peer is idle. */
    record EndIfIdle() implements Command {}

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

    /** Makes this peer a candidate. */
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
    public record WhenElected(CompletableFuture<Lease> elected) implements Wish {}

    /** Adds a subscriber, which is notified of the current state first; until the actor {@code whose} ends. */
    public record Subscribe(ActorRef<?> whose, Subscriber subscriber) implements Wish {}

    /** Adds a user; until the actor {@code whose} ends. */
    public record Serve(ActorRef<?> whose, User user) implements Wish {}

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

    private final PeerPlace place;
    private final AsyncLogger log;
    private final Company company;
    private final Life life = new Life();
    private final List<CompletableFuture<Done>> handOvers = new ArrayList<>();
    private final List<CompletableFuture<Done>> leaves = new ArrayList<>();
    private final List<CompletableFuture<Done>> resignations = new ArrayList<>();
    private final Leaderships leaderships;
    private final Alarm alarm;
    private final Campaign campaign;
    private final Urgency urgency = new Urgency();

    private Peer peer;
    private long stirredAt;
    private Optional<Effect.Refusal> refusal = Optional.empty();

    /** The behavior of a peer, which starts when its ballot has been read, also after a restart. */
    static Behavior<Command> create(PeerPlace place) {
        return Supervision.restarting(
                Command.class,
                place.logs().apply(PeerActor.class),
                place.election() + ": the peer of " + place.self().id(),
                Supervision.stoppingAt(BrokenInvariant.class, Reading.of(place)));
    }

    /** A peer with the ballot that was read. */
    PeerActor(ActorContext<Command> context, PeerPlace place, Ballot ballot) {
        super(context);
        this.place = place;
        this.log = place.logs().apply(PeerActor.class);
        this.company = place.company();
        this.peer = Peer.start(place.self(), ballot);
        this.stirredAt = place.time().nanoTime();
        ActorRef<Command> me = context.getSelf();
        this.leaderships =
                new Leaderships(context, place, (whose, term) -> me.tell(new UserStopped(life, whose, term)));
        this.alarm = new Alarm(place.time(), () -> me.tell(new Rung(life)));
        this.campaign = new Campaign(place.campaigns(), place.self(), () -> me.tell(new Resumed(life)));
        company.members().forEach(context::watch);
        place.view().leaderless(ballot.term());
        boolean first = !company.hasLived;
        company.hasLived = true;
        Optional<Long> floor = place.ballots().floor();
        if (floor.isPresent()) {
            step(new Input.Admitted(floor.get(), place.ballots().loyalForNanos(ballot, first)));
        }
        if (company.stands && !company.drained) {
            step(new Input.Stand());
        }
        if (company.leaving) {
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
                .onMessage(Stand.class, m -> wants(true, company.drained ? tick() : new Input.Stand()))
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
        place.instruments()
                .heard(place.election(), m.from, m.message, place.time().nanoTime());
        urgency.heard(m.from, m.message, m.way);
        return stirred(new Input.Received(m.from, m.incarnation, m.message));
    }

    private Behavior<Command> stepped(Input input) {
        step(input);
        return settled();
    }

    /** Completes the futures whose leadership is over, and sets the alarm. */
    private Behavior<Command> settled() {
        leaderships.forgetTheEnded(peer);
        if (!peer.role().standsOrLeads() && peer.reigns().isEmpty()) {
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
            company.part().forEach(getContext()::unwatch);
            setAlarm();
            resignations.forEach(done -> done.complete(Done.getInstance()));
            resignations.clear();
        }
    }

    private Behavior<Command> stirred(Input input) {
        stirredAt = place.time().nanoTime();
        return stepped(input);
    }

    private Behavior<Command> wants(boolean toStand, Input input) {
        company.stands = toStand;
        company.joined |= toStand;
        return stirred(input);
    }

    private Behavior<Command> join() {
        company.joined = true;
        return stirred(tick());
    }

    private Behavior<Command> observe(boolean begins) {
        company.observers += begins ? 1 : -1;
        return stirred(tick());
    }

    private Behavior<Command> resign(Resign command) {
        company.stands = false;
        company.joined = false;
        company.resign(place.gone("has left the election"));
        resignations.add(command.done);
        return stirred(new Input.Withdraw());
    }

    private Input tick() {
        return campaign.tick(peer, place.time().nanoTime());
    }

    private Behavior<Command> resumed() {
        campaign.resumed().ifPresent(this::stepped);
        return this;
    }

    private void step(Input input) {
        if (leaderships.isAfterSuspension(peer.role())) {
            advance(new Input.LeadershipVoid());
            logging(() -> log.warn(
                    "{}: this leadership is void, since the wall clock ran ahead of the monotonic clock: this machine was"
                            + " suspended, or its clock was set",
                    place.election()));
        }
        advance(input);
    }

    private void advance(Input input) {
        long now = place.time().nanoTime();
        Role before = peer.role();
        Peer.Step step = soundStep(now, input);
        peer = step.peer();
        leaderships.stepped(peer.role());
        place.view().role(peer.role());
        for (Effect effect : step.effects()) {
            place.instruments().decided(place.election(), effect, now);
            if (effect instanceof Effect.Send send) {
                place.post().send(send.to(), send.message(), urgency.wayOf(send, step));
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
            place.post().broken(broken);
            throw broken;
        }
    }

    private Behavior<Command> rung() {
        alarm.rang();
        if (!company.isWanting() && place.time().nanoTime() >= quietAt()) {
            // The next check is as much later, whatever the result.
            stirredAt = place.time().nanoTime();
            if (isIdle()) {
                place.post().idle(getContext().getSelf());
            }
        }
        if (place.time().nanoTime() < peer.wakeAt()) {
            // A heartbeat has postponed the deadline since the alarm was set, so nothing is due.
            setAlarm();
            return this;
        }
        return stepped(tick());
    }

    private void setAlarm() {
        long at = peer.wakeAt();
        alarm.setFor(company.isWanting() ? at : Math.min(at, quietAt()));
    }

    // ---- the end of an idle peer

    /** When an unneeded peer may end: E after its last message, since a late message would only start it again. */
    private long quietAt() {
        return Math.max(stirredAt + place.self().settings().electionNanos(), peer.owesUntil());
    }

    private boolean isIdle() {
        return !company.isWanting() && peer.isIdle(place.time().nanoTime());
    }

    private Behavior<Command> endIfIdle() {
        if (isIdle()) {
            return Behaviors.stopped();
        }
        place.post().stays(getContext().getSelf());
        return this;
    }

    private Behavior<Command> handOver(HandOver command) {
        if (command.to.filter(place.self().id()::equals).isPresent()) {
            command.done.completeExceptionally(new IllegalArgumentException(
                    place.self().id() + " cannot hand over \"" + place.election() + "\" to itself"));
        } else if (isEndingFor(command.to)
                || peer.leads().isPresent()
                || peer.role().holdsLease()) {
            handOvers.add(command.done);
            refusal = Optional.empty();
            step(new Input.HandOver(command.to));
            refusal.ifPresent(why -> refuse(command, why));
            return settled();
        } else {
            command.done.completeExceptionally(new IllegalStateException(
                    place.self().id() + " does not lead \"" + place.election() + "\", so it cannot hand it over"));
        }
        return this;
    }

    /** Whether this peer has stopped leading, only its users have not, and its successor is the wanted one. */
    private boolean isEndingFor(Optional<PeerId> wanted) {
        return !peer.reigns().isEmpty()
                && !peer.role().standsOrLeads()
                && (wanted.isEmpty()
                        || peer.ended().flatMap(Peer.EndedTerm::successor).equals(wanted));
    }

    /** The command is the last one, since each is refused in its own step. */
    private void refuse(HandOver command, Effect.Refusal why) {
        handOvers.remove(handOvers.size() - 1);
        String named = command.to.map(PeerId::toString).orElse("");
        String cause = switch (why) {
            case NO_OTHER_CANDIDATE -> "there is no other candidate in \"" + place.election() + "\"";
            case UNKNOWN -> named + " is neither a voter nor a known candidate in \"" + place.election() + "\"";
            case NOT_A_CANDIDATE ->
                named + " is not a candidate in \"" + place.election()
                        + "\", or has not answered for half an election timeout";
            case OTHER_SUCCESSOR -> "\"" + place.election() + "\" is already being handed over to another peer";
        };
        String effect = why == Effect.Refusal.OTHER_SUCCESSOR
                ? "it is not handed over to " + named
                : place.self().id() + " keeps leading it";
        command.done.completeExceptionally(new IllegalStateException(cause + ", so " + effect));
    }

    private Behavior<Command> leave(Leave command) {
        company.leaving = true;
        leaves.add(command.left);
        return stepped(new Input.Leave());
    }

    /** Withdraws, but remembers what the application wants. */
    private Behavior<Command> drain(Drain command) {
        company.drained = true;
        leaves.add(command.drained);
        return stepped(new Input.Withdraw());
    }

    private Behavior<Command> undrain() {
        boolean was = company.drained;
        company.drained = false;
        return was && company.stands ? stirred(new Input.Stand()) : this;
    }

    /**
     * A ballot may not be on disk, so it does not count and this peer must stop. The store has failed for good, so the whole node
     * stops too.
     */
    private Behavior<Command> unpersisted(Throwable cause) {
        log.warn(
                "{}: a ballot could not be written, so this peer stops: {}", place.election(), Reading.reasonOf(cause));
        return Behaviors.stopped();
    }

    /**
     * The node keeps voting and following. Subscribers and waiting futures are notified that it will not lead again: after the
     * end of its leadership, and later ones at once.
     */
    private Behavior<Command> voided() {
        company.voided = true;
        company.leaving = true;
        step(new Input.LeadershipVoid());
        stepped(new Input.Leave());
        company.tellStopped(leadsNoMore());
        return this;
    }

    private IllegalStateException leadsNoMore() {
        return place.gone("cannot lead again until it is restarted: its lifeline has ended");
    }

    // ---- effects

    private void carryOut(Effect effect, long now) {
        if (effect instanceof Effect.Persist persist) {
            persist(persist.ballot());
        } else if (effect instanceof Effect.Renewed renewed) {
            leaderships.renewed(renewed);
            campaign.renewed(renewed.leaseUntil(), now);
        } else if (effect instanceof Effect.Slow slow) {
            place.post().slow(slow);
        } else {
            logging(() -> tell(effect));
        }
    }

    private void logging(Runnable what) {
        LogContext.around(place.election(), peer.ballot().term(), place.view().role(), what);
    }

    /** Notifies subscribers and users first, and logs then. */
    private void tell(Effect effect) {
        if (effect instanceof Effect.Following following) {
            place.view().following(following.leader(), following.term());
            place.post().leaderKnown();
            company.tell(subscriber -> subscriber.following(following.leader(), following.term()));
            changed("{}: {} leads term {}", place.election(), following.leader(), following.term());
        } else if (effect instanceof Effect.Leaderless leaderless) {
            place.view().leaderless(leaderless.term());
            company.tell(subscriber -> subscriber.leaderless(leaderless.term()));
            changed("{}: no known leader, term {}", place.election(), leaderless.term());
        } else if (effect instanceof Effect.Standing standing) {
            company.tell(subscriber -> subscriber.standing(standing.term()));
            log.info(
                    "{}: {} is a candidate in term {}",
                    place.election(),
                    place.self().id(),
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
            place.post().implausible(implausible.from(), implausible.term());
        } else if (effect instanceof Effect.Crowded crowded) {
            place.post().crowded(crowded.observer());
        } else if (effect instanceof Effect.DiskBehind behind) {
            place.post().diskBehind(behind.from());
        }
    }

    /**
     * Logs at INFO if this node takes part in the election, otherwise at DEBUG: a voter sees the changes of every election, and
     * there may be any number of leases.
     */
    private void changed(String format, Object... arguments) {
        if (company.stands || (company.isWanting() && !place.election().isOfLease())) {
            log.info(format, arguments);
        } else {
            log.debug(format, arguments);
        }
    }

    private void persist(Ballot ballot) {
        ActorRef<Command> me = getContext().getSelf();
        place.ballots()
                .save(ballot)
                .whenComplete((done, failure) ->
                        me.tell(failure == null ? new Persisted(life, ballot) : new Unpersisted(life, failure)));
    }

    private Behavior<Command> userStopped(ActorRef<?> whose, long term) {
        return company.hasStopped(whose, term) ? stepped(new Input.UsersStopped(term)) : this;
    }

    // ---- subscribers and users

    private Behavior<Command> subscribe(Subscribe command) {
        stirred(tick());
        getContext().watch(command.whose);
        if (!company.add(command.whose, command.subscriber)) {
            return this;
        }
        View.Sight sight = place.view().sight();
        if (sight.lease().isPresent()) {
            command.subscriber.elected(sight.lease().get());
        } else if (sight.leader().isPresent()) {
            command.subscriber.following(sight.leader().get(), sight.term());
        } else {
            command.subscriber.leaderless(sight.term());
        }
        if (company.voided) {
            command.subscriber.stopped();
        }
        return this;
    }

    private Behavior<Command> whenElected(WhenElected command) {
        stirred(tick());
        if (company.voided) {
            command.elected.completeExceptionally(leadsNoMore());
            return this;
        }
        Optional<Lease> lease = place.view().sight().lease();
        lease.ifPresentOrElse(command.elected::complete, () -> company.add(command.elected));
        return this;
    }

    private Behavior<Command> serve(Serve command) {
        stirred(tick());
        getContext().watch(command.whose);
        if (company.add(command.whose, command.user)) {
            place.view().sight().lease().ifPresent(command.user::start);
        }
        return this;
    }

    private Behavior<Command> terminated(Terminated signal) {
        Optional<User> served = company.remove(signal.getRef());
        company.stoppingTerms().forEach(term -> userStopped(signal.getRef(), term));
        if (served.isPresent() && place.view().sight().lease().isPresent()) {
            return servesNoMore(signal.getRef(), served.get());
        }
        setAlarm();
        return this;
    }

    /** A user ended while this node leads, so its work is no longer done: logs that, and hands over if configured. */
    private Behavior<Command> servesNoMore(ActorRef<?> whose, User user) {
        boolean handsOver = user.handsOverWhenItEnds();
        logging(() -> log.warn(
                "{}: {} ended although it was serving in term {}, so {} (conclave.when-server-ends = {})",
                place.election(),
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
        alarm.cancel();
        campaign.end(place.time().nanoTime());
        View.Sight last = place.view().sight();
        place.view().leaderless(peer.ballot().term());
        logging(leaderships::dismissAll);
        voidAll();
        leaderships.endAll();
        if (last.leader().isPresent() && last.lease().isEmpty()) {
            company.tell(subscriber -> subscriber.leaderless(last.term()));
        }
        handOvers.forEach(done -> done.completeExceptionally(place.gone(why)));
        leaves.forEach(left -> left.complete(Done.getInstance()));
        resignations.forEach(done -> done.complete(Done.getInstance()));
        return this;
    }

    /** Voids the leadership. If an invariant is broken again, the users have already been told to stop. */
    private void voidAll() {
        try {
            advance(new Input.LeadershipVoid());
        } catch (BrokenInvariant again) {
            log.error("{}: {}", place.election(), again.getMessage());
        }
    }

    private Behavior<Command> stopped() {
        lost("has stopped");
        place.view().stopped();
        company.tellStopped(place.gone("has stopped"));
        return this;
    }
}
