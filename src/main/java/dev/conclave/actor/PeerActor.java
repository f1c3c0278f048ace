package dev.conclave.actor;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.StashBuffer;
import dev.conclave.core.Ballot;
import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.Input;
import dev.conclave.core.Leader;
import dev.conclave.core.Message;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The world of one {@link Peer}: translates messages to inputs and effects to messages, and decides nothing.
 *
 * <p>Supervised with restart. A failure announces the loss of what this peer led, then waits until the store has written what
 * was under way, reads the ballot again and is loyal as after any start: the default restart would forget the vote, and two
 * leaders could win one term.
 */
public final class PeerActor extends AbstractBehavior<PeerActor.Command> {

    private static final Logger LOG = LoggerFactory.getLogger(PeerActor.class);

    /** What a peer's actor is told. All of it comes from this node; what other nodes say comes in {@link FromPeer}. */
    public sealed interface Command {}

    /** Another peer says something. */
    record FromPeer(PeerId from, Incarnation incarnation, Message message) implements Command {}

    /** This peer may take part (R15). */
    record Admit(long floor, long loyalForNanos) implements Command {}

    /** A process is proven gone (R10). */
    record ProcessGone(PeerId peer, Incarnation incarnation) implements Command {}

    /** What was counted from a replaced identity counts no more (R15). */
    record Strike(PeerId peer) implements Command {}

    /** Every leadership of this node is void (R10). */
    record Voided() implements Command {}

    /** This node is shutting down; {@code left} completes when it leads nothing any more. */
    record Leave(CompletableFuture<Done> left) implements Command {}

    /** From now on it wants to lead. */
    public record Stand() implements Command {}

    /** From now on it does not. */
    public record Withdraw() implements Command {}

    /** Let another one lead; {@code done} completes when this one does not any more, or fails if it does not hand over. */
    public record HandOver(CompletableFuture<Done> done) implements Command {}

    /** Hear what becomes of the election, beginning with how it stands; until {@code whose} ends. */
    public record Subscribe(ActorRef<?> whose, Subscriber subscriber) implements Command {}

    /** Hold something while this node leads; until {@code whose} ends. */
    public record Serve(ActorRef<?> whose, User user) implements Command {}

    private record Persisted(Life life, Ballot ballot) implements Command {}

    private record Unpersisted(Life life, Throwable cause) implements Command {}

    private record Rung(Life life) implements Command {}

    private record UserStopped(Life life, ActorRef<?> whose, long term) implements Command {}

    private record Settled(Ballot ballot) implements Command {}

    private record Unsettled(Throwable cause) implements Command {}

    /** Tells the effects of one life of this actor from those of another: they die with it (R3). */
    private static final class Life {}

    /**
     * Where a peer lives: what it is given by its node.
     *
     * @param election its election
     * @param self what never changes
     * @param ballots its ballots on disk
     * @param post how it sends
     * @param time clock and timer
     * @param view where it shows who leads
     * @param company whom the election has on this node
     * @param vouched whether the node can vouch for its leaderships
     */
    record Place(
            ElectionName election,
            Peer.Self self,
            Ballots ballots,
            Post post,
            Time time,
            View view,
            Company company,
            BooleanSupplier vouched) {}

    /** The ballots of one election. */
    interface Ballots {
        /** The newest ballot, once all that was under way is written and forced. */
        CompletionStage<Ballot> settled();

        /** Completes when the ballot is durable. */
        CompletionStage<Void> save(Ballot ballot);

        /**
         * For how long a peer that starts now is loyal to whomever it may have forgotten (R6).
         *
         * @param firstInThisLife whether no peer of this election was there before in the life of this process
         */
        long loyalForNanos(Ballot read, boolean firstInThisLife);

        /** The floor of the directory, if this node takes part; empty until it does (R15). */
        Optional<Long> floor();
    }

    /** How a peer sends to others of its election. */
    interface Post {
        void send(PeerId to, Message message);

        /** Somebody leads. */
        void leaderKnown();

