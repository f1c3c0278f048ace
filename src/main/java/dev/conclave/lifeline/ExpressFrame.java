package dev.conclave.lifeline;

import java.util.concurrent.atomic.AtomicBoolean;

/** Bytes that came over an express lane. Nothing is known of who sent them; they are to be judged like any others (R13). */
public final class ExpressFrame {

    private final String sender;
    private final byte[] bytes;
    private final Runnable whenTaken;
    private final AtomicBoolean taken = new AtomicBoolean();

    /**
     * Bytes that were not taken yet.
     *
     * @param whenTaken run once, when they are
     */
    public ExpressFrame(String sender, byte[] bytes, Runnable whenTaken) {
        this.sender = sender;
        this.bytes = bytes.clone();
        this.whenTaken = whenTaken;
    }

    /** The address that the connection came from, for a log. */
    public String sender() {
        return sender;
    }

    /** Takes the bytes: as many others may come from now on. May be called from any thread, and waits for nothing. */
    public byte[] take() {
        if (taken.compareAndSet(false, true)) {
            whenTaken.run();
        }
        return bytes.clone();
    }
}
