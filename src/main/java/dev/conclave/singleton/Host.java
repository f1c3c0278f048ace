package dev.conclave.singleton;

import akka.Done;
import akka.actor.PoisonPill;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the instance on a node while that leads: at most one at a time, whatever it is told. Stands on a dispatcher of its own,
 * so that an application which blocks its dispatcher cannot keep it from stopping what must end.
 *
 * <p>An end has three stages. The instance is asked, by the stop message, which the {@link Proxy} gives it as the last of all
 * messages. When {@code stop-grace} is over, or only half the stop margin of the lease is left, it is stopped the hard way.
 * When {@code hard-stop-timeout} is over, or the lease nearly is, it is stuck. Only when it has ended is that answered.
 *
 * @param <M> what the instance understands
 */
final class Host<M> extends AbstractBehavior<Host.Command> {

    private static final Logger LOG = LoggerFactory.getLogger(ElectedSingleton.class);

    /** The least that the hard way may take: it needs a thread or two, and a busy machine may be slow to give them. */
    private static final Duration LEAST_FOR_THE_HARD_WAY = Duration.ofMillis(50);

    /** What it is told. */
    sealed interface Command {}

    private record Told(Serve serve) implements Command {}

    /** The grace is over. */
    private record GraceOver() implements Command {}

    /** The lease may be nearly over. */
    private record LookAtTheLease() implements Command {}

    /** The time for the hard way is over. */
    private record StillThere() implements Command {}

    /** After an instance that has ended by itself. */
    private record StartAgain() implements Command {}

    /** The one instance, until it has ended. */
    private static final class Instance<M> {
        final ActorRef<M> ref;
        final Leadership leadership;
        final List<ActorRef<Done>> waiting = new ArrayList<>();
        boolean stoppedHard;

        Instance(ActorRef<M> ref, Leadership leadership) {
            this.ref = ref;
            this.leadership = leadership;
        }

        boolean mustEnd() {
            return !waiting.isEmpty();
        }
    }

    private final ElectedActor<M> actor;
    private final ElectedSingletonSettings settings;
    private final Election election;
    private final ActorRef<Object> proxy;
    private final TimerScheduler<Command> timers;
    private final Duration stopMargin;

    private Optional<Instance<M>> instance = Optional.empty();
    private Optional<Leadership> due = Optional.empty();
    private boolean abandoned;