        /** A term beyond reason (R13). */
        void implausible(PeerId from, long term);
    }

    private final Place place;
    private final Company company;
    private final Life life = new Life();
    private final List<CompletableFuture<Done>> handOvers = new ArrayList<>();
    private final List<CompletableFuture<Done>> leaves = new ArrayList<>();
    private final Map<Long, Lease> leases = new LinkedHashMap<>();
    private final Map<Long, List<ActorRef<Done>>> answers = new LinkedHashMap<>();

    private Peer peer;
    private Time.@Nullable Timer timer;
    private long timerAt = Peer.NEVER;
    private long wallAheadMillis;
    private boolean ending;

    /** A peer that begins when its ballot has been read, and begins so again whenever it fails. */
    static Behavior<Command> create(Place place) {
        Behavior<Command> reading = Behaviors.setup(context -> Behaviors.withStash(10_000, stash -> {
            context.pipeToSelf(
                    place.ballots().settled(),
                    (ballot, failure) -> failure == null ? new Settled(ballot) : new Unsettled(failure));
            return read(place, stash);
        }));
        return Behaviors.supervise(reading).onFailure(SupervisorStrategy.restart());
    }

    private static Behavior<Command> read(Place place, StashBuffer<Command> stash) {
        return Behaviors.receive(Command.class)
                .onMessage(
                        Settled.class,
                        settled -> Behaviors.setup(
                                context -> stash.unstashAll(new PeerActor(context, place, settled.ballot()))))
                .onMessage(Unsettled.class, unsettled -> {
                    LOG.warn(
                            "{}: the ballot could not be read, so this peer stops: {}",
                            place.election(),
                            reasonOf(unsettled.cause()));
                    return Behaviors.stopped();
                })
                .onAnyMessage(early -> {
                    if (!stash.isFull()) {
                        stash.stash(early);
                    }
                    return Behaviors.same();
                })
                .onSignal(Terminated.class, signal -> {
                    place.company().remove(signal.getRef());
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    stash.forEach(early -> answerForNobody(place, early));
                    place.company().tellStopped();
                    return Behaviors.same();
                })
                .build();
    }

    /** A peer that never began leads nothing, and there is nothing to wait for. */
    private static void answerForNobody(Place place, Command early) {
        if (early instanceof HandOver handOver) {
            handOver.done.completeExceptionally(gone(place, "has stopped"));
        } else if (early instanceof Leave leave) {
            leave.left.complete(Done.getInstance());
        } else if (early instanceof Subscribe subscribe) {
            place.company().add(subscribe.whose, subscribe.subscriber);
        }
    }

