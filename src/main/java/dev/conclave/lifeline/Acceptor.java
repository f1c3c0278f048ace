package dev.conclave.lifeline;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The listening socket of a node and the incoming connections. While the node runs, the listener stays open and held connections
 * are kept: peers take the end of both as proof that the node has ended (R10).
 *
 * <p>So strangers can only cause their own connections to be dropped, never the listener or a held connection: a handshake has a
 * deadline, and {@link ConnectionLimiter} decides which connection is dropped when there are too many. A watched peer does not need a place
 * that strangers can take.
 */
final class Acceptor implements SocketHandler {

    /**
     * The length of the kernel's accept queue, in which connections of peers wait while this process is stopped (R10); the
     * system may allow less.
     */
    static final int BACKLOG = 512;

    static final int MAX_HALF_OPEN = 256;

    /** The maximum number of lifelines held by peers that this node does not watch. */
    static final int MAX_HELD = 1024;

    /** The maximum number of express lanes from peers that this node does not watch. */
    static final int MAX_LANES = 256;

    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * The maximum number of connections accepted in one turn of the event loop, so that a flood does not delay the detection of
     * a leader's end.
     */
    private static final int ACCEPTS_PER_TURN = 32;

    private final EventLoop loop;
    private final LifelineNotifications reports;
    private final ServerSocketChannel listener;
    private final SelectionKey key;
    private final PeerId self;
    private final ConnectionLimiter<AcceptedLifeline> halfOpen =
            new ConnectionLimiter<>(MAX_HALF_OPEN, ConnectionLimiter.Crowded.OLDEST_GOES);
    private final ConnectionLimiter<AcceptedLifeline> held =
            new ConnectionLimiter<>(MAX_HELD, ConnectionLimiter.Crowded.NEWEST_GOES);
    private final ConnectionLimiter<AcceptedExpressLane> lanes =
            new ConnectionLimiter<>(MAX_LANES, ConnectionLimiter.Crowded.OLDEST_GOES);
    private boolean complained;
    private long resumeAt = EventLoop.NEVER;

    Acceptor(EventLoop loop, LifelineNotifications reports, PeerId self, InetAddress host, int port)
            throws IOException {
        this.loop = loop;
        this.self = self;
        this.reports = reports;
        this.listener = ServerSocketChannel.open();
        try {
            listener.configureBlocking(false);
            // A restarted node gets its port back at once. Not on Windows, where the option would let two processes
            // listen on one port, as SO_REUSEPORT would everywhere.
            if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            listener.bind(new InetSocketAddress(host, port), BACKLOG);
            this.key = loop.register(listener, SelectionKey.OP_ACCEPT, this);
        } catch (IOException | RuntimeException e) {
            Sockets.close(listener);
            throw e;
        }
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Override
    public void ready(SelectionKey selected) {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException e) {
                pause(e);
                return;
            }
            if (channel == null) {
                return;
            }
            admit(channel);
        }
    }

    /**
     * Pauses the acceptance of connections, usually because of too many open files: the connection waits in the kernel's queue,
     * and the selector would otherwise spin. That must not end the lifeline; but a failed listening socket must.
     */
    private void pause(IOException why) {
        try {
            listener.getOption(StandardSocketOptions.SO_RCVBUF);
        } catch (IOException e) {
            why.addSuppressed(e);
            throw new UncheckedIOException("The lifeline's listening socket has failed", why);
        }
        if (!complained) {
            complained = true;
            reports.trouble("The lifeline cannot accept connections and keeps trying: " + why.getMessage());
        }
        key.interestOps(0);
        resumeAt = loop.now() + PAUSE_NANOS;
    }

    private void admit(SocketChannel channel) {
        try {
            InetAddress sender = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
            Sockets.configure(channel);
            AcceptedLifeline accepted = new AcceptedLifeline(loop, this, channel, sender, loop.now());
            // The claimed peer is not known yet; this node's own id matches no expected peer.
            halfOpen.enter(accepted, self, sender).ifPresent(oldest -> oldest.drop("too many unfinished handshakes"));
            accepted.begin();
        } catch (IOException e) {
            Sockets.reset(channel);
        }
    }

    /** Keeps a connection that is a lifeline. Returns whether there is a place for it. */
    boolean hold(AcceptedLifeline accepted, PeerId claims, InetAddress sender) {
        halfOpen.leave(accepted);
        Optional<AcceptedLifeline> mustGo = held.enter(accepted, claims, sender);
        mustGo.ifPresent(one -> one.drop("too many connections from peers that this node does not watch"));
        return mustGo.filter(accepted::equals).isEmpty();
    }

    /** Keeps a connection that is an express lane. */
    void becomesLane(AcceptedLifeline accepted, SocketChannel channel, PeerId claims, InetAddress sender)
            throws IOException {
        halfOpen.leave(accepted);
        AcceptedExpressLane lane = new AcceptedExpressLane(this, reports, channel, sender.getHostAddress());
        lanes.enter(lane, claims, sender).ifPresent(one -> one.drop("too many express lanes"));
        if (channel.isOpen()) {
            loop.register(channel, SelectionKey.OP_READ, lane);
            lane.read();
        }
    }

    /** Reserves places for connections of this peer. */
    void expect(PeerId peer, List<InetAddress> addresses) {
        held.expect(peer, addresses);
        lanes.expect(peer, addresses);
    }

    /** Gives up the reserved places, since this node no longer watches the peer. */
    void expectNoMore(PeerId peer) {
        held.expectNoMore(peer)
                .forEach(one -> one.drop("too many connections from peers that this node does not watch"));
        lanes.expectNoMore(peer).forEach(one -> one.drop("too many express lanes"));
    }

    void forget(AcceptedExpressLane lane) {
        lanes.leave(lane);
    }

    void forget(AcceptedLifeline accepted) {
        halfOpen.leave(accepted);
        held.leave(accepted);
    }

    void dropped(String sender, String why) {
        reports.dropped(sender, why);
    }

    /** Drops connections whose handshake is late, and resumes accepting after a pause. */
    void onTime(long now) {
        if (resumeAt <= now) {
            resumeAt = EventLoop.NEVER;
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
        while (oldestDue() <= now) {
            halfOpen.oldestUnexpected().orElseThrow().drop("no handshake in time");
        }
    }

    long due() {
        return Math.min(resumeAt, oldestDue());
    }

    private long oldestDue() {
        return halfOpen.oldestUnexpected()
                .map(oldest -> oldest.since() + HANDSHAKE_NANOS)
                .orElse(EventLoop.NEVER);
    }

    @Override
    public void abandon(RuntimeException thrown) {
        throw thrown;
    }

    void closeListener() {
        Sockets.close(listener);
    }

    void closeConnections() {
        halfOpen.all().forEach(AcceptedLifeline::close);
        held.all().forEach(AcceptedLifeline::close);
        lanes.all().forEach(AcceptedExpressLane::close);
    }
}
