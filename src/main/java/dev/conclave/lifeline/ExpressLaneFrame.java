package dev.conclave.lifeline;

import java.util.concurrent.atomic.AtomicBoolean;

/** A frame that arrived over an express lane. Its sender is not authenticated; it must be checked like any other frame (R13). */
public final class ExpressLaneFrame {

    private final String sender;
    private final byte[] bytes;
    private final Runnable whenTaken;
    private final AtomicBoolean taken = new AtomicBoolean();

    /**
     * Creates a frame that the node has not processed yet.
     *
     * @param whenTaken runs once, when the frame is taken
     */
    public ExpressLaneFrame(String sender, byte[] bytes, Runnable whenTaken) {
        this.sender = sender;
        this.bytes = bytes.clone();
        this.whenTaken = whenTaken;
    }

    /** The remote address of the connection, for logs. */
    public String sender() {
        return sender;
    }

    /** Returns the bytes and makes room for as many others. May be called from any thread, and does not wait. */
    public byte[] take() {
        if (taken.compareAndSet(false, true)) {
            whenTaken.run();
        }
        return bytes.clone();
    }
}
