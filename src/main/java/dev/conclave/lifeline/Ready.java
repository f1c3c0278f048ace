package dev.conclave.lifeline;

import java.nio.channels.SelectionKey;

/** The owner of a socket: what a selected key leads to. */
sealed interface Ready permits Acceptor, Accepted, AcceptedLane, Attempt, Lane {

    /** Its socket can be accepted from, connected or read. A failed socket is its owner's business, and is not thrown. */
    void ready(SelectionKey key);

    /** It has thrown, which it should never do. */
    void abandon(RuntimeException thrown);
}
