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
 * A connection that somebody holds to this node, or an express lane that has yet to say so. This node draws no conclusion from it, and never ends it by FIN: while it
 * is a handshake away from being held it may be reset, afterwards only when its other end is gone or breaks the silence.
 *
 * <p>The handshake that comes in is read before the own one is sent. A process that is killed with unread bytes in a
 * socket ends it by a reset; but who has heard the own handshake knows that there are none, and will read a FIN.
 */
final class Accepted implements Ready {

    private final Loop loop;
    private final Acceptor acceptor;
    private final SocketChannel channel;
    private final InetAddress sender;
    private final long since;
    private final ByteBuffer surplus = ByteBuffer.allocate(1);
    private Optional<Handshake.Reader> reader =
            Optional.of(new Handshake.Reader(EnumSet.allOf(Handshake.Purpose.class)));

    Accepted(Loop loop, Acceptor acceptor, SocketChannel channel, InetAddress sender, long since) {
        this.loop = loop;
        this.acceptor = acceptor;
        this.channel = channel;
        this.sender = sender;
        this.since = since;
    }

    /** Reads what has come with the connection. */
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

    /** The other end is gone, or is to be got rid of. */
    private void end() {
        acceptor.forget(this);
        Sockets.reset(channel);
    }

    /** The node's own end, the only one by FIN. */
    void close() {
        Sockets.close(channel);
    }

    long since() {
        return since;
    }
}
