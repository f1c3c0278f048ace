package dev.conclave.singleton;

import akka.Done;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.PoisonPill;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.conclave.ConclaveSettings;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.Serve;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.runtime.RestartDelays;
import dev.conclave.internal.runtime.Supervision;
import dev.conclave.internal.runtime.Watchdog;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.Optional;

/**
 * The actor that runs the instance of a singleton on a node while that node leads, and never two instances at a time. The host
 * and its {@link SingletonProxy} run on a separate dispatcher: an application that blocks its own dispatcher cannot keep the
 * host from stopping the instance, and messages to a singleton do not delay elections.
 *
 * <p>Stopping has three stages. First, the {@link SingletonProxy} sends the stop message as the last message to the instance. When {@code
 * stop-grace} is over, or only half the stop margin of the lease is left, the host forces the instance to stop. When {@code
 * hard-stop-timeout} is over after that, the instance is stuck. The host answers {@link Serve.Stop} only when the instance has
 * ended. The {@link Watchdog} also performs the second and third stage, on its own thread.
 *
 * @param <M> the type of the instance's messages
 */
final class SingletonHost<M> extends AbstractBehavior<SingletonHost.Command> {

    private static final AsyncLogger LOG = AsyncLogger.of(ElectedSingleton.class);

    /** The messages of the host. */
    sealed interface Command extends NoSerializationVerificationNeeded {}

    private record Told(Serve serve) implements Command {}

    /** Tells the host that {@code stop-grace} is over. */
    private record GraceOver() implements Command {}

    /** Tells the host to check whether the lease is nearly over. */
    private record LookAtTheLease() implements Command {}

    /**
     * Tells the host that the lease nears its end but that {@link Serve.Stop} has not arrived: Conclave's thread is blocked.
     */
    private record Late(SingletonInstance<?> instance) implements Command {}

    /** Tells the host to start another instance after one that ended by itself or failed. */
    private record StartAgain() implements Command {}

    /** Tells the host to hand over, since too many instances failed in a row. */
    private record AnotherNodesTurn(long term) implements Command {}

    /** Tells the host that the hand-over was refused, most likely because there is no other candidate. */
    private record HandOverRefused(Throwable why) implements Command {}

    /** Tells the host that the hand-over is complete. */
    private record HandedOver() implements Command {}

    private final ElectedActor<M> actor;
    private final ElectedSingletonSettings settings;
    private final Election election;
    private final ActorRef<Object> proxy;
    private final TimerScheduler<Command> timers;
    private final Duration stopMargin;
    private final Watchdog watchdog;
    private final RestartDelays delays;
    private final Telemetry telemetry;

    private Optional<SingletonInstance<M>> instance = Optional.empty();
    private Optional<Leadership> due = Optional.empty();
    private long startedAt;
    private long startedInTerm;