    static <M> Behavior<Command> create(
            ElectedActor<M> actor, ElectedSingletonSettings settings, Election election, ActorRef<Object> proxy) {
        Behavior<Command> host = Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            election.serve(context.messageAdapter(Serve.class, Told::new));
            return new Host<>(context, timers, actor, settings, election, proxy);
        }));
        return Behaviors.supervise(host).onFailure(SupervisorStrategy.resume());
    }

    private Host(
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
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Told.class, told -> told.serve instanceof Serve.Stop stop ? stop(stop) : start(told.serve))
                .onMessage(GraceOver.class, grace -> stopHard("its grace of " + settings.stopGrace() + " is over"))
                .onMessage(LookAtTheLease.class, look -> lookAtTheLease())
                .onMessage(StillThere.class, still -> stuck())
                .onMessage(StartAgain.class, again -> startIfFree())
                .onSignal(Terminated.class, this::ended)
                .build();
    }

    // ---- start

    private Behavior<Command> start(Serve start) {
        due = Optional.of(start.leadership());
        return startIfFree();
    }

    /** One that does not hold any more is not begun: the word to stop is under way. */
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
        ActorRef<M> ref = getContext()
                .spawn(
                        Behaviors.setup(context -> actor.behavior().apply(leadership)),
                        "term-" + leadership.term(),
                        actor.props());
        getContext().watch(ref);
        instance = Optional.of(new Instance<>(ref, leadership));
        LOG.info("{}: the singleton runs here, term {}", actor.name(), leadership.term());
        proxy.tell(new Proxy.Running<>(ref));
    }

    // ---- stop

    private Behavior<Command> stop(Serve.Stop stop) {
        long term = stop.leadership().term();
        due = due.filter(leadership -> leadership.term() != term);
        Optional<Instance<M>> ofTheTerm = instance.filter(one -> one.leadership.term() == term);
        if (ofTheTerm.isEmpty()) {
            stop.replyTo().tell(Done.getInstance());
            return this;
        }
        Instance<M> one = ofTheTerm.get();
        boolean toldBefore = one.mustEnd();
        one.waiting.add(stop.replyTo());
        if (toldBefore) {
            return this;
        }
        if (left(one).compareTo(reserve()) <= 0) {
            // This process slept, or nobody can vouch for it any more: there is no time to ask.
            proxy.tell(new Proxy.Stopping<>(one.ref, ref -> {}));
            return stopHard("its lease is over");
        }
        proxy.tell(new Proxy.Stopping<>(one.ref, this::ask));
        timers.startSingleTimer(new GraceOver(), settings.stopGrace());
        return lookAtTheLease();
    }

    /** Runs in the proxy. Without a stop message it ends when it has dealt with what was in its mailbox before. */
    private void ask(ActorRef<M> ref) {
        actor.stopMessage()
                .ifPresentOrElse(
                        ref::tell,
                        () -> Adapter.toClassic(ref).tell(PoisonPill.getInstance(), akka.actor.ActorRef.noSender()));
    }

    /** What is kept of the lease for the hard way. */
    private Duration reserve() {
        return stopMargin.dividedBy(2);
    }

    private static Duration left(Instance<?> one) {
        return one.leadership.leaseRemaining();
    }

    /** A hand-over renews the lease meanwhile, so its end is looked for again and again. */
    private Behavior<Command> lookAtTheLease() {
        if (instance.isPresent() && instance.get().mustEnd() && !instance.get().stoppedHard) {
            Duration left = left(instance.get()).minus(reserve());
            if (left.isNegative() || left.isZero()) {
                return stopHard("its lease ends");
            }
            timers.startSingleTimer(new LookAtTheLease(), left);
        }
        return this;
    }

    private Behavior<Command> stopHard(String why) {
        if (instance.isEmpty() || !instance.get().mustEnd() || instance.get().stoppedHard) {
            return this;
        }
        Instance<M> one = instance.get();
        one.stoppedHard = true;
        LOG.warn("{}: the singleton of term {} is stopped, since {}", actor.name(), one.leadership.term(), why);
        getContext().stop(one.ref);
        Duration left = left(one).minus(reserve().dividedBy(5));
        Duration patience = left.compareTo(settings.hardStopTimeout()) < 0 ? left : settings.hardStopTimeout();
        timers.startSingleTimer(
                new StillThere(), patience.compareTo(LEAST_FOR_THE_HARD_WAY) < 0 ? LEAST_FOR_THE_HARD_WAY : patience);
        return this;
    }

    private Behavior<Command> stuck() {
        if (instance.isEmpty() || !instance.get().stoppedHard) {
            return this;
        }
        Instance<M> one = instance.get();
        String what = "the singleton of term " + one.leadership.term() + " could not be stopped: " + one.ref
                + " blocks its thread, with " + left(one).toMillis() + " ms of its lease left";
        if (settings.whenStuck() == WhenStuck.TERMINATE) {
            LOG.error(
                    "{}: {}; this actor system terminates (conclave.singleton.when-stuck = terminate)",
                    actor.name(),
                    what);
            getContext().getSystem().terminate();
        } else {
            LOG.error("{}: {}; it is left behind (conclave.singleton.when-stuck = abandon)", actor.name(), what);
            abandoned = true;
            election.withdraw();
        }
        return this;
    }

    // ---- ended

    private Behavior<Command> ended(Terminated signal) {
        Optional<Instance<M>> whose = instance.filter(one -> one.ref.equals(signal.getRef()));
        if (whose.isEmpty()) {
            return this;
        }
        Instance<M> one = whose.get();
        instance = Optional.empty();
        timers.cancelAll();
        proxy.tell(new Proxy.Gone<>(one.ref));
        if (abandoned) {
            abandoned = false;
            election.stand();
        }
        if (one.mustEnd()) {
            LOG.info("{}: the singleton of term {} has ended", actor.name(), one.leadership.term());
            one.waiting.forEach(whoAsked -> whoAsked.tell(Done.getInstance()));
            return startIfFree();
        }
        LOG.warn(
                "{}: the singleton ended by itself; as long as this node leads term {} another one follows, in {} ms",
                actor.name(),
                one.leadership.term(),
                settings.restartDelay().toMillis());
        due = due.or(() -> Optional.of(one.leadership));
        timers.startSingleTimer(new StartAgain(), settings.restartDelay());
        return this;
    }
}
