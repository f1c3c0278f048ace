package dev.conclave.singleton;

/**
 * What becomes of an instance that blocks its thread and could not be stopped within {@code hard-stop-timeout}. An error with
 * the stack of that thread is logged in any case; the instance's leadership holds no more, and the next leader has a higher
 * term. A node does not stand while an instance of its own has outlived its lease.
 */
public enum WhenStuck {

    /**
     * The actor system terminates. That cannot end a thread either: with {@code akka.coordinated-shutdown.exit-jvm = on} the
     * process ends all the same.
     */
    TERMINATE,

    /**
     * It is left where it is. When its thread goes on, it may do whatever it was about to do, beside the instance of the next
     * leader; only a check of the term where it writes helps then. This node does not stand again until it has ended.
     */
    ABANDON
}
