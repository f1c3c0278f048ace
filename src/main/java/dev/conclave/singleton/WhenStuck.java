package dev.conclave.singleton;

/**
 * What becomes of an instance that blocks its thread, so that it could not be stopped in time. It is logged as an error in any
 * case, its leadership holds no more, and the next leader has a higher term.
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
