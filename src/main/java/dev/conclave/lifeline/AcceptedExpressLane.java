package dev.conclave.lifeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * An express lane that another node has opened to this one: only read, never written. After the handshake it carries frames:
 *
 * <pre>
 * 4 bytes  n, from 1 to {@value Lifeline#MAX_FRAME_BYTES}          n bytes  the frame
 * </pre>
 *
 * <p>The sender is not authenticated. So an announced length does not allocate memory: the buffer grows with received bytes, up
 * to one frame; and the reads per turn are limited, so that a flood does not delay the detection of a leader's end.
 */
final class AcceptedExpressLane implements SocketHandler {

    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final int SMALL_BYTES = 1024;
    private static final int MAX_BYTES = LENGTH_BYTES + Lifeline.MAX_FRAME_BYTES;
    private static final int READS_PER_TURN = 4;

    private final Acceptor acceptor;
    private final LifelineNotifications reports;
    private final SocketChannel channel;
    private final String sender;
    private ByteBuffer bytes = ByteBuffer.allocate(SMALL_BYTES);

    AcceptedExpressLane(Acceptor acceptor, LifelineNotifications reports, SocketChannel channel, String sender) {
        this.acceptor = acceptor;
        this.reports = reports;
        this.channel = channel;
        this.sender = sender;
    }

    @Override
    public void ready(SelectionKey key) {
        read();
    }

    /** Reads available bytes; remaining ones wake the selector again. */
    void read() {
        try {
            for (int i = 0; i < READS_PER_TURN; i++) {
                int n = channel.read(bytes);
                if (n < 0) {
                    end();
                    return;
                }
                if (n == 0) {
                    return;
                }
                if (!takeFrames()) {
                    return;
                }
            }
        } catch (IOException e) {
            end();
        }
    }

    /** Passes on complete frames. Returns false if the lane was dropped. */
    private boolean takeFrames() {
        bytes.flip();
        while (bytes.remaining() >= LENGTH_BYTES) {
            int length = bytes.getInt(bytes.position());
            if (length < 1 || length > Lifeline.MAX_FRAME_BYTES) {
                drop("a frame of " + length + " bytes");
                return false;
            }
            if (bytes.remaining() < LENGTH_BYTES + length) {
                break;
            }
            byte[] frame = new byte[length];
            bytes.position(bytes.position() + LENGTH_BYTES);
            bytes.get(frame);
            reports.heard(sender, frame);
        }
        bytes.compact();
        fit();
        return true;
    }

    /** Adjusts the buffer: grows it if it is full with the beginning of a frame, shrinks it if it is empty. */
    private void fit() {
        if (!bytes.hasRemaining()) {
            bytes = ByteBuffer.allocate(Math.min(MAX_BYTES, bytes.capacity() * 2))
                    .put(bytes.flip());
        } else if (bytes.position() == 0 && bytes.capacity() > SMALL_BYTES) {
            bytes = ByteBuffer.allocate(SMALL_BYTES);
        }
    }

    @Override
    public void abandon(RuntimeException thrown) {
        drop(thrown.toString());
    }

    void drop(String why) {
        reports.dropped(sender, why);
        end();
    }

    private void end() {
        acceptor.forget(this);
        Sockets.reset(channel);
    }

    void close() {
        Sockets.close(channel);
    }
}
