package dev.conclave.cluster.relay;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Copies the bytes of one socket to another through a link and its faults, and then the end. Uses two threads. */
final class Pipe {

    private static final int PIECE_BYTES = 16 * 1024;
    private static final int PIECES_UNDER_WAY = 256;

    /** A piece in flight; without bytes it is the end. */
    private record Piece(ByteBuffer bytes, long dueAt) {}

    private final Socket from;
    private final Socket to;
    private final Link link;
    private final BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(PIECES_UNDER_WAY);
    private final Thread writer;

    private Pipe(Socket from, Socket to, Link link) {
        this.from = from;
        this.to = to;
        this.link = link;
        this.writer = new Thread(this::write, "pipe-out-" + to.getPort());
        writer.setDaemon(true);
    }

    static void open(Socket from, Socket to, Link link) {
        Pipe pipe = new Pipe(from, to, link);
        Thread reader = new Thread(pipe::read, "pipe-in-" + from.getPort());
        reader.setDaemon(true);
        pipe.writer.start();
        reader.start();
    }

    private void read() {
        try {
            byte[] buffer = new byte[PIECE_BYTES];
            for (int count = readSome(buffer); count > 0; count = readSome(buffer)) {
                underWay.put(new Piece(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), link.dueAt()));
            }
            underWay.put(new Piece(ByteBuffer.allocate(0), link.dueAt()));
        } catch (InterruptedException closed) {
            // The far end is closed, so nothing reads the pieces any more.
        }
    }

    private int readSome(byte[] buffer) {
        try {
            return from.getInputStream().read(buffer);
        } catch (IOException gone) {
            return -1;
        }
    }

    private void write() {
        try {
            for (Piece next = underWay.take(); next.bytes().hasRemaining(); next = underWay.take()) {
                link.await(next.dueAt(), next.bytes().remaining());
                to.getOutputStream().write(next.bytes().array());
            }
            link.await(System.nanoTime(), 0);
            to.close();
        } catch (IOException | InterruptedException gone) {
            Link.reset(to);
        }
        Link.reset(from);
        // A reader that waits for room would wait for ever.
        underWay.clear();
    }
}