    /** What the store said, whatever stages it went through. */
    private static String reasonOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((failure instanceof CompletionException && cause != null ? cause : failure).getMessage());
    }

    private static IllegalStateException gone(Place place, String why) {
        return new IllegalStateException(
                "the peer of \"" + place.election() + "\" on " + place.self().id() + " " + why);
    }

    private PeerActor(ActorContext<Command> context, Place place, Ballot ballot) {
        super(context);
        this.place = place;
        this.company = place.company();
        this.peer = Peer.start(place.self(), ballot);
        company.members().forEach(context::watch);
        place.view().leaderless(ballot.term());
        boolean first = !company.hasLived;
        company.hasLived = true;
        Optional<Long> floor = place.ballots().floor();
        if (floor.isPresent()) {
            step(new Input.Admitted(floor.get(), place.ballots().loyalForNanos(ballot, first)));
        }
        if (company.stands) {
            step(new Input.Stand());
        }
        if (company.leaving) {
            step(new Input.Leave());
        }
        wakeInTime();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(FromPeer.class, m -> stepped(new Input.Received(m.from, m.incarnation, m.message)))
                .onMessage(Persisted.class, m -> m.life == life ? stepped(new Input.Persisted(m.ballot)) : this)
                .onMessage(Rung.class, m -> m.life == life ? rung() : this)
                .onMessage(Admit.class, m -> stepped(new Input.Admitted(m.floor, m.loyalForNanos)))
                .onMessage(ProcessGone.class, m -> stepped(new Input.ProcessGone(m.peer, m.incarnation)))
                .onMessage(Strike.class, m -> stepped(new Input.IdentityReplaced(m.peer)))
                .onMessage(Voided.class, m -> stepped(new Input.LeadershipVoid()))
                .onMessage(Stand.class, m -> wants(true, new Input.Stand()))
                .onMessage(Withdraw.class, m -> wants(false, new Input.Withdraw()))
                .onMessage(HandOver.class, this::handOver)
                .onMessage(Leave.class, this::leave)
                .onMessage(Subscribe.class, this::subscribe)
                .onMessage(Serve.class, this::serve)
                .onMessage(UserStopped.class, m -> m.life == life ? userStopped(m.whose, m.term) : this)
                .onMessage(Unpersisted.class, m -> m.life == life ? unpersisted(m.cause) : this)
                .onMessage(Settled.class, m -> this)
                .onMessage(Unsettled.class, m -> this)
                .onSignal(Terminated.class, this::terminated)
                .onSignal(PreRestart.class, signal -> lost("failed and begins again"))
                .onSignal(PostStop.class, signal -> stopped())
                .build();
    }

    // ---- inputs

    private Behavior<Command> stepped(Input input) {
        step(input);
        wakeInTime();
        forgetTheEnded();
        if (!peer.role().standsOrLeads() && peer.reigns().isEmpty()) {
            handOvers.forEach(done -> done.complete(Done.getInstance()));
            handOvers.clear();
            leaves.forEach(left -> left.complete(Done.getInstance()));
            leaves.clear();
        }
        return this;
    }

    private Behavior<Command> wants(boolean toStand, Input input) {
        company.stands = toStand;
        return stepped(input);
    }

    private void step(Input input) {
        if (isAfterSuspension()) {
            LOG.warn("{}: the wall clock ran ahead of the monotonic one; this leadership is void", place.election());
            advance(new Input.LeadershipVoid());
        }
        advance(input);
    }

    /**
     * Before every input, as R8 has it for the monotonic clock: an acknowledgement that was under way while the virtual
     * machine was suspended would else renew a lease that has ended for everybody else.
     */
    private boolean isAfterSuspension() {
        long ahead = Lease.wallAheadMillis(place.time());
        if (!(peer.role() instanceof Leader leader)) {
            wallAheadMillis = ahead;
            return false;
        }
        wallAheadMillis = Math.min(wallAheadMillis, ahead);
        // A leader is announced only if its lease has more than the margin left; so by the wall clock it has some left
        // too.
        return leader.announced()
                ? leases.values().stream().anyMatch(Lease::wasSuspended)
                : (ahead - wallAheadMillis) * 1_000_000 > place.self().stopMarginNanos();
    }

    private void advance(Input input) {
        Peer.Step step =
                peer.step(place.time().nanoTime(), ThreadLocalRandom.current().nextLong(), input);
        peer = step.peer();
        for (Effect effect : step.effects()) {
            carryOut(effect);
        }
    }

    private Behavior<Command> rung() {
        timer = null;
        timerAt = Peer.NEVER;
        return stepped(new Input.Tick());
    }

    /** One timer. One that rings too early does no harm, so it is set anew only for an earlier deadline. */
    private void wakeInTime() {
        long at = peer.wakeAt();
        if (at == Peer.NEVER || (timer != null && timerAt <= at)) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        long now = place.time().nanoTime();
        timerAt = at;
        timer = place.time()
                .after(
                        Duration.ofNanos(at <= now ? 0 : at - now),
                        () -> getContext().getSelf().tell(new Rung(life)));
    }

    private Behavior<Command> handOver(HandOver command) {
        boolean ends = !peer.reigns().isEmpty() && !peer.role().standsOrLeads();
        if (ends || peer.leads().isPresent() || peer.role().holdsLease()) {
            handOvers.add(command.done);
            return stepped(new Input.HandOver());
        }
        command.done.completeExceptionally(new IllegalStateException(
                place.self().id() + " does not lead \"" + place.election() + "\", so it cannot hand it over"));
        return this;
    }

    private Behavior<Command> leave(Leave command) {
        company.leaving = true;
        leaves.add(command.left);
        return stepped(new Input.Leave());
    }

    /**
     * A ballot may not be on disk: it was not cast, and this peer must not go on as if it were. The store has failed for
     * good, so the node ends; this peer only sees that nobody believes it any more.
     */
    private Behavior<Command> unpersisted(Throwable cause) {
        LOG.warn("{}: a ballot could not be written, so this peer stops: {}", place.election(), reasonOf(cause));
        return Behaviors.stopped();
    }

    // ---- effects

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Send send) {
            place.post().send(send.to(), send.message());
        } else if (effect instanceof Effect.Persist persist) {
            persist(persist.ballot());
        } else if (effect instanceof Effect.Renewed renewed) {
            Lease lease = leases.get(renewed.term());
            if (lease != null) {
                lease.renew(renewed.leaseUntil(), wallAheadMillis);
            }
        } else if (effect instanceof Effect.Following following) {
            place.view().following(following.leader(), following.term());
            place.post().leaderKnown();
            LOG.info("{}: {} leads term {}", place.election(), following.leader(), following.term());
            company.tell(subscriber -> subscriber.following(following.leader(), following.term()));
        } else if (effect instanceof Effect.Leaderless leaderless) {
            place.view().leaderless(leaderless.term());
            LOG.info("{}: nobody is known to lead, term {}", place.election(), leaderless.term());
            company.tell(subscriber -> subscriber.leaderless(leaderless.term()));
        } else if (effect instanceof Effect.Standing standing) {
            LOG.info("{}: {} stands in term {}", place.election(), place.self().id(), standing.term());
            company.tell(subscriber -> subscriber.standing(standing.term()));
        } else if (effect instanceof Effect.Elected elected) {
            elected(elected);
        } else if (effect instanceof Effect.Dismissed dismissed) {
            dismissed(dismissed);
        } else if (effect instanceof Effect.Ended ended) {
            ended(ended);
        } else if (effect instanceof Effect.HandOverRefused) {
            handOvers.forEach(done -> done.completeExceptionally(new IllegalStateException("nobody else stands in \""
                    + place.election() + "\", so " + place.self().id() + " goes on leading it")));
            handOvers.clear();
        } else if (effect instanceof Effect.Implausible implausible) {
            place.post().implausible(implausible.from(), implausible.term());
        }
    }

    private void persist(Ballot ballot) {
        ActorRef<Command> me = getContext().getSelf();
        place.ballots()
                .save(ballot)
                .whenComplete((done, failure) ->
                        me.tell(failure == null ? new Persisted(life, ballot) : new Unpersisted(life, failure)));
    }

    private void elected(Effect.Elected elected) {
        Lease lease = new Lease(
                place.self().id(),
                elected.term(),
                elected.leaseUntil(),
                wallAheadMillis,
                place.time(),
                place.vouched());
        leases.put(elected.term(), lease);
        place.view().leading(lease);
        place.post().leaderKnown();
        LOG.info("{}: {} leads term {}", place.election(), lease.leader(), lease.term());
        company.tell(subscriber -> subscriber.elected(lease));
        company.start(lease);
    }

    private void dismissed(Effect.Dismissed dismissed) {
        Lease lease = leases.get(dismissed.term());
        if (lease == null || lease.isFinished()) {
            return;
        }
        lease.finish();
        place.view().leaderless(dismissed.term());
        LOG.info(
                "{}: {} leads term {} no more ({})",
                place.election(),
                lease.leader(),
                lease.term(),
                dismissed.reason());
        ActorRef<Command> me = getContext().getSelf();
        boolean held = company.dismiss(
                lease, dismissed.reason(), dismissed.deadline(), whose -> answerOf(whose, dismissed.term()));
        if (!held) {
            me.tell(new UserStopped(life, me, dismissed.term()));
        }
    }

    /** A reference of its own for each answer, so that a late one of an earlier term is not taken for that of a later one. */
    private ActorRef<Done> answerOf(ActorRef<?> whose, long term) {
        if (ending) {
            return getContext().getSystem().ignoreRef();
        }
        ActorRef<Command> me = getContext().getSelf();
        ActorRef<Done> answer = getContext().spawnAnonymous(Behaviors.receiveMessage(done -> {
            me.tell(new UserStopped(life, whose, term));
            return Behaviors.stopped();
        }));
        answers.computeIfAbsent(term, none -> new ArrayList<>()).add(answer);
        return answer;
    }

    private Behavior<Command> userStopped(ActorRef<?> whose, long term) {
        return company.hasStopped(whose, term) ? stepped(new Input.UsersStopped(term)) : this;
    }

    private void ended(Effect.Ended ended) {
        Lease lease = leases.remove(ended.term());
        if (lease != null) {
            lease.finish();
            company.tell(subscriber -> subscriber.ended(lease, ended.reason(), ended.heldUntil()));
        }
    }

    /** A leadership that is void is over for whoever asks, but its users are still waited for (R10, R6). */
    private void forgetTheEnded() {
        for (long term : List.copyOf(answers.keySet())) {
            boolean ending = (peer.role().holdsLease() && peer.ballot().term() == term)
                    || peer.reigns().stream().anyMatch(reign -> reign.term() == term);
            if (!ending) {
                company.forgetStopping(term);
                List<ActorRef<Done>> unanswered = answers.remove(term);
                if (unanswered != null) {
                    unanswered.forEach(getContext()::stop);
                }
            }
        }
    }

    // ---- who listens

    private Behavior<Command> subscribe(Subscribe command) {
        stepped(new Input.Tick());
        getContext().watch(command.whose);
        company.add(command.whose, command.subscriber);
        View.Sight sight = place.view().sight();
        if (sight.lease().isPresent()) {
            command.subscriber.elected(sight.lease().get());
        } else if (sight.leader().isPresent()) {
            command.subscriber.following(sight.leader().get(), sight.term());
        } else {
            command.subscriber.leaderless(sight.term());
        }
        return this;
    }

    private Behavior<Command> serve(Serve command) {
        stepped(new Input.Tick());
        getContext().watch(command.whose);
        company.add(command.whose, command.user);
        place.view().sight().lease().ifPresent(command.user::start);
        return this;
    }

    private Behavior<Command> terminated(Terminated signal) {
        company.remove(signal.getRef());
        company.stoppingTerms().forEach(term -> userStopped(signal.getRef(), term));
        return this;
    }

    /** R3: a peer that stops, for whatever reason, announces the loss first, also what a failure kept it from announcing. */
    private Behavior<Command> lost(String why) {
        ending = true;
        if (timer != null) {
            timer.cancel();
        }
        View.Sight last = place.view().sight();
        place.view().leaderless(peer.ballot().term());
        for (Lease lease : List.copyOf(leases.values())) {
            dismissed(new Effect.Dismissed(lease.term(), Effect.Reason.VOID, lease.untilNanos()));
        }
        advance(new Input.LeadershipVoid());
        for (long term : List.copyOf(leases.keySet())) {
            ended(new Effect.Ended(term, Effect.Reason.VOID, place.time().nanoTime()));
        }
        List.copyOf(answers.keySet()).forEach(company::forgetStopping);
        if (last.leader().isPresent() && last.lease().isEmpty()) {
            company.tell(subscriber -> subscriber.leaderless(last.term()));
        }
        handOvers.forEach(done -> done.completeExceptionally(gone(place, why)));
        leaves.forEach(left -> left.complete(Done.getInstance()));
        return this;
    }

    private Behavior<Command> stopped() {
        lost("has stopped");
        company.tellStopped();
        return this;
    }
}
