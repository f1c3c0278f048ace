package dev.conclave.lifeline;

import java.nio.channels.SelectionKey;

/** Handles the events of one socket of the {@link EventLoop}; attached to the socket's selection key. */
sealed interface SocketHandler
        permits Acceptor, AcceptedLifeline, AcceptedExpressLane, OutgoingConnection, OutgoingExpressLane {

    /** Called when the socket is ready. Failures of the socket are handled here, and not thrown. */
    void ready(SelectionKey key);

    /** Closes the socket after {@link #ready} has thrown an exception, which is a bug and is logged. */
    void abandon(RuntimeException thrown);
}
