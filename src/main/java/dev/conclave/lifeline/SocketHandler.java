package dev.conclave.lifeline;

import java.nio.channels.SelectionKey;

/** The owner of a socket, attached to its selection key. */
sealed interface SocketHandler
        permits Acceptor, AcceptedLifeline, AcceptedExpressLane, OutgoingConnection, OutgoingExpressLane {

    /** The socket is ready. The owner handles failures of its socket, and does not throw them. */
    void ready(SelectionKey key);

    /** The owner has thrown an exception, which is a bug. */
    void abandon(RuntimeException thrown);
}
