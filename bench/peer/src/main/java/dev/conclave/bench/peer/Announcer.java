package dev.conclave.bench.peer;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints what becomes of a member, one line of JSON for each event, with the instant by the machine's monotonic clock: on
 * Linux {@link System#nanoTime()} is the same clock in every process. Safe to use from any thread.
 */
public final class Announcer {

    private final OutputStream out;
    private String last = "";

    private Announcer(OutputStream out) {
        this.out = out;
    }

    /** To standard output. Whatever else prints there in this process goes to standard error from now on. */
    public static Announcer onStandardOutput() {
        System.setOut(System.err);
        return new Announcer(new FileOutputStream(FileDescriptor.out));
    }

    /** This member runs. */
    void ready() {
        print(System.nanoTime(), "\"event\":\"ready\"");
    }

    /** This member leads. Repeated, it is said once. */
    public void leader() {
        change("\"event\":\"leader\"");
    }

    /** This member knows who leads, and it is another. */
    public void following(String leader) {
        change("\"event\":\"following\",\"leader\":\"" + leader + "\"");
    }

    /** This member knows nobody who leads. */
    public void leaderless() {
        change("\"event\":\"leaderless\"");
    }

    /**
     * This process was stopped for a while, and looked then whether it leads.
     *
     * @param firstLookNanos when it looked first
     * @param believedUntilNanos when it last heard that it leads; 0 if never since
     */
    void woke(long firstLookNanos, long believedUntilNanos) {
        print(
                System.nanoTime(),
                "\"event\":\"woke\",\"firstLook\":" + firstLookNanos + ",\"believedUntil\":" + believedUntilNanos);
    }

    /**
     * Something that only one measurement asks for.
     *
     * @param fields the fields of the line as JSON, the event among them
     */
    public void say(String fields) {
        print(System.nanoTime(), fields);
    }

    private synchronized void change(String event) {
        long now = System.nanoTime();
        if (!event.equals(last)) {
            last = event;
            print(now, event);
        }
    }

    private synchronized void print(long nanos, String event) {
        try {
            out.write(("{\"nanos\":" + nanos + "," + event + "}\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException nobodyReads) {
            Runtime.getRuntime().halt(1);
        }
    }
}
