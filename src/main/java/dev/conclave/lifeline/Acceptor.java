package dev.conclave.lifeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The listener of a node and the connections that others hold to it. As long as the node lives, the listener listens and
 * what is held is kept: both together, ended, are what peers take for its death (R10).
 *
 * <p>So whatever strangers do may cost them their connections, never the listener: a handshake has a deadline, of
 * unfinished ones the oldest goes when there are too many (an honest peer needs one round trip), and of finished ones there
 * is an upper limit, beyond which a new connection is reset and an old one stays. Nothing depends on an express lane, so
 * there the oldest goes.
 */
final class Acceptor implements Ready {

    /** A stopped node's peers ask into this queue (R10), each of them seldom; the system may allow less. */
    static final int BACKLOG = 512;

    static final int MAX_HALF_OPEN = 256;
    static final int MAX_HELD = 1024;
    static final int MAX_LANES = 256;

    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** So many at once, so that a flood does not keep the end of a leader's connection waiting. */
    private static final int ACCEPTS_PER_TURN = 32;

    private final Loop loop;
    private final Reports reports;
    private final ServerSocketChannel listener;
    private final SelectionKey key;
    private final Set<Accepted> halfOpen = new LinkedHashSet<>();
    private final Set<Accepted> held = new HashSet<>();
    private final Set<AcceptedLane> lanes = new LinkedHashSet<>();
    private boolean complained;
    private long resumeAt = Loop.NEVER;

    Acceptor(Loop loop, Reports reports, InetAddress host, int port) throws IOException {
        this.loop = loop;
        this.reports = reports;
        this.listener = ServerSocketChannel.open();
        try {
            listener.configureBlocking(false);
            // A restarted node gets its port back at once. Where the option would let two processes listen on one port,
            // which is on Windows, the default is the right one; SO_REUSEPORT would do so everywhere.
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
     * Too many open files, as a rule: the connection waits in the kernel's queue, and a selector asked again at once would
     * only turn in circles. It must not end the listener; but if that is gone, nobody may believe that it is there.
     */
    private void pause(IOException why) {
        try {
            listener.getOption(StandardSocketOptions.SO_RCVBUF);
        } catch (IOException e) {
            why.addSuppressed(e);
            throw new UncheckedIOException("The lifeline's listener is gone", why);
        }
        if (!complained) {
            complained = true;
            reports.trouble("The lifeline cannot accept connections, and goes on trying: " + why.getMessage());
        }
        key.interestOps(0);
        resumeAt = loop.now() + PAUSE_NANOS;
    }

    private void admit(SocketChannel channel) {
        try {
            String sender = ((InetSocketAddress) channel.getRemoteAddress())
                    .getAddress()
                    .getHostAddress();
            if (held.size() >= MAX_HELD) {
                reports.dropped(sender, "there are " + MAX_HELD + " others");
                Sockets.reset(channel);
                return;
            }
            if (halfOpen.size() >= MAX_HALF_OPEN) {
                halfOpen.iterator().next().drop("too many unfinished handshakes");
            }
            Sockets.configure(channel);
            Accepted accepted = new Accepted(loop, this, channel, sender, loop.now());
            halfOpen.add(accepted);
            accepted.begin();
        } catch (IOException e) {
            Sockets.reset(channel);
        }
    }

    void held(Accepted accepted) {
        halfOpen.remove(accepted);
        held.add(accepted);
    }

    /** It has shown to be an express lane. */
    void becomesLane(Accepted accepted, SocketChannel channel, String sender) throws IOException {
        halfOpen.remove(accepted);
        if (lanes.size() >= MAX_LANES) {
            lanes.iterator().next().drop("too many express lanes");
        }
        AcceptedLane lane = new AcceptedLane(this, reports, channel, sender);
        lanes.add(lane);
        loop.register(channel, SelectionKey.OP_READ, lane);
        lane.read();
    }

    void forget(AcceptedLane lane) {
        lanes.remove(lane);
    }

    void forget(Accepted accepted) {
        halfOpen.remove(accepted);
        held.remove(accepted);
    }

    void dropped(String sender, String why) {
        reports.dropped(sender, why);
    }

    /** Whoever has not finished in time goes, and a listener that paused goes on. */
    void onTime(long now) {
        if (resumeAt <= now) {
            resumeAt = Loop.NEVER;
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
        while (oldestDue() <= now) {
            halfOpen.iterator().next().drop("no handshake in time");
        }
    }

    long due() {
        return Math.min(resumeAt, oldestDue());
    }

    private long oldestDue() {
        Iterator<Accepted> oldest = halfOpen.iterator();
        return oldest.hasNext() ? oldest.next().since() + HANDSHAKE_NANOS : Loop.NEVER;
    }

    @Override
    public void abandon(RuntimeException thrown) {
        throw thrown;
    }

    void closeListener() {
        Sockets.close(listener);
    }

    void closeConnections() {
        halfOpen.forEach(Accepted::close);
        held.forEach(Accepted::close);
        lanes.forEach(AcceptedLane::close);
    }
}
