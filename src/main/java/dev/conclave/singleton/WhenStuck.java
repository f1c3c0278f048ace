package dev.conclave.singleton;

/**
 * The reaction to an instance that blocks its thread and could not be stopped within {@code hard-stop-timeout}. In any case an
 * error with the stack of that thread is logged, the instance's leadership no longer holds, and the next leader has a higher
 * term. A node is not a candidate while an instance on it has outlived its lease.
 */
public enum WhenStuck {

    /**
     * The actor system terminates. That does not end the blocked thread; set {@code akka.coordinated-shutdown.exit-jvm = on} so
     * that the process ends nevertheless.
     */
    TERMINATE,

    /**
     * The instance is left running. When its thread continues, the instance may finish what it was doing beside the instance of
     * the next leader; only a check of the term in the external system protects that system then. This node is not a candidate
     * until the instance has ended.
     */
    ABANDON
}
