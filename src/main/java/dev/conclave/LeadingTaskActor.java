package dev.conclave;

import akka.Done;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import com.typesafe.config.Config;
import dev.conclave.internal.runtime.RestartDelays;
import dev.conclave.internal.runtime.Supervision;
import dev.conclave.internal.runtime.Watchdog;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The actor that runs a {@link LeadingTask} while this node leads, and never twice at the same time. It serves in the election
 * as a singleton's host does, but interrupts the task instead of stopping an actor. It runs on the dispatcher of the
 * singletons' hosts, since an application that blocks its own dispatcher must not keep it from interrupting.
 */
final class LeadingTaskActor extends AbstractBehavior<LeadingTaskActor.Command> {

    private static final AsyncLogger LOG = AsyncLogger.of(Election.class);

    private static final String DISPATCHER = "conclave.singleton.dispatcher";

    /** Numbers these actors, since actors need unique names. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** The messages that this actor receives. */
    sealed interface Command extends NoSerializationVerificationNeeded {}

    private record Told(Serve serve) implements Command {}

    private record RunEnded(LeadingTaskRun run, Optional<Throwable> failure) implements Command {}

    /** Tells this actor to begin the task again, after a failure or an interruption by the watchdog. */
    private record BeginAgain() implements Command {}

    /** Tells this actor to hand over, after too many failures in a row. */
    private record AnotherNodesTurn(long term) implements Command {}

    /** Tells this actor that the hand-over is complete or was refused, most likely because there is no other candidate. */
    private record HandedOver(boolean refused) implements Command {}

    private record Close() implements Command {}

    private final ActorSystem<?> system;
    private final TimerScheduler<Command> timers;
    private final Election election;
    private final Executor executor;
    private final LeadingTask task;
    private final LeadingTaskRun.Limits limits;
    private final RestartDelays delays;
    private final CompletableFuture<Done> ended;

    private Optional<LeadingTaskRun> run = Optional.empty();
    private Optional<Leadership> due = Optional.empty();
    private Optional<Leadership> leads = Optional.empty();
    private boolean closed;