    static <M> Behavior<Command> create(
            ElectedActor<M> actor, ElectedSingletonSettings settings, Election election, ActorRef<Object> proxy) {
        Behavior<Command> host = Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            election.serve(context.messageAdapter(Serve.class, Told::new));
            return new SingletonHost<>(context, timers, actor, settings, election, proxy);
        }));
        return Supervision.resuming(Command.class, LOG, actor.name() + ": the host of the singleton", host);
    }

    private SingletonHost(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ElectedActor<M> actor,
            ElectedSingletonSettings settings,
            Election election,
            ActorRef<Object> proxy) {
        super(context);
        this.timers = timers;
        this.actor = actor;
        this.settings = settings;
        this.election = election;
        this.proxy = proxy;
        this.stopMargin = ConclaveSettings.create(context.getSystem()).stopMargin();
        this.watchdog = Watchdog.get(context.getSystem());
        this.delays = new RestartDelays(settings.restartDelay());
        this.telemetry = Telemetry.get(context.getSystem());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Told.class, told -> told.serve instanceof Serve.Stop stop ? stop(stop) : start(told.serve))
                .onMessage(GraceOver.class, grace -> stopHard("its grace of " + settings.stopGrace() + " is over"))
                .onMessage(LookAtTheLease.class, look -> lookAtTheLease())
                .onMessage(Late.class, this::late)
                .onMessage(StartAgain.class, again -> startUnlessItsLeaseEnds())
                .onMessage(AnotherNodesTurn.class, this::handOver)
                .onMessage(HandOverRefused.class, this::handOverRefused)
                .onMessage(HandedOver.class, gone -> this)
                .onSignal(Terminated.class, this::ended)
                .build();
    }

    // ---- start

    private Behavior<Command> start(Serve start) {
        due = Optional.of(start.leadership());
        return startIfFree();
    }

    /** Starts the instance, unless the lease has already ended, in which case {@link Serve.Stop} will follow. */
    private Behavior<Command> startIfFree() {
        if (instance.isEmpty() && due.isPresent()) {
            Leadership leadership = due.get();
            due = Optional.empty();
            if (leadership.holds()) {
                spawn(leadership);
            }
        }
        return this;
    }

    private void spawn(Leadership leadership) {
        InstanceThreadTracker code = new InstanceThreadTracker();
        Behavior<M> behavior = Behaviors.intercept(
                code::interceptor, Behaviors.setup(context -> actor.behavior().apply(leadership)));
        ActorRef<M> ref;
        try {
            ref = getContext().spawn(behavior, "term-" + leadership.fencingToken(), actor.props());
        } catch (RuntimeException unspawnable) {
            failed(leadership, Duration.ZERO, unspawnable);
            return;
        }
        getContext().watch(ref);
        ActorRef<Command> me = getContext().getSelf();
        SingletonInstance<M> one = new SingletonInstance<>(
                actor.name(),
                ref,
                leadership,
                settings,
                election,
                getContext().getSystem(),
                code,
                stopMargin,
                late -> me.tell(new Late(late)));
        instance = Optional.of(one);
        startedAt = System.nanoTime();
        countStart(leadership.fencingToken());
        watchdog.watch(one);
        LOG.info("{}: the singleton runs on this node, term {}", actor.name(), leadership.term());
        proxy.tell(new SingletonProxy.Running<>(ref));
    }

    private void countStart(long term) {
        telemetry.singleton(actor.name()).started();
        if (term == startedInTerm) {
            telemetry.singleton(actor.name()).restarted();
        }
        startedInTerm = term;
    }

    // ---- stop

    private Behavior<Command> stop(Serve.Stop stop) {
        long term = stop.leadership().fencingToken();
        due = due.filter(leadership -> leadership.fencingToken() != term);
        Optional<SingletonInstance<M>> ofTheTerm = instance.filter(one -> one.term() == term);
        if (ofTheTerm.isEmpty()) {
            stop.replyTo().tell(Done.getInstance());
            return this;
        }
        ofTheTerm.get().waiting.add(stop.replyTo());
        return ask(ofTheTerm.get());
    }

    /** Handles the report of the watchdog that the lease nears its end. */
    private Behavior<Command> late(Late late) {
        Optional<SingletonInstance<M>> one = instance.filter(here -> here.equals(late.instance));
        return one.isPresent() ? ask(one.get()) : this;
    }

    private Behavior<Command> ask(SingletonInstance<M> one) {
        if (one.mustEnd()) {
            return this;
        }
        one.asked();
        if (one.left().compareTo(one.reserve()) <= 0) {
            // The process was paused, or its leaderships are void: there is no time for the stop message.
            proxy.tell(new SingletonProxy.Stopping<>(one.ref, ref -> {}));
            return stopHard("its lease is over");
        }
        proxy.tell(new SingletonProxy.Stopping<>(one.ref, this::sendStopMessage));
        timers.startSingleTimer(new GraceOver(), settings.stopGrace());
        return lookAtTheLease();
    }

    /**
     * Sends the stop message to the instance; runs in the proxy. Without a stop message the instance ends after it has
     * processed the messages already in its mailbox.
     */
    private void sendStopMessage(ActorRef<M> ref) {
        actor.stopMessage()
                .ifPresentOrElse(
                        ref::tell,
                        () -> Adapter.toClassic(ref).tell(PoisonPill.getInstance(), akka.actor.ActorRef.noSender()));
    }

    /** Checks the end of the lease again, since a hand-over renews the lease meanwhile. */
    private Behavior<Command> lookAtTheLease() {
        if (instance.isPresent() && instance.get().mustEnd()) {
            SingletonInstance<M> one = instance.get();
            Duration left = one.left().minus(one.reserve());
            if (left.isNegative() || left.isZero()) {
                return stopHard("its lease ends");
            }
            timers.startSingleTimer(new LookAtTheLease(), left);
        }
        return this;
    }

    private Behavior<Command> stopHard(String why) {
        instance.filter(SingletonInstance::mustEnd).ifPresent(one -> {
            one.stopHard(why);
            watchdog.wake();
        });
        return this;
    }

    // ---- ended

    private Behavior<Command> ended(Terminated signal) {
        Optional<SingletonInstance<M>> whose = instance.filter(one -> one.ref.equals(signal.getRef()));
        if (whose.isEmpty()) {
            return this;
        }
        SingletonInstance<M> one = whose.get();
        instance = Optional.empty();
        timers.cancelAll();
        proxy.tell(new SingletonProxy.Gone<>(one.ref));
        if (one.ended()) {
            election.stand();
        }
        if (!one.mustEnd()) {
            return endedByItself(one, signal);
        }
        telemetry.instruments().singletonStopped(actor.name(), System.nanoTime() - one.mustEndSince());
        LOG.info("{}: the singleton of term {} has ended", actor.name(), one.leadership.term());
        one.waiting.forEach(whoAsked -> whoAsked.tell(Done.getInstance()));
        if (one.waiting.isEmpty() && due.isEmpty()) {
            // The watchdog stopped the instance. If the lease was renewed at that moment, no other message will start
            // an instance again.
            due = Optional.of(one.leadership);
            return startUnlessItsLeaseEnds();
        }
        return startIfFree();
    }

    private Behavior<Command> startUnlessItsLeaseEnds() {
        if (due.isPresent() && due.get().leaseRemaining().isZero()) {
            due = Optional.empty();
        } else if (due.isPresent() && due.get().leaseRemaining().compareTo(stopMargin) <= 0) {
            timers.startSingleTimer(new StartAgain(), due.get().leaseRemaining());
            return this;
        }
        return startIfFree();
    }

    private Behavior<Command> endedByItself(SingletonInstance<M> one, Terminated signal) {
        due = due.or(() -> Optional.of(one.leadership));
        if (signal instanceof ChildFailed failure) {
            failed(one.leadership, Duration.ofNanos(System.nanoTime() - startedAt), failure.getCause());
            return this;
        }
        Duration delay = delays.endedByItself();
        LOG.warn(
                "{}: the singleton ended by itself; while this node leads term {}, another instance starts in {} ms",
                actor.name(),
                one.leadership.term(),
                delay.toMillis());
        timers.startSingleTimer(new StartAgain(), delay);
        return this;
    }

    private void failed(Leadership leadership, Duration lived, Throwable why) {
        due = due.or(() -> Optional.of(leadership));
        Duration delay = delays.failed(lived);
        LOG.warn(
                "{}: the singleton failed, {} in a row: {}; while this node leads term {}, {} in {} ms",
                actor.name(),
                delays.failures(),
                why.toString(),
                leadership.term(),
                delays.isAnotherNodesTurn()
                        ? "this node hands over if there is another candidate,"
                        : "another instance starts",
                delay.toMillis());
        timers.startSingleTimer(
                delays.isAnotherNodesTurn() ? new AnotherNodesTurn(leadership.fencingToken()) : new StartAgain(),
                delay);
    }

    /** Hands over, but stays a candidate, so that it may lead again if the other node is lost. */
    private Behavior<Command> handOver(AnotherNodesTurn turn) {
        if (due.filter(leadership -> leadership.fencingToken() == turn.term).isPresent()) {
            getContext()
                    .pipeToSelf(
                            election.handOver(),
                            (done, refused) -> refused == null ? new HandedOver() : new HandOverRefused(refused));
        }
        return this;
    }

    private Behavior<Command> handOverRefused(HandOverRefused refused) {
        if (due.filter(Leadership::holds).isPresent()) {
            LOG.warn(
                    "{}: no other node takes over the singleton, so another instance starts on this node: {}",
                    actor.name(),
                    refused.why.toString());
        }
        return startIfFree();
    }
}
