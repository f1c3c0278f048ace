package dev.conclave;

import akka.Done;
import java.util.concurrent.CompletionStage;

/**
 * The handle of a task that runs whenever this node leads, returned by {@link Election#whileLeading}. May be used from any
 * thread.
 */
public interface LeadingTaskHandle extends AutoCloseable {

    /**
     * Interrupts the task if it runs, and never begins it again. Does not wait; the node stays a candidate, and goes on leading
     * if it leads. Repeated calls have no effect.
     */
    @Override
    void close();

    /**
     * Returns a stage for the end of the task after {@link #close()}.
     *
     * @return completes, on a thread of the actor system, when the task was closed and does not run any more, or when the actor
     *     system has ended. Never fails
     */
    CompletionStage<Done> ended();
}
