package dev.conclave.internal.wire;

import dev.conclave.core.PeerId;

/** Sends frames to other nodes. */
@FunctionalInterface
public interface FrameSender {

    /** Sends the frame to the peer's node, whether that is running or not. Called on the thread of the node's actor. */
    void send(PeerId to, Frame frame);

    /** The maximum size of a frame in bytes. */
    default int maxFrameBytes() {
        return Frame.MAX_BYTES;
    }
}
