package dev.conclave.lifeline;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Optional;

/**
 * An incoming connection: a lifeline held by another node, or an express lane whose handshake has not been read yet. This node
 * draws no conclusion from it and never closes it by FIN. Before the handshake it may be reset; afterwards only when the other
 * end has closed it or sends further bytes.
 *
 * <p>The incoming handshake is read before the own one is sent. The kernel closes a killed process's socket by a reset if it has
 * unread bytes; a peer that has received this node's handshake knows that there are none, and will read a FIN.
 */
final class AcceptedLifeline implements SocketHandler {

    private final EventLoop loop;
    private final Acceptor acceptor;
    private final SocketChannel channel;
    private final InetAddress sender;
    private final long since;
    private final ByteBuffer surplus = ByteBuffer.allocate(1);
    private Optional<Handshake.Reader> reader =
            Optional.of(new Handshake.Reader(EnumSet.allOf(Handshake.Purpose.class)));

    AcceptedLifeline(EventLoop loop, Acceptor acceptor, SocketChannel channel, InetAddress sender, long since) {
        this.loop = loop;
        this.acceptor = acceptor;
        this.channel = channel;
        this.sender = sender;
        this.since = since;
    }

    /** Starts, and reads bytes that have already arrived. */
    void begin() {
        try {
            loop.register(channel, SelectionKey.OP_READ, this);
        } catch (IOException e) {
            end();
            return;
        }
        read();
    }

    @Override
    public void ready(SelectionKey key) {
        read();
    }

    private void read() {
        try {
            if (reader.isPresent() && !completed(reader.get())) {
                return;
            }
            int n = channel.read(surplus);
            if (n > 0) {
                drop("it sent bytes after its handshake");
            } else if (n < 0) {
                end();
            }
        } catch (Handshake.NoHandshake e) {
            drop(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            end();
        }
    }

    private boolean completed(Handshake.Reader from) throws IOException {
        Optional<Handshake> heard = from.read(channel);
        if (heard.isEmpty()) {
            return false;
        }
        reader = Optional.empty();
        PeerId claims = heard.get().peer();
        if (from.purpose() == Handshake.Purpose.EXPRESS_LANE) {
            acceptor.becomesLane(this, channel, claims, sender);
            return false;
        }
        if (!acceptor.hold(this, claims, sender)) {
            return false;
        }
        ByteBuffer hello = loop.hello();
        channel.write(hello);
        if (hello.hasRemaining()) {
            throw new IOException("it does not accept the handshake");
        }
        return true;
    }

    @Override
    public void abandon(RuntimeException thrown) {
        drop(thrown.toString());
    }

    void drop(String why) {
        acceptor.dropped(sender.getHostAddress(), why);
        end();
    }

    /** Resets the connection: the other end has closed it, or it must be dropped. */
    private void end() {
        acceptor.forget(this);
        Sockets.reset(channel);
    }

    /** Closes the connection by FIN, only at the end of this node. */
    void close() {
        Sockets.close(channel);
    }

    long since() {
        return since;
    }
}
