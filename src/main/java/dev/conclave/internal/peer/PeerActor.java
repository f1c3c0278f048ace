package dev.conclave.internal.peer;

import akka.Done;
import akka.actor.DeadLetterSuppression;
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
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Terms;
import dev.conclave.core.peer.BrokenInvariant;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Role;
import dev.conclave.core.peer.UrgentMessageSelector;
import dev.conclave.internal.runtime.Supervision;
import dev.conclave.internal.runtime.WakeUpTimer;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.logging.LogContext;
import java.util.Optional;
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
public final class PeerActor extends AbstractBehavior<PeerCommand> {

    /** Internal messages. Not reported as dead letters after the actor has stopped. */
    private interface FromWithin extends PeerCommand, DeadLetterSuppression {}

    private record Persisted(Life life, Ballot ballot) implements FromWithin {}

    private record RegisterPersisted(Life life, RegisterVersion version) implements FromWithin {}

    private record Unpersisted(Life life, Throwable cause) implements FromWithin {}

    private record Rung(Life life) implements FromWithin {}

    private record Resumed(Life life) implements FromWithin {}

    private record UserStopped(Life life, ActorRef<?> whose, long term) implements FromWithin {}

    record Settled(Ballot ballot, RegisterEntry register) implements PeerCommand {}

    record Unsettled(Throwable cause) implements PeerCommand {}

    /** Distinguishes results that belong to this instance of the actor from those of an earlier one, which are ignored (R3). */
    private static final class Life {}

    private final PeerEnvironment environment;
    private final AsyncLogger log;
    private final SubscribersAndUsers participants;
    private final Life life = new Life();
    private final WaitingCallers callers;
    private final AnnouncedLeaderships leaderships;
    private final Announcements announcements;
    private final RegisterCalls registers;
    private final ChangeRecorder changes;
    private final WakeUpTimer wakeUp;
    private final LimitedCampaign campaign;
    private final UrgentMessageSelector urgent = new UrgentMessageSelector();

    private Peer peer;
    private long stirredAt;

    /** The behavior of a peer, which starts when its ballot has been read, also after a restart. */
    public static Behavior<PeerCommand> create(PeerEnvironment environment) {
        return Supervision.restarting(
                PeerCommand.class,
                environment.logs().apply(PeerActor.class),
                environment.election() + ": the peer of " + environment.self().id(),
                Supervision.stoppingAt(BrokenInvariant.class, LoadingPeer.of(environment)));
    }

    /** A peer with the ballot that was read. */
    PeerActor(ActorContext<PeerCommand> context, PeerEnvironment environment, Settled read) {
        super(context);
        this.environment = environment;
        this.log = environment.logs().apply(PeerActor.class);
        this.participants = environment.participants();
        Ballot ballot = read.ballot();
        this.peer = Peer.start(
                environment.current(),
                ballot,
                read.register(),
                environment.view().register());
        if (read.register().version().exists()) {
            // U7: the node may have begun before this entry was on its disk.
            environment.outgoing().holdsRegister();
        }
        this.registers = new RegisterCalls(environment, this::step, () -> peer);
        this.stirredAt = environment.time().nanoTime();
        ActorRef<PeerCommand> me = context.getSelf();
        this.leaderships = new AnnouncedLeaderships(
                context, environment, (whose, term) -> me.tell(new UserStopped(life, whose, term)));
        this.announcements = new Announcements(environment, leaderships);
        this.changes = new ChangeRecorder(environment);
        this.callers = new WaitingCallers(environment);
        this.wakeUp = new WakeUpTimer(environment.time(), () -> me.tell(new Rung(life)));
        this.campaign = new LimitedCampaign(environment.campaignLimiter(), () -> me.tell(new Resumed(life)));
        participants.members().forEach(context::watch);
        environment.view().leaderless(ballot.term(), environment.time().wallMillis());
        boolean first = !participants.hasLived;
        participants.hasLived = true;
        if (environment.ballots().takesPart()) {
            step(new Input.Admitted(environment.ballots().loyalForNanos(ballot, first)));
        }
        if (participants.stands && !participants.drained) {
            step(new Input.Stand());
        }
        if (participants.leaving) {
            step(new Input.Leave());
        }
        setTimer();
    }

