package dev.conclave.lifeline;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One outgoing connection, from its first packet to its end. Its {@link LifeWatch} interprets the end. */
final class OutgoingConnection implements SocketHandler {

    /** How a connection ended. */
    enum End {
        /** The other host refused the connection: no socket listens there. */
        REFUSED,
        /** The other end has closed the connection in order. */
        FIN,
        /** The connection ended in any other way: a reset, a timeout, an unavailable local address, unexpected bytes. */
        LOST
    }

    /**
     * The time in nanoseconds before which a failed connection counts as refused. In Java a refusal and a timeout are the same
     * exception, and differ only in a localized text. But a kernel tries at least twice, a second apart, before it gives up; so
     * an earlier exception is a refusal.
     */
    private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final LifeWatch watch;
    private final SocketChannel channel;
    private final long begun;
    private final ByteBuffer surplus = ByteBuffer.allocate(1);
    private Optional<Handshake.Reader> reader = Optional.of(new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE)));
    private boolean connected;

    OutgoingConnection(EventLoop loop, LifeWatch watch) throws IOException {
        this.loop = loop;
        this.watch = watch;
        this.begun = loop.now();
        this.channel = SocketChannel.open();
    }

    /** Starts the attempt; it may end before this method returns. */
    void begin(Optional<InetAddress> from, InetSocketAddress to) {
        try {
            Sockets.configure(channel);
            if (from.isPresent()) {
                channel.bind(new InetSocketAddress(from.get(), 0));
            }
            SelectionKey key = loop.register(channel, SelectionKey.OP_CONNECT, this);
            if (channel.connect(to)) {
                connected(key);
            }
        } catch (IOException e) {
            ended(e);
        }
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            if (!connected) {
                if (channel.finishConnect()) {
                    connected(key);
                }
            } else {
                read();
            }
        } catch (IOException e) {
            ended(e);
        }
    }

    private void connected(SelectionKey key) throws IOException {
        // If no socket listens on an ephemeral port, the system may assign that port to this connection, which then
        // connects to itself.
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
            throw new IOException("connected with itself");
        }
        connected = true;
        key.interestOps(SelectionKey.OP_READ);
        ByteBuffer hello = loop.hello();
        channel.write(hello);
        if (hello.hasRemaining()) {
            throw new IOException("it does not accept the handshake");
        }
        read();
    }

    private void read() throws IOException {
        if (reader.isPresent()) {
            Optional<Handshake> heard = reader.get().read(channel);
            if (heard.isEmpty()) {
                return;
            }
            reader = Optional.empty();
            watch.greeted(this, heard.get());
            if (!channel.isOpen()) {
                return;
            }
        }
        int n = channel.read(surplus);
        if (n > 0) {
            throw new IOException("it sent bytes after its handshake");
        } else if (n < 0) {
            throw new EOFException();
        }
    }

    private void ended(IOException why) {
        close();
        if (why instanceof Handshake.NoHandshake) {
            watch.stranger(String.valueOf(why.getMessage()));
        } else {
            watch.obstacle(why instanceof EOFException ? "it has ended" : String.valueOf(why.getMessage()));
        }
        watch.ended(this, endBy(why));
    }

    private End endBy(IOException why) {
        if (!connected && why instanceof ConnectException) {
            return loop.now() - begun < REFUSAL_NANOS ? End.REFUSED : End.LOST;
        }
        return connected && why instanceof EOFException ? End.FIN : End.LOST;
    }

    @Override
    public void abandon(RuntimeException thrown) {
        close();
        watch.ended(this, End.LOST);
    }

    /** The local address of this connection. */
    InetAddress localAddress() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
    }

    /** Closes the connection without notifying the watch. */
    void close() {
        Sockets.close(channel);
    }
}
