package dev.conclave.examples.orders;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import dev.conclave.Leadership;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Hands out the open orders, on the leader only. It works in batches: it claims the fence, reads open orders, hands each to one
 * worker, and begins the next batch when all are answered, or when one has not been answered for too long. An order is handed out
 * once in a batch. If its worker died, or if nobody knows whether its booking was committed, the next claim ends the batch, so that
 * it is safe to read the order again and to hand it out again if it is still open.
 */
final class Dispatcher {

    /** The name of the singleton and of its election. */
    static final String NAME = "dispatcher";

    /** The messages of the dispatcher. */
    sealed interface Command {}

    /** A worker has finished a job. */
    record Done(String order, long batch, Worker.Outcome outcome, ActorRef<Worker.Job> worker)
            implements Command, CborSerializable {}

    private record Workers(Set<ActorRef<Worker.Job>> reachable) implements Command {}

    private record NextBatch() implements Command {}

    private record Claimed(Database.Batch batch) implements Command {}

    private record NotClaimed(Throwable why) implements Command {}

    private record Stop() implements Command {}

    private static final long NONE = -1;
    private static final int BATCH_SIZE = 100;
    private static final Duration WHEN_IDLE = Duration.ofMillis(200);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Leadership leadership;
    private final Database database;
    private final Executor jdbc;
    private final Duration longestJob;

    private Set<ActorRef<Worker.Job>> workers = Set.of();
    private final Set<ActorRef<Worker.Job>> idle = new HashSet<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private final Map<ActorRef<Worker.Job>, String> underWay = new HashMap<>();
    private long batch = NONE;

    private Dispatcher(
            ActorContext<Command> context, TimerScheduler<Command> timers, Leadership leadership, Database database) {
        this.context = context;
        this.timers = timers;
        this.leadership = leadership;
        this.database = database;
        this.jdbc = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig("orders.jdbc-dispatcher"));
        this.longestJob = context.getSystem().settings().config().getDuration("orders.longest-job");
    }

    /** Called on every node: any of them may lead. */
    static void init(ActorSystem<?> system, Database database) {
        ElectedSingleton.get(system)
                .init(ElectedActor.<Command>of(leadership -> create(leadership, database), NAME)
                        .withStopMessage(new Stop()));
    }

    private static Behavior<Command> create(Leadership leadership, Database database) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.getLog().info("dispatching with token {}", leadership.fencingToken());
            ActorRef<Receptionist.Listing> listings = context.messageAdapter(
                    Receptionist.Listing.class, listing -> new Workers(listing.getServiceInstances(Worker.KEY)));
            context.getSystem().receptionist().tell(Receptionist.subscribe(Worker.KEY, listings));
            Dispatcher dispatcher = new Dispatcher(context, timers, leadership, database);
            dispatcher.nextBatchAfter(Duration.ZERO);
            return dispatcher.running();
        }));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(NextBatch.class, next -> claim())
                .onMessage(Claimed.class, claimed -> begin(claimed.batch))
                .onMessage(NotClaimed.class, this::notClaimed)
                .onMessage(Workers.class, this::workersChanged)
                .onMessage(Done.class, this::done)
                // Workers may still be working. They book under this token until the next leader claims, and not after
                // it.
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .build();
    }

    private Behavior<Command> claim() {
        batch = NONE;
        waiting.clear();
        underWay.clear();
        if (leadership.holds()) { // otherwise Stop is on its way
            CompletionStage<Database.Batch> claim =
                    onJdbcThread(() -> database.claim(leadership.fencingToken(), BATCH_SIZE));
            context.pipeToSelf(
                    claim, (batch, failure) -> failure == null ? new Claimed(batch) : new NotClaimed(failure));
        }
        return Behaviors.same();
    }

    private Behavior<Command> notClaimed(NotClaimed failed) {
        context.getLog().warn("no order is handed out: {}", failed.why.getMessage());
        nextBatchAfter(AFTER_A_FAILURE);
        return Behaviors.same();
    }

    private Behavior<Command> begin(Database.Batch claimed) {
        batch = claimed.number();
        waiting.addAll(claimed.orders());
        idle.clear();
        idle.addAll(workers);
        if (waiting.isEmpty()) {
            nextBatchAfter(WHEN_IDLE);
        } else {
            handOut();
        }
        return Behaviors.same();
    }

    private void handOut() {
        var free = idle.iterator();
        while (free.hasNext() && !waiting.isEmpty()) {
            ActorRef<Worker.Job> worker = free.next();
            free.remove();
            String order = waiting.remove();
            underWay.put(worker, order);
            worker.tell(new Worker.Job(order, leadership.fencingToken(), batch, context.getSelf()));
        }
        if (waiting.isEmpty() && underWay.isEmpty()) {
            nextBatchAfter(Duration.ZERO);
        } else {
            nextBatchAfter(longestJob);
        }
    }

    private Behavior<Command> done(Done done) {
        if (done.batch == batch) {
            underWay.remove(done.worker);
            if (workers.contains(done.worker)) {
                idle.add(done.worker);
            }
            handOut();
        }
        return Behaviors.same();
    }

    /** An order of a worker that is gone is not handed out again in this batch: the worker may still book it. */
    private Behavior<Command> workersChanged(Workers changed) {
        for (ActorRef<Worker.Job> worker : changed.reachable) {
            if (!workers.contains(worker)) {
                idle.add(worker);
            }
        }
        workers = changed.reachable;
        idle.retainAll(workers);
        if (underWay.keySet().retainAll(workers) || !waiting.isEmpty()) {
            handOut();
        }
        return Behaviors.same();
    }

    /** One timer, so that there is never a second batch beside the first. */
    private void nextBatchAfter(Duration delay) {
        timers.startSingleTimer("next batch", new NextBatch(), delay);
    }

    private <T> CompletionStage<T> onJdbcThread(Callable<T> call) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return call.call();
                    } catch (Exception failed) {
                        throw new CompletionException(failed.getMessage(), failed);
                    }
                },
                jdbc);
    }
}
