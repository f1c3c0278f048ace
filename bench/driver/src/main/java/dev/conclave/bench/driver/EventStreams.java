package dev.conclave.bench.driver;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps one stream of events of each member open, as a page in a browser does, and opens it again after a restart. */
final class EventStreams implements AutoCloseable {

    /** Reading this much later takes no processor time from a fail-over; on another machine it would take none either. */
    private static final int PAUSE_MILLIS = 50;

    private static final int PATIENCE_MILLIS = 10_000;

    private final List<Thread> readers;
    private final AtomicLong bytes = new AtomicLong();

    EventStreams(List<Integer> ports) {
        readers = ports.stream()
                .map(port -> new Thread(() -> readAgainAndAgain(port), "events-" + port))
                .toList();
        readers.forEach(reader -> {
            reader.setDaemon(true);
            reader.start();
        });
    }

    /** How much was read so far from all members. */
    long bytes() {
        return bytes.get();
    }

    private void readAgainAndAgain(int port) {
        while (true) {
            try {
                Thread.sleep(PAUSE_MILLIS);
                read(port);
            } catch (IOException ended) {
                // The member is being started, or was killed.
            } catch (InterruptedException over) {
                return;
            }
        }
    }

    private void read(int port) throws IOException, InterruptedException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            // A stream without an event has a comment now and then.
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(("GET /conclave/events HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            byte[] buffer = new byte[8192];
            for (int count = answer.read(buffer); count >= 0; count = answer.read(buffer)) {
                bytes.addAndGet(count);
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        readers.forEach(Thread::interrupt);
    }
}
