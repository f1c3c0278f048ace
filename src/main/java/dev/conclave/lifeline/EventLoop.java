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
 * The event loop of the lifeline's thread: waits for a socket, a task or a deadline, and handles it. All sockets are opened, used
 * and closed on this thread.
 *
 * <p>No socket operation blocks, since an interrupt closes the channel on which a thread is blocked, and peers would take that
 * for the end of this process (R10). An interrupt during select only causes another turn.
 */
final class EventLoop implements Runnable {

    /** A deadline that is not set. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Selector selector;
    private final LifelineNotifications reports;
    private final Handshake self;
    private final LongSupplier nanos;
    private final long origin;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final LifeWatches watches;
    private final ExpressLanes lanes;
    private final Acceptor acceptor;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile boolean open = true;
    private volatile boolean closing;

    /**
     * Starts to listen; must be called on the thread that calls {@link #run}.
     *
     * @param nanos a monotonic clock
     */
    EventLoop(
            Selector selector,
            LifelineNotifications reports,
            Handshake self,
            InetAddress host,
            int port,
            LongSupplier nanos)
            throws IOException {
        this.selector = selector;
        this.reports = reports;
        this.self = self;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
        this.watches = new LifeWatches(this, reports, this::forgotten);
        this.lanes = new ExpressLanes(this);
        this.acceptor = new Acceptor(this, reports, self.peer(), host, port);
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                turn();
            }
        } catch (Throwable e) {
            // Peers may have a proof against this node as soon as its connections end. So first all leaderships become
            // void, then the listener is notified, and only then sockets are closed.
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
        // Clears the interrupt flag, which would make every later select return at once.
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
            selector.selectNow(EventLoop::see);
        } else {
            selector.select(EventLoop::see, wait);
        }
    }

    private static void see(SelectionKey key) {
        SocketHandler owner = (SocketHandler) key.attachment();
        try {
            owner.ready(key);
        } catch (RuntimeException thrown) {
            owner.abandon(thrown);
        }
    }

    /** Closes the listening socket first, so that a peer that reads the end of its connection is refused at once. */
    private void closeAll() {
        acceptor.closeListener();
        try {
            // A registered socket is really closed only at the selector's next selection.
            selector.selectNow();
        } catch (IOException | ClosedSelectorException e) {
            // Closing the selector has the same effect.
        }
        acceptor.closeConnections();
        watches.close();
        lanes.close();
        try {
            selector.close();
        } catch (IOException e) {
            // The end of the process, or of this thread's file table, closes it.
        }
    }

    /** Watches this life of the peer, and reserves places for its connections. */
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

    SelectionKey register(SelectableChannel channel, int operations, SocketHandler owner) throws IOException {
        return channel.register(selector, operations, owner);
    }

    /** This node's handshake, ready to be written once. */
    ByteBuffer hello() {
        return self.encoded();
    }

    /** The handshake of an express lane, ready to be written once. */
    ByteBuffer laneHello() {
        return self.encoded(Handshake.Purpose.EXPRESS_LANE);
    }

    /** The life watches; only for tasks that run on the thread of this loop. */
    LifeWatches watches() {
        return watches;
    }

    /** The express lanes; only for tasks that run on the thread of this loop, except for methods that allow any thread. */
    ExpressLanes lanes() {
        return lanes;
    }

    /** Nanoseconds since this loop was created. */
    long now() {
        return nanos.getAsLong() - origin;
    }

    int port() throws IOException {
        return acceptor.port();
    }

    // The following methods may be called on any thread.

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
