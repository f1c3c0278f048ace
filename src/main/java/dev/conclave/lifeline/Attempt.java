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

/** One connection that this node begins, from its first packet to its end. What it means is for its {@link Watch} to say. */
final class Attempt implements Ready {

    /** How a connection ended. */
    enum End {
        /** The system at the other end says that nobody listens. */
        REFUSED,
        /** The other end has sent its last, in order. */
        FIN,
        /** Anything else: a reset, a time-out, an address that is not to be had, bytes that should not be there. */
        LOST
    }

    /**
     * A refusal and a time-out are the same exception in Java, told apart only by a text in the language of the system.
     * But a kernel asks at least twice, a second apart, before it gives up; so what comes sooner is a refusal.
     */
    private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Watch watch;
    private final SocketChannel channel;
    private final long begun;
    private final ByteBuffer surplus = ByteBuffer.allocate(1);
    private Optional<Handshake.Reader> reader = Optional.of(new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE)));
    private boolean connected;

    Attempt(Loop loop, Watch watch) throws IOException {
        this.loop = loop;
        this.watch = watch;
        this.begun = loop.now();
        this.channel = SocketChannel.open();
    }

    /** Begins; may end before it returns. */
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
        // A port that nobody listens on may be one that the system hands out, and be handed out to this very
        // connection,
        // which then speaks with itself.
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

    /** The address that this node has on this connection. */
    InetAddress localAddress() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
    }

    /** Ends it without a word to the watch. */
    void close() {
        Sockets.close(channel);
    }
}
