package dev.conclave.core.peer;

/** The route of a message to another node. */
public enum MessageRoute {
    /** The message goes through Artery (Akka's remoting) only. */
    ARTERY,

    /**
     * The message goes over the express lane, if there is one, and also through Artery, so nothing depends on the lane. A
     * message that arrives twice is answered twice and counted once, by the sender's name (R4).
     */
    EXPRESS
}
