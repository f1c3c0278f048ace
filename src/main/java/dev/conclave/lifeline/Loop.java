package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the lifeline's thread does all its life: wait for a socket, a task or a point in time, and see to it. All sockets
 * are opened, used and closed here.
 *
 * <p>None of them blocks, since an interrupt closes a channel under the thread that is blocked in it, and peers would take
 * that for a death (R10). Interrupted while it selects, the thread only goes round once more.
 */
final class Loop implements Runnable {

    /** A point in time that does not come. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Selector selector;
    private final Reports reports;
    private final Handshake self;
    private final LongSupplier nanos;
    private final long origin;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Watches watches;
    private final Lanes lanes;
    private final Acceptor acceptor;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile boolean open = true;
    private volatile boolean closing;

    /**
     * Listens from now on; on the thread that is to {@link #run}.
     *
     * @param nanos a monotonic clock
     */
    Loop(Selector selector, Reports reports, Handshake self, InetAddress host, int port, LongSupplier nanos)
            throws IOException {
        this.selector = selector;
        this.reports = reports;
        this.self = self;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
        this.watches = new Watches(this, reports, this::forgotten);
        this.lanes = new Lanes(this);
        this.acceptor = new Acceptor(this, reports, self.peer(), host, port);
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                turn();
            }
        } catch (Throwable e) {
            // Peers may have a proof against this node as soon as its connections end. So first no leadership counts
            // any
            // more, then those who hold one are told, and only then anything is closed.
            open = false;
            reports.ended(e);
        } finally {
            open = false;
            closeAll();
            finished.complete(null);
        }
    }

    private void turn() throws IOException {
        select(Math.min(acceptor.due(), Math.min(watches.due(), lanes.due())));
        // Left set, it would make every later select return at once.
        boolean unused = Thread.interrupted();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        watches.onTime(now());
        lanes.onTime(now());
        acceptor.onTime(now());
    }

    private void select(long due) throws IOException {
        long wait = due == NEVER ? 0 : (due - now() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        if (due != NEVER && wait <= 0) {
            selector.selectNow(Loop::see);
        } else {
            selector.select(Loop::see, wait);
        }
    }

    private static void see(SelectionKey key) {
        Ready owner = (Ready) key.attachment();
        try {
            owner.ready(key);
        } catch (RuntimeException thrown) {
            owner.abandon(thrown);
        }
    }

    /** The listener first, so that whoever reads the end of a connection is refused at once. */
    private void closeAll() {
        acceptor.closeListener();
        try {
            // A selector lets go of a closed socket, which only then is closed in truth, when it selects again.
            selector.selectNow();
        } catch (IOException | ClosedSelectorException e) {
            // Then closing the selector does it.
        }
        acceptor.closeConnections();
        watches.close();
        lanes.close();
        try {
            selector.close();
        } catch (IOException e) {
            // The process, or the file table of this thread, closes what is left.
        }
    }

    /** Watches this life of the peer; from now on its own connections have places of their own. */
    void watch(PeerId peer, Incarnation incarnation, List<InetSocketAddress> addresses) {
        if (watches.watch(peer, incarnation, addresses)) {
            acceptor.expect(
                    peer, addresses.stream().map(InetSocketAddress::getAddress).toList());
        }
    }

    private void forgotten(PeerId peer) {
        lanes.forget(peer);
        acceptor.expectNoMore(peer);
    }

    SelectionKey register(SelectableChannel channel, int operations, Ready owner) throws IOException {
        return channel.register(selector, operations, owner);
    }

    /** This node's handshake, ready to be written once. */
    ByteBuffer hello() {
        return self.encoded();
    }

    /** With this an express lane begins, ready to be written once. */
    ByteBuffer laneHello() {
        return self.encoded(Handshake.Purpose.EXPRESS_LANE);
    }

    /** For tasks, on this thread. */
    Watches watches() {
        return watches;
    }

    /** For tasks, on this thread; and for the questions that it answers on any. */
    Lanes lanes() {
        return lanes;
    }

    /** Nanoseconds since this loop was made. */
    long now() {
        return nanos.getAsLong() - origin;
    }

    int port() throws IOException {
        return acceptor.port();
    }

    // From here on: called by any thread.

    boolean isOpen() {
        return open;
    }

    void submit(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    void close() {
        open = false;
        closing = true;
        selector.wakeup();
    }

    CompletableFuture<Void> finished() {
        return finished;
    }
}
