package dev.conclave;

/** A task that an application runs on one node, while that node leads, without an actor; see {@link Election#whileLeading}. */
@FunctionalInterface
public interface LeadingTask {

    /**
     * Works until it is done or until its thread is interrupted. Called once in each leadership, on a thread of the executor.
     * Every write to an external system must carry {@link Leadership#fencingToken()}.
     *
     * @param leadership the leadership in which it runs
     * @throws Exception {@link InterruptedException} after an interruption; any other exception counts as a failure
     */
    void run(Leadership leadership) throws Exception;
}