    @Override
    public Receive<PeerCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(PeerCommand.FromPeer.class, this::heard)
                .onMessage(Persisted.class, m -> m.life == life ? stepped(new Input.Persisted(m.ballot)) : this)
                .onMessage(
                        RegisterPersisted.class,
                        m -> m.life == life ? stepped(new Input.RegisterPersisted(m.version)) : this)
                .onMessage(PeerCommand.WriteRegister.class, this::writeRegister)
                .onMessage(PeerCommand.ImportRegister.class, this::importRegister)
                .onMessage(PeerCommand.ReadRegister.class, this::readRegister)
                .onMessage(PeerCommand.AskForRegister.class, m -> stirred(new Input.AskForRegister(m.from())))
                .onMessage(PeerCommand.SubscribeRegister.class, this::subscribeRegister)
                .onMessage(Rung.class, m -> m.life == life ? rung() : this)
                .onMessage(Resumed.class, m -> m.life == life ? resumed() : this)
                .onMessage(PeerCommand.Switch.class, this::obey)
                .onMessage(
                        PeerCommand.ProcessGone.class, m -> stepped(new Input.ProcessGone(m.peer(), m.incarnation())))
                .onMessage(PeerCommand.Voided.class, m -> voided())
                .onMessage(PeerCommand.Stand.class, m -> stand(m.by()))
                .onMessage(PeerCommand.Withdraw.class, m -> withdraw(m.by()))
                .onMessage(PeerCommand.HandOver.class, this::handOver)
                .onMessage(PeerCommand.Leave.class, this::leave)
                .onMessage(PeerCommand.Drain.class, this::drain)
                .onMessage(PeerCommand.Undrain.class, m -> undrain(m.by()))
                .onMessage(PeerCommand.Join.class, m -> join())
                .onMessage(PeerCommand.Observe.class, m -> observe(m.begins()))
                .onMessage(PeerCommand.Resign.class, this::resign)
                .onMessage(PeerCommand.EndIfIdle.class, m -> endIfIdle())
                .onMessage(PeerCommand.Subscribe.class, this::subscribe)
                .onMessage(PeerCommand.WhenElected.class, this::whenElected)
                .onMessage(PeerCommand.Serve.class, this::serve)
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

    private Behavior<PeerCommand> heard(PeerCommand.FromPeer m) {
        environment
                .instruments()
                .heard(
                        environment.election(),
                        m.from(),
                        m.message(),
                        environment.time().nanoTime());
        urgent.heard(m.from(), m.message(), m.way());
        return stirred(new Input.Received(m.from(), m.incarnation(), m.configuration(), m.message()));
    }

    /** E5: obeys another configuration; a peer that may take part from now on is loyal as after any start. */
    private Behavior<PeerCommand> obey(PeerCommand.Switch to) {
        try {
            step(new Input.Switched(
                    to.configuration().number(), to.configuration().settings(), to.isForced(), to.isHeard()));
            if (to.isHeard() && !peer.takesPart()) {
                step(new Input.Admitted(environment.ballots().loyalForNanos(peer.ballot(), true)));
            }
            leaderships.goBy(peer.self().settings());
        } finally {
            // A peer that fails here begins again under the newest configuration on disk, or not at all.
            to.obeyed().complete(Done.getInstance());
        }
        return settled();
    }

    private Behavior<PeerCommand> stepped(Input input) {
        step(input);
        return settled();
    }

