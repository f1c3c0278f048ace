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
 * By what a node proves that it lives, and how it learns that another is gone (R10).
 *
 * <p>Every node listens on its lifeline, and every node dials every peer that it watches; two nodes that watch each other
 * hold two connections. So a proof needs nothing but what the one who has it saw itself: a connection that it began, over
 * which that very life of the peer answered, has ended by FIN, and one begun after that, to the same address and port from
 * the same local address, was refused or answered by another life of the peer. A process that was stopped answers neither
 * way, a cut cable ends nothing, and a reset may have been sent by anybody.
 *
 * <p>In return a living node never ends a connection that is held to it, except by a reset, and keeps listening. Should it
 * fail to, its own leaderships are void before anybody else can know: {@link #isOpen()} is part of the check of each.
 *
 * <p>The proof is only as good as the way to the peer: a firewall that rejects, an address translation or a proxy in
 * between can refuse in the name of a node that lives. There the lifeline must be off. Nothing here is secret or signed.
 *
 * <p>All methods may be called from any thread, and none but {@link #open} and {@link #close} waits for anything.
 */
public final class Lifeline implements AutoCloseable {

    /** The longest frame that an express lane carries. */
    public static final int MAX_FRAME_BYTES = 16 * 1024;

    private final PeerId self;
    private final int port;
    private final Loop loop;
    private final Reports reports;
    private final LifelineThread thread;

    private Lifeline(PeerId self, Loop loop, Reports reports, LifelineThread thread) throws IOException {
        this.self = self;
        this.port = loop.port();
        this.loop = loop;
        this.reports = reports;
        this.thread = thread;
    }

    /**
     * Opens the lifeline of a node, on a thread of its own; to be done before the node's first message (R10).
     *
     * @param host where to listen
     * @param port 0 for any that is free
     * @param self who this node is
     * @param incarnation in which of its lives
     * @throws IOException if it cannot listen there
     */
    public static Lifeline open(
            InetAddress host, int port, PeerId self, Incarnation incarnation, LifelineListener listener)
            throws IOException {
        return open(LifelineThread.start(), host, port, self, incarnation, listener);
    }

    /** The same, on a thread that was started before; it serves this lifeline alone, and ends with it. */
    public static Lifeline open(
            LifelineThread thread,
            InetAddress host,
            int port,
            PeerId self,
            Incarnation incarnation,
            LifelineListener listener)
            throws IOException {
        return open(thread, host, port, self, incarnation, listener, System::nanoTime);
    }

    /** The same with a clock of its own, for tests. */
    static Lifeline open(
            LifelineThread thread,
            InetAddress host,
            int port,
            PeerId self,
            Incarnation incarnation,
            LifelineListener listener,
            LongSupplier nanos)
            throws IOException {
        Reports reports = new Reports(listener, thread.speaker(), nanos);
        Handshake hello = new Handshake(self, incarnation);
        CompletableFuture<Lifeline> opened = new CompletableFuture<>();
        thread.give(() -> {
            Loop loop;
            try {
                loop = new Loop(thread.selector(), reports, hello, host, port, nanos);
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

    /** Where this lifeline listens. */
    public int port() {
        return port;
    }

    /**
     * Watches this life of the peer until it is gone, or until nothing has answered for a minute ({@link #isWatching} says
     * which lives are watched). Asked again for the same life it does nothing, even if that one was gone a moment ago; asked
     * for another, that one is watched from now on, and of the former nothing is told any more but a proof that is under way.
     *
     * @param addresses where that life may listen, all of one host and tried in turn; resolved, since a name that resolves
     *     anew would be another machine
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

    /** Watches the peer no longer, and ends the express lane to it. What was already found out may still be told. */
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

    /** Whether a connection to the life of the peer that is watched is held just now. */
    public boolean isUp(PeerId peer) {
        return loop.watches().isUp(peer);
    }

    /** The peers of which {@link #isUp} is true. A copy. */
    public Set<PeerId> up() {
        return loop.watches().up();
    }

    /** Why the last attempt to connect to the peer failed, and where, for a log; empty while it is up or was not tried. */
    public Optional<String> obstacle(PeerId peer) {
        return loop.watches().obstacle(peer);
    }

    /**
     * Opens an express lane to the peer, and keeps it open or tries to; one to another address ends. It is a second
     * connection beside the lifeline, on which nothing may be sent (R10: unread bytes would turn its FIN into a reset), and
     * it is an accelerator on which nothing depends: what it carries must reach the peer by another way too.
     *
     * @param address where its lifeline listens; resolved
     */
    public void openLane(PeerId peer, InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    address + " is not resolved; the lifeline's thread must not wait for a name");
        }
        loop.submit(() -> loop.lanes().open(peer, address));
    }

    /** Whether an express lane to the peer is connected. It says nothing of whether anything arrives. */
    public boolean hasLane(PeerId peer) {
        return loop.lanes().isConnected(peer);
    }

    /**
     * Sends a frame over the express lane to the peer, if there is one and it takes the frame at once; else it is lost
     * without a word. The array belongs to the lifeline from now on.
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
     * Whether this node still keeps what peers take for its life. A leadership is void once this is false (R10): it never
     * becomes true again, and it is false before the first connection ends. It costs one read of a volatile field.
     */
    public boolean isOpen() {
        return loop.isOpen();
    }

    /** How many connections were dropped for what was said on them, or for being too many (R13). */
    public long dropped() {
        return reports.dropped();
    }

    /**
     * Ends the lifeline in order: the last thing that a node does, after every leadership of it is void, since peers have
     * their proof a moment later. Returns when everything is closed. The own listener is told nothing.
     */
    @Override
    public void close() {
        loop.close();
        if (!thread.isCurrent()) {
            loop.finished().join();
        }
    }
}
