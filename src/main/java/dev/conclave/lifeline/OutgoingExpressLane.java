package dev.conclave.lifeline;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An express lane that this node has opened to a peer: written, and read only to notice its end. It is kept open, or
 * reconnected with growing waits.
 *
 * <p>It has no queue besides the connection's buffer, which takes the largest value of a register in pieces. A frame that the
 * connection does not accept at once is dropped, except for the rest of a frame that was partly sent: a late frame is useless, since
 * a copy has arrived through Artery by then.
 */
final class OutgoingExpressLane implements SocketHandler {

    private static final long DIAL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Without it the kernel begins with less, and a burst right after the connection would be cut. */
    private static final int BUFFER_BYTES = 256 * 1024;

    private final EventLoop loop;
    private final InetSocketAddress address;
    private final Consumer<Boolean> connections;
    private final ByteBuffer surplus = ByteBuffer.allocate(64);
    private Optional<SocketChannel> channel = Optional.empty();
    private Optional<ByteBuffer> rest = Optional.empty();
    private boolean connected;
    private long waitNanos = LEAST_WAIT_NANOS;
    private long due;

    OutgoingExpressLane(EventLoop loop, InetSocketAddress address, Consumer<Boolean> connections) {
        this.loop = loop;
        this.address = address;
        this.connections = connections;
        this.due = loop.now();
    }

    boolean leadsTo(InetSocketAddress other) {
        return address.equals(other);
    }

    long due() {
        return due;
    }

    void onTime(long now) {
        if (due > now) {
            return;
        }
        closeChannel();
        due = now + DIAL_NANOS;
        try {
            SocketChannel dialled = SocketChannel.open();
            channel = Optional.of(dialled);
            Sockets.configure(dialled);
            dialled.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
            SelectionKey key = loop.register(dialled, SelectionKey.OP_CONNECT, this);
            if (dialled.connect(address)) {
                connected(key, dialled);
            }
        } catch (IOException e) {
            again();
        }
    }

    @Override
    public void ready(SelectionKey key) {
        if (channel.isEmpty()) {
            return;
        }
        SocketChannel here = channel.get();
        try {
            if (!connected) {
                if (here.finishConnect()) {
                    connected(key, here);
                }
                return;
            }
            if (rest.isPresent()) {
                writeRest(here);
            }
            surplus.clear();
            if (here.read(surplus) != 0) {
                throw new IOException("the other end closed the lane or sent bytes over it");
            }
        } catch (IOException e) {
            again();
        }
    }

    private void connected(SelectionKey key, SocketChannel here) throws IOException {
        if (here.getLocalAddress().equals(here.getRemoteAddress())) {
            throw new IOException("connected with itself");
        }
        connected = true;
        due = EventLoop.NEVER;
        key.interestOps(SelectionKey.OP_READ);
        ByteBuffer hello = loop.laneHello();
        here.write(hello);
        if (hello.hasRemaining()) {
            throw new IOException("it does not accept the handshake");
        }
        connections.accept(true);
    }

    void send(byte[] frame) {
        if (!connected || channel.isEmpty() || rest.isPresent()) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip();
        try {
            write(channel.get(), bytes);
            waitNanos = LEAST_WAIT_NANOS;
        } catch (IOException e) {
            again();
        }
    }

    /** Sends all of a frame or nothing: after half a frame the reader would misinterpret the next one. */
    private void write(SocketChannel here, ByteBuffer bytes) throws IOException {
        if (here.write(bytes) > 0 && bytes.hasRemaining()) {
            rest = Optional.of(bytes);
            loop.register(here, SelectionKey.OP_READ | SelectionKey.OP_WRITE, this);
        }
    }

    private void writeRest(SocketChannel here) throws IOException {
        ByteBuffer bytes = rest.orElseThrow();
        here.write(bytes);
        if (!bytes.hasRemaining()) {
            rest = Optional.empty();
            loop.register(here, SelectionKey.OP_READ, this);
        }
    }

    private void again() {
        closeChannel();
        due = loop.now() + waitNanos;
        waitNanos = Math.min(MOST_WAIT_NANOS, 2 * waitNanos);
    }

    @Override
    public void abandon(RuntimeException thrown) {
        again();
    }

    private void closeChannel() {
        channel.ifPresent(Sockets::close);
        channel = Optional.empty();
        rest = Optional.empty();
        connected = false;
        connections.accept(false);
    }

    void close() {
        closeChannel();
        due = EventLoop.NEVER;
    }
}