    /** Completes the futures that wait for the end of a leadership, if it is over, and sets the timer for the next tick. */
    private Behavior<PeerCommand> settled() {
        registers.stepped();
        registers.replacedBy().ifPresent(this::beginAnew);
        leaderships.forgetTheEnded(peer);
        if (!peer.role().standsOrLeads() && peer.endingLeaderships().isEmpty()) {
            callers.leadsNothing();
            part();
        }
        setTimer();
        return this;
    }

    private void part() {
        if (callers.isResigning()) {
            participants.part().forEach(getContext()::unwatch);
            setTimer();
            callers.resigned();
        }
    }

    private Behavior<PeerCommand> stirred(Input input) {
        stirredAt = environment.time().nanoTime();
        return stepped(input);
    }

    private Behavior<PeerCommand> stand(String by) {
        changes.commanded(by);
        return wants(true, participants.drained ? tick() : new Input.Stand());
    }

    private Behavior<PeerCommand> withdraw(String by) {
        changes.commanded(by);
        return wants(false, new Input.Withdraw());
    }

    private Behavior<PeerCommand> wants(boolean toStand, Input input) {
        participants.stands = toStand;
        participants.joined |= toStand;
        return stirred(input);
    }

    private Behavior<PeerCommand> join() {
        participants.joined = true;
        return stirred(tick());
    }

    private Behavior<PeerCommand> observe(boolean begins) {
        participants.observers += begins ? 1 : -1;
        return stirred(tick());
    }

    private Behavior<PeerCommand> resign(PeerCommand.Resign command) {
        participants.stands = false;
        participants.joined = false;
        participants.resign(environment.gone("has left the election"));
        callers.ofResignation(command.done());
        changes.commanded(PeerCommand.APPLICATION);
        return stirred(new Input.Withdraw());
    }

    private Input tick() {
        return campaign.tick(peer, environment.time().nanoTime());
    }

    private Behavior<PeerCommand> resumed() {
        campaign.resumed().ifPresent(this::stepped);
        return this;
    }

    private Peer.Step step(Input input) {
        if (leaderships.isAfterSuspension(peer.role())) {
            advance(new Input.LeadershipVoid());
            String warning = environment.election()
                    + ": this leadership is void, since the wall clock ran ahead of the monotonic clock: this machine"
                    + " was suspended, or its clock was set";
            environment.outgoing().suspended(warning);
            logging(() -> log.warn("{}", warning));
        }
        return advance(input);
    }

    private Peer.Step advance(Input input) {
        long now = environment.time().nanoTime();
        Role before = peer.role();
        Peer.Step step = soundStep(now, input);
        peer = step.peer();
        leaderships.stepped(peer.role());
        environment.view().stepped(peer);
        changes.stepped(before, input, peer.role());
        for (Effect effect : step.effects()) {
            environment.instruments().decided(environment.election(), effect, now);
            if (effect instanceof Effect.Send send) {
                environment
                        .outgoing()
                        .send(send.to(), step.peer().self().configuration(), send.message(), urgent.wayOf(send, step));
            } else {
                carryOut(effect, now);
            }
        }
        leaderships.stretch(peer);
        campaign.stepped(before, peer, now);
        return step;
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

    private Behavior<PeerCommand> rung() {
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
            setTimer();
            return this;
        }
        return stepped(tick());
    }

    private void setTimer() {
        long at = peer.wakeAt();
        wakeUp.setFor(participants.isWanting() ? at : Math.min(at, quietAt()));
    }

    // ---- the end of an idle peer

    /** When an unneeded peer may end: E after its last message, since a late message would only start it again. */
    private long quietAt() {
        return Math.max(stirredAt + peer.self().settings().electionNanos(), peer.owesUntil());
    }

    private boolean isIdle() {
        return !participants.isWanting() && peer.isIdle(environment.time().nanoTime());
    }

    private Behavior<PeerCommand> endIfIdle() {
        if (isIdle()) {
            return Behaviors.stopped();
        }
        environment.outgoing().stays(getContext().getSelf());
        return this;
    }

