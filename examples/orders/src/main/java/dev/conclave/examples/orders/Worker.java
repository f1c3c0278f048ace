package dev.conclave.examples.orders;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Does the work of one order at a time, and books it under the token and the batch of the leader that handed it out. Some workers
 * run on every node; the dispatcher finds them through Akka's receptionist. A worker does not ask whether that leader still leads:
 * the answer could be out of date when the booking arrives. The database decides.
 */
final class Worker {

    static final ServiceKey<Job> KEY = ServiceKey.create(Job.class, "worker");

    /** Do the work of this order, and book it. */
    record Job(String order, long token, long batch, ActorRef<Dispatcher.Command> replyTo)
            implements CborSerializable {}

    /** The end of a job. */
    enum Outcome {
        BOOKED,
        /** The fence refused the booking: nothing was written. */
        STALE,
        /** The database failed: the order may or may not be booked. */
        UNKNOWN
    }

    private final ActorContext<Job> context;
    private final Database database;
    private final Duration work;
    private final MeterRegistry meters;

    private Worker(ActorContext<Job> context, Database database, Duration work, MeterRegistry meters) {
        this.context = context;
        this.database = database;
        this.work = work;
        this.meters = meters;
    }

    static Behavior<Job> create(Database database, Duration work, MeterRegistry meters) {
        return Behaviors.setup(context -> {
            context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
            return new Worker(context, database, work, meters).running();
        });
    }

    private Behavior<Job> running() {
        return Behaviors.receiveMessage(job -> {
            Thread.sleep(work.toMillis()); // stands for the work; before the transaction, which locks the fence
            Outcome outcome = book(job);
            meters.counter("orders.jobs", "outcome", outcome.name().toLowerCase())
                    .increment();
            job.replyTo.tell(new Dispatcher.Done(job.order, job.batch, outcome, context.getSelf()));
            return Behaviors.same();
        });
    }

    private Outcome book(Job job) {
        try {
            database.book(
                    job.order, job.token, job.batch, context.getSelf().path().toString());
            return Outcome.BOOKED;
        } catch (Database.Stale stale) {
            context.getLog().info("order {} is not booked: {}", job.order, stale.getMessage());
            return Outcome.STALE;
        } catch (SQLException failed) {
            context.getLog().warn("order {} may or may not be booked: {}", job.order, failed.getMessage());
            return Outcome.UNKNOWN;
        }
    }
}
