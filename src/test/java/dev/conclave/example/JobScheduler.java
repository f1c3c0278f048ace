package dev.conclave.example;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.conclave.Leadership;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.time.Duration;
import java.util.Map;

/** Runs jobs at intervals, each on one node of the system and not on all. */
public final class JobScheduler {

    /** The code of the jobs. A job passes the token with each write: a later leader's token is higher. */
    public interface Jobs {
        void run(String job, long token);
    }

    /** The messages of the scheduler. */
    public sealed interface Command {}

    /** Run the job out of turn. Sent from any node, so a serializer is bound to it. */
    public record RunNow(String job, ActorRef<Ran> replyTo) implements Command {}

    private record Due(String job) implements Command {}

    private record Stop() implements Command {}

    /** The job has run. */
    public record Ran(String job, long token) {}

    private final ActorContext<Command> context;
    private final Leadership leadership;
    private final Jobs jobs;

    private JobScheduler(ActorContext<Command> context, Leadership leadership, Jobs jobs) {
        this.context = context;
        this.leadership = leadership;
        this.jobs = jobs;
    }

    /** Called on every node, with the same jobs. */
    public static ActorRef<Command> init(ActorSystem<?> system, Map<String, Duration> intervals, Jobs jobs) {
        return ElectedSingleton.get(system)
                .init(ElectedActor.<Command>of(leadership -> create(leadership, intervals, jobs), "jobs")
                        .withStopMessage(new Stop()));
    }

    private static Behavior<Command> create(Leadership leadership, Map<String, Duration> intervals, Jobs jobs) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            start(timers, intervals);
            return new JobScheduler(context, leadership, jobs).running();
        }));
    }

    private static void start(TimerScheduler<Command> timers, Map<String, Duration> intervals) {
        intervals.forEach((job, interval) -> timers.startTimerWithFixedDelay(new Due(job), interval));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Due.class, due -> {
                    // A dismissed leader starts no more jobs: the next leader does.
                    if (leadership.holds()) {
                        run(due.job);
                    }
                    return Behaviors.same();
                })
                .onMessage(RunNow.class, now -> {
                    if (leadership.holds()) {
                        run(now.job);
                        now.replyTo.tell(new Ran(now.job, leadership.fencingToken()));
                    }
                    return Behaviors.same(); // without an answer the caller asks again
                })
                // Timers end with the actor; a job that is running has ended before this is read.
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .build();
    }

    private void run(String job) {
        context.getLog().info("{} runs, token {}", job, leadership.fencingToken());
        jobs.run(job, leadership.fencingToken());
    }
}