    private Behavior<PeerCommand> handOver(PeerCommand.HandOver command) {
        changes.commanded(command.by());
        if (command.to().filter(environment.self().id()::equals).isPresent()) {
            command.done()
                    .completeExceptionally(
                            new IllegalArgumentException(environment.self().id() + " cannot hand over \""
                                    + environment.election() + "\" to itself"));
        } else if (isEndingFor(command.to())
                || peer.leads().isPresent()
                || peer.role().holdsLease()) {
            callers.ofHandOver(command.done());
            for (Effect effect : step(new Input.HandOver(command.to())).effects()) {
                if (effect instanceof Effect.HandOverRefused refused) {
                    callers.refuse(command.to(), refused.why());
                }
            }
            return settled();
        } else {
            command.done()
                    .completeExceptionally(
                            new IllegalStateException(environment.self().id() + " does not lead \""
                                    + environment.election() + "\", so it cannot hand it over"));
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

    private Behavior<PeerCommand> leave(PeerCommand.Leave command) {
        participants.leaving = true;
        callers.ofLeave(command.left());
        return stepped(new Input.Leave());
    }

    /** Withdraws, but remembers what the application wants. */
    private Behavior<PeerCommand> drain(PeerCommand.Drain command) {
        participants.drained = true;
        changes.commanded(command.by());
        callers.ofLeave(command.drained());
        return stepped(new Input.Withdraw());
    }

    private Behavior<PeerCommand> undrain(String by) {
        changes.commanded(by);
        boolean was = participants.drained;
        participants.drained = false;
        return was && participants.stands ? stirred(new Input.Stand()) : this;
    }

    /**
     * A ballot may not be on disk, so it does not count and this peer must stop. The store has failed for good, so the whole node
     * stops too.
     */
    private Behavior<PeerCommand> unpersisted(Throwable cause) {
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
    private Behavior<PeerCommand> voided() {
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
        } else if (effect instanceof Effect.PersistRegister persist) {
            environment.outgoing().holdsRegister();
            persist(persist.entry());
        } else if (registers.carryOut(effect, peer.leads().isPresent())) {
            return;
        } else if (effect instanceof Effect.Renewed renewed) {
            leaderships.renewed(renewed);
            campaign.renewed(peer, renewed.leaseUntil(), now);
        } else if (effect instanceof Effect.Slow slow) {
            environment.outgoing().slow(slow);
        } else {
            logging(() -> announcements.announce(effect));
        }
        changes.record(effect);
    }

    private void logging(Runnable what) {
        LogContext.around(
                environment.election(), peer.ballot().term(), environment.view().role(), what);
    }

    private void persist(Ballot ballot) {
        ActorRef<PeerCommand> me = getContext().getSelf();
        environment
                .ballots()
                .save(ballot)
                .whenComplete((done, failure) ->
                        me.tell(failure == null ? new Persisted(life, ballot) : new Unpersisted(life, failure)));
    }

    private void persist(RegisterEntry entry) {
        ActorRef<PeerCommand> me = getContext().getSelf();
        environment
                .ballots()
                .save(entry)
                .whenComplete((done, failure) -> me.tell(
                        failure == null
                                ? new RegisterPersisted(life, entry.version())
                                : new Unpersisted(life, failure)));
    }

    // ---- the register

    private Behavior<PeerCommand> writeRegister(PeerCommand.WriteRegister command) {
        registers.write(command);
        return settled();
    }

    private Behavior<PeerCommand> importRegister(PeerCommand.ImportRegister command) {
        stirred(tick());
        registers.replace(command);
        return settled();
    }

    /** Ends the leadership in which an operator has replaced the value, so that the next one begins with that value. */
    private void beginAnew(String by) {
        changes.commanded(by);
        step(new Input.Withdraw());
        if (participants.stands && !participants.drained) {
            step(new Input.Stand());
        }
    }

    private Behavior<PeerCommand> readRegister(PeerCommand.ReadRegister command) {
        stirred(tick());
        registers.read(command);
        return settled();
    }

    private Behavior<PeerCommand> subscribeRegister(PeerCommand.SubscribeRegister command) {
        stirred(tick());
        getContext().watch(command.whose());
        registers.subscribe(command);
        return settled();
    }

    private Behavior<PeerCommand> userStopped(ActorRef<?> whose, long term) {
        return participants.hasStopped(whose, term) ? stepped(new Input.UsersStopped(term)) : this;
    }

    // ---- subscribers and users

    private Behavior<PeerCommand> subscribe(PeerCommand.Subscribe command) {
        stirred(tick());
        getContext().watch(command.whose());
        if (!participants.add(command.whose(), command.subscriber())) {
            return this;
        }
        KnownLeader.Sight sight = environment.view().sight();
        if (sight.lease().isPresent()) {
            command.subscriber().elected(sight.lease().get());
        } else if (sight.leader().isPresent()) {
            command.subscriber().following(sight.leader().get(), sight.term());
        } else {
            command.subscriber().leaderless(sight.term());
        }
        if (participants.voided) {
            command.subscriber().stopped();
        }
        return this;
    }

    private Behavior<PeerCommand> whenElected(PeerCommand.WhenElected command) {
        stirred(tick());
        if (participants.voided) {
            command.elected().completeExceptionally(leadsNoMore());
            return this;
        }
        Optional<LeadershipLease> lease = environment.view().sight().lease();
        lease.ifPresentOrElse(command.elected()::complete, () -> participants.add(command.elected()));
        return this;
    }

    private Behavior<PeerCommand> serve(PeerCommand.Serve command) {
        stirred(tick());
        getContext().watch(command.whose());
        if (participants.add(command.whose(), command.user())) {
            environment.view().sight().lease().ifPresent(command.user()::start);
        }
        return this;
    }

    private Behavior<PeerCommand> terminated(Terminated signal) {
        Optional<LeadershipUser> served = participants.remove(signal.getRef());
        participants.stoppingTerms().forEach(term -> userStopped(signal.getRef(), term));
        if (served.isPresent() && environment.view().sight().lease().isPresent()) {
            return servesNoMore(signal.getRef(), served.get());
        }
        setTimer();
        return this;
    }

    /** A user ended while this node leads, so its work is no longer done: logs that, and hands over if configured. */
    private Behavior<PeerCommand> servesNoMore(ActorRef<?> whose, LeadershipUser user) {
        boolean handsOver = user.handsOverWhenItEnds();
        logging(() -> log.warn(
                "{}: {} ended although it was serving in term {}, so {} (conclave.when-server-ends = {})",
                environment.election(),
                whose,
                Terms.show(peer.ballot().term()),
                handsOver ? "this node hands over if there is another candidate" : "this node keeps leading without it",
                handsOver ? "hand-over" : "go-on"));
        changes.commanded("the end of " + whose);
        return stepped(handsOver ? new Input.HandOver() : tick());
    }

    /**
     * R3: a peer that stops, for whatever reason, announces the end of its leadership first, even if a failure has prevented an
     * earlier announcement.
     */
    private Behavior<PeerCommand> lost(String why) {
        wakeUp.cancel();
        campaign.end(environment.time().nanoTime());
        KnownLeader.Sight last = environment.view().sight();
        environment.view().leaderless(peer.ballot().term(), environment.time().wallMillis());
        logging(leaderships::dismissAll);
        voidAll();
        changes.commanded(why);
        leaderships.endAll().forEach(changes::record);
        if (last.leader().isPresent() && last.lease().isEmpty()) {
            participants.tell(subscriber -> subscriber.leaderless(last.term()));
        }
        callers.lost(environment.gone(why));
        registers.lost(environment.gone(why));
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

    private Behavior<PeerCommand> stopped() {
        lost("has stopped");
        environment.view().stopped();
        participants.tellStopped(environment.gone("has stopped"));
        return this;
    }
}
