package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * Detects that the process of another node has ended, and shows other nodes that this one is running (R10).
 *
 * <p>Every node listens on its lifeline port and connects to every peer that it watches; two nodes that watch each other hold two
 * connections. So a node bases a proof only on its own connections: one over which that life of the peer answered has ended by
 * FIN, and one started after that, to the same address and port from the same local address, was refused or answered by another
 * life of the peer. A stopped process neither refuses nor answers, a cut cable does not end a connection, and any host may send a
 * reset.
 *
 * <p>In return a running node never closes a connection that is held to it, except by a reset, and keeps listening. If it fails
 * to, its own leaderships are void before any other node can notice: each check of a leadership includes {@link #isOpen()}.
 *
 * <p>The proof depends on the network path: a firewall that rejects, an address translation or a proxy can refuse a connection on
 * behalf of a running node. In such environments lifelines must be off. Nothing here is encrypted or signed.
 *
 * <p>All methods may be called from any thread, and none except {@link #open} and {@link #close} waits.
 */
public final class Lifeline implements AutoCloseable {

    /** The maximum size of a frame on an express lane, in bytes. */
    public static final int MAX_FRAME_BYTES = 16 * 1024;

    private final PeerId self;
    private final int port;
    private final EventLoop loop;
    private final LifelineNotifications reports;
    private final LifelineThread thread;

    private Lifeline(PeerId self, EventLoop loop, LifelineNotifications reports, LifelineThread thread)
            throws IOException {
        this.self = self;
        this.port = loop.port();
        this.loop = loop;
        this.reports = reports;
        this.thread = thread;
    }

    /**
     * Opens the lifeline of a node, on a thread of its own; must be called before the node sends its first message (R10).
     *
     * @param host the address to listen on
     * @param port the port to listen on, 0 for any free one
     * @param self the name of this node
     * @param incarnation its life
     * @throws IOException if it cannot listen there
     */
    public static Lifeline open(
            InetAddress host, int port, PeerId self, Incarnation incarnation, LifelineCallback listener)
            throws IOException {
        return open(LifelineThread.start(), host, port, self, incarnation, listener);
    }

    /**
     * Opens the lifeline of a node on a thread that was started before; the thread serves this lifeline alone, and ends with
     * it.
     */
    public static Lifeline open(
            LifelineThread thread,
            InetAddress host,
            int port,
            PeerId self,
            Incarnation incarnation,
            LifelineCallback listener)
            throws IOException {
        return open(thread, host, port, self, incarnation, listener, System::nanoTime);
    }

    /** Opens the lifeline of a node with a given clock, for tests. */
    static Lifeline open(
            LifelineThread thread,
            InetAddress host,
            int port,
            PeerId self,
            Incarnation incarnation,
            LifelineCallback listener,
            LongSupplier nanos)
            throws IOException {
        LifelineNotifications reports = new LifelineNotifications(listener, thread.speaker(), nanos);
        Handshake hello = new Handshake(self, incarnation);
        CompletableFuture<Lifeline> opened = new CompletableFuture<>();
        thread.give(() -> {
            EventLoop loop;
            try {
                loop = new EventLoop(thread.selector(), reports, hello, host, port, nanos);
                opened.complete(new Lifeline(self, loop, reports, thread));
            } catch (Throwable e) {
                opened.completeExceptionally(e);
                return;
            }
            loop.run();
        });
        try {
            return opened.join();
        } catch (CompletionException e) {
            thread.selector().close();
            throw new IOException(
                    "The lifeline cannot listen on " + host.getHostAddress() + " port " + port + ": " + e.getCause(),
                    e);
        }
    }

    /** The port on which this lifeline listens. */
    public int port() {
        return port;
    }

    /**
     * Watches this life of the peer until it has ended, or until it has not answered for a minute ({@link #isWatching} returns
     * which lives are watched). Another call for the same life has no effect, even if that life has just ended; a call for
     * another life replaces the watched one, and for the former life only a proof that is in progress is still reported.
     *
     * @param addresses where that life may listen, all of one host and tried in turn; resolved, since a name that resolves
     *     differently later would be another machine
     */
    public void watch(PeerId peer, Incarnation incarnation, List<InetSocketAddress> addresses) {
        if (addresses.isEmpty() || addresses.stream().anyMatch(InetSocketAddress::isUnresolved)) {
            throw new IllegalArgumentException(
                    addresses + " are not resolved; the lifeline's thread must not wait for a name");
        }
        if (peer.equals(self)) {
            throw new IllegalArgumentException(peer + " is this node itself, which needs no lifeline to itself");
        }
        List<InetSocketAddress> tried = List.copyOf(addresses);
        loop.submit(() -> loop.watch(peer, incarnation, tried));
    }

    /** Watches this life of the peer at its only address. */
    public void watch(PeerId peer, Incarnation incarnation, InetSocketAddress address) {
        watch(peer, incarnation, List.of(address));
    }

    /** Stops watching the peer, and closes the express lane to it. Earlier findings may still be reported. */
    void forget(PeerId peer) {
        loop.submit(() -> loop.watches().forget(peer));
    }

    /** Whether this life of the peer is watched. */
    public boolean isWatching(PeerId peer, Incarnation incarnation) {
        return loop.watches().isWatched(peer, incarnation);
    }

    /** How many peers are watched, for tests. */
    int watched() {
        return loop.watches().watched();
    }

    /** Whether a connection to the watched life of the peer is up now. */
    public boolean isUp(PeerId peer) {
        return loop.watches().isUp(peer);
    }

    /** The peers to whose watched life a connection is up now. A copy. */
    public Set<PeerId> up() {
        return loop.watches().up();
    }

    /**
     * Why the last attempt to connect to the peer failed, with the address, for logs; empty while the connection is up or if none
     * was tried.
     */
    public Optional<String> obstacle(PeerId peer) {
        return loop.watches().obstacle(peer);
    }

    /**
     * Opens an express lane to the peer and keeps it open or reconnects; closes a lane to another address. It is a second
     * connection beside the lifeline, which must not carry frames (R10: unread bytes would turn its FIN into a reset). It is only
     * an accelerator: its frames must reach the peer through Artery too.
     *
     * @param address the resolved address of the peer's lifeline
     */
    public void openLane(PeerId peer, InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    address + " is not resolved; the lifeline's thread must not wait for a name");
        }
        loop.submit(() -> loop.lanes().open(peer, address));
    }

    /** Whether an express lane to the peer is connected. That does not mean that frames arrive. */
    public boolean hasLane(PeerId peer) {
        return loop.lanes().isConnected(peer);
    }

    /**
     * Sends a frame over the express lane to the peer, if there is one and it accepts the frame at once; otherwise drops the
     * frame silently. The lifeline owns the array from now on.
     *
     * @throws IllegalArgumentException if the frame is empty, or longer than {@link #MAX_FRAME_BYTES}
     */
    public void send(PeerId peer, byte[] frame) {
        if (frame.length == 0 || frame.length > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "a frame of " + frame.length + " bytes; between 1 and " + MAX_FRAME_BYTES);
        }
        loop.submit(() -> loop.lanes().send(peer, frame));
    }

    /**
     * Whether the lifeline is still open. Once this is false, all leaderships of this node are void (R10). It never becomes true
     * again, and it becomes false before the first connection ends. Costs one read of a volatile field.
     */
    public boolean isOpen() {
        return loop.isOpen();
    }

    /** How many connections were dropped because of their contents, or because there were too many (R13). */
    public long dropped() {
        return reports.dropped();
    }

    /**
     * Closes the lifeline: the last action of a node, after all its leaderships are void, since peers have their proof a moment
     * later. Returns when everything is closed. Does not notify this node's {@link LifelineCallback}.
     */
    @Override
    public void close() {
        loop.close();
        if (!thread.isCurrent()) {
            loop.finished().join();
        }
    }
}