    /** Starts the actor, which runs the task whenever this node leads. */
    static LeadingTaskHandle start(ActorSystem<?> system, Election election, Executor executor, LeadingTask task) {
        Config config = system.settings().config().getConfig("conclave.singleton");
        LeadingTaskRun.Limits limits = new LeadingTaskRun.Limits(
                ConclaveSettings.create(system).stopMargin(),
                config.getDuration("hard-stop-timeout"),
                config.getString("when-stuck").equalsIgnoreCase("terminate"));
        RestartDelays delays = new RestartDelays(config.getDuration("restart-delay"));
        CompletableFuture<Done> ended = new CompletableFuture<>();
        Behavior<Command> behavior = Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            // If this actor ends, its system ends too: there is nothing to hand over for.
            election.serve(context.messageAdapter(Serve.class, Told::new), WhenServerEnds.GO_ON);
            return new LeadingTaskActor(context, timers, election, executor, task, limits, delays, ended);
        }));
        ActorRef<Command> actor = system.systemActorOf(
                Supervision.resuming(Command.class, LOG, election.name() + ": the task of this node", behavior),
                "conclave-task-" + NUMBERS.incrementAndGet(),
                DispatcherSelector.fromConfig(DISPATCHER));
        system.getWhenTerminated().whenComplete((done, failure) -> ended.complete(Done.getInstance()));
        return new LeadingTaskHandle() {
            @Override
            public void close() {
                actor.tell(new Close());
            }

            @Override
            public CompletionStage<Done> ended() {
                return ended.minimalCompletionStage();
            }
        };
    }

    private LeadingTaskActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Election election,
            Executor executor,
            LeadingTask task,
            LeadingTaskRun.Limits limits,
            RestartDelays delays,
            CompletableFuture<Done> ended) {
        super(context);
        this.system = context.getSystem();
        this.timers = timers;
        this.election = election;
        this.executor = executor;
        this.task = task;
        this.limits = limits;
        this.delays = delays;
        this.ended = ended;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Told.class, told -> told.serve instanceof Serve.Stop stop ? stop(stop) : start(told.serve))
                .onMessage(RunEnded.class, this::runEnded)
                .onMessage(BeginAgain.class, again -> beginUnlessItsLeaseEnds())
                .onMessage(AnotherNodesTurn.class, this::handOver)
                .onMessage(HandedOver.class, over -> over.refused ? beginIfFree() : this)
                .onMessage(Close.class, close -> close())
                .build();
    }

    // ---- begin

    private Behavior<Command> start(Serve start) {
        leads = Optional.of(start.leadership());
        due = leads;
        return beginIfFree();
    }

    /** Begins the task, unless its lease has already ended, in which case {@link Serve.Stop} will follow. */
    private Behavior<Command> beginIfFree() {
        if (run.isEmpty() && due.isPresent() && !closed) {
            Leadership leadership = due.get();
            due = Optional.empty();
            if (leadership.holds()) {
                begin(leadership);
            }
        }
        return this;
    }

    private void begin(Leadership leadership) {
        ActorRef<Command> me = getContext().getSelf();
        LeadingTaskRun next = new LeadingTaskRun(
                task, leadership, election, system, limits, (one, failure) -> me.tell(new RunEnded(one, failure)));
        run = Optional.of(next);
        Watchdog.get(system).watch(next);
        try {
            executor.execute(next);
        } catch (RuntimeException refused) {
            next.interrupt();
            LOG.warn(
                    "{}: the executor did not take the task of term {}: {}",
                    election.name(),
                    leadership.term(),
                    refused.toString());
        }
    }

    private Behavior<Command> beginUnlessItsLeaseEnds() {
        Duration left = due.map(Leadership::leaseRemaining).orElse(Duration.ZERO);
        if (!left.isZero() && left.compareTo(limits.stopMargin()) <= 0) {
            timers.startSingleTimer(new BeginAgain(), left);
            return this;
        }
        return beginIfFree();
    }

    // ---- end

    private Behavior<Command> stop(Serve.Stop stop) {
        long term = stop.leadership().fencingToken();
        leads = Optional.empty();
        due = due.filter(leadership -> leadership.fencingToken() != term);
        Optional<LeadingTaskRun> ofTheTerm = run.filter(one -> one.leadership.fencingToken() == term);
        if (ofTheTerm.isPresent()) {
            ofTheTerm.get().waiting.add(stop.replyTo());
            interrupt(ofTheTerm.get());
        } else {
            stop.replyTo().tell(Done.getInstance());
        }
        return sameUnlessOver();
    }

    private void interrupt(LeadingTaskRun one) {
        one.interrupt();
        Watchdog.get(system).wake();
    }

    private Behavior<Command> runEnded(RunEnded message) {
        LeadingTaskRun one = message.run;
        if (!run.equals(Optional.of(one))) {
            return this;
        }
        run = Optional.empty();
        timers.cancelAll();
        if (one.hasWithdrawn()) {
            election.stand();
        }
        one.waiting.forEach(whoAsked -> whoAsked.tell(Done.getInstance()));
        if (closed) {
            return sameUnlessOver();
        }
        if (!one.wasInterrupted()) {
            message.failure.ifPresent(failure -> failed(one, failure));
            return this;
        }
        if (one.waiting.isEmpty() && due.isEmpty()) {
            // The watchdog interrupted it, or the executor did not take it: nobody else would begin it in this
            // leadership.
            due = Optional.of(one.leadership);
            timers.startSingleTimer(new BeginAgain(), delays.endedByItself());
            return this;
        }
        return beginIfFree();
    }

    private void failed(LeadingTaskRun one, Throwable why) {
        due = Optional.of(one.leadership);
        Duration delay = delays.failed(one.age());
        long term = one.leadership.fencingToken();
        LOG.warn(
                "{}: the task failed, {} in a row; while this node leads term {}, {} in {} ms",
                election.name(),
                delays.failures(),
                one.leadership.term(),
                delays.isAnotherNodesTurn() ? "this node hands over if there is another candidate," : "it begins again",
                delay.toMillis(),
                why);
        timers.startSingleTimer(delays.isAnotherNodesTurn() ? new AnotherNodesTurn(term) : new BeginAgain(), delay);
    }

    private Behavior<Command> handOver(AnotherNodesTurn turn) {
        if (due.filter(leadership -> leadership.fencingToken() == turn.term).isPresent()) {
            getContext().pipeToSelf(election.handOver(), (done, refused) -> new HandedOver(refused != null));
        }
        return this;
    }

    private Behavior<Command> close() {
        closed = true;
        due = Optional.empty();
        run.ifPresent(this::interrupt);
        return sameUnlessOver();
    }

    /**
     * Completes the end of the handle, once it is closed and the task has ended. The actor itself stays until this node does
     * not lead: a server that ends while its node leads looks like a failure.
     */
    private Behavior<Command> sameUnlessOver() {
        if (!closed || run.isPresent()) {
            return this;
        }
        var unused = ended.completeAsync(Done::getInstance, system.executionContext());
        return leads.isPresent() ? this : Behaviors.stopped();
    }
}
