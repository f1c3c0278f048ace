package dev.conclave.cluster.relay;

import java.io.IOException;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One direction between two peers, as the relays carry it. Thread-safe. */
public final class Link {

    private final Random random = new Random();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private boolean cut;
    private LinkFaults faults = LinkFaults.CALM;
    private long passedBytes;

    synchronized void cut() {
        cut = true;
    }

    synchronized void mend() {
        cut = false;
        notifyAll();
    }

    synchronized void faults(LinkFaults now) {
        faults = now;
    }

    /** How many bytes have been delivered. */
    synchronized long passedBytes() {
        return passedBytes;
    }

    /** Breaks the connections of this direction, as a router does that drops its connection table. */
    public void breakConnections() {
        connections.forEach(Link::reset);
    }

    void opened(Socket connection) {
        connections.removeIf(Socket::isClosed);
        connections.add(connection);
    }

    /** When a piece that is read now is due at the far end. */
    synchronized long dueAt() {
        long jitter = faults.jitter().toNanos();
        return System.nanoTime() + faults.delay().toNanos() + (jitter == 0 ? 0 : random.nextLong(jitter));
    }

    /** Waits until a piece may be delivered. */
    synchronized void await(long dueAt, int bytes) throws InterruptedException {
        long due = Math.max(dueAt, System.nanoTime() + faults.nanosFor(bytes));
        for (long left = due - System.nanoTime(); left > 0 || cut; left = due - System.nanoTime()) {
            if (cut) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
        passedBytes += bytes;
    }

    /** Ends a connection by a reset, so that nothing of it lingers. */
    static void reset(Socket connection) {
        try {
            connection.setSoLinger(true, 0);
            connection.close();
        } catch (IOException gone) {
            // The connection is closed, as intended.
        }
    }
}
