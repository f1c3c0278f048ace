package dev.conclave.bench.microraft;

import dev.conclave.bench.peer.Place;
import io.microraft.RaftEndpoint;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** One connection to each other member, one thread to write it and one to read it: the least that a network can be. */
final class TcpTransport implements Transport {

    private static final int CONNECT_MILLIS = 500;

    private final String self;
    private final Codec codec;
    private final Map<String, Sender> senders = new ConcurrentHashMap<>();

    TcpTransport(String self, Codec codec) {
        this.self = self;
        this.codec = codec;
    }

    void listen(Consumer<RaftMessage> handler) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByName(Place.host(self)), Place.port(self)));
        start("bench-accept", () -> {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                start("bench-read", () -> read(socket, handler));
            }
        });
    }

    private void read(Socket socket, Consumer<RaftMessage> handler) throws IOException {
        try (socket;
                DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
            while (true) {
                handler.accept(codec.readMessage(in));
            }
        }
    }

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
        sender(target).queue.add(message);
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return sender(endpoint).connected;
    }

    private Sender sender(RaftEndpoint target) {
        return senders.computeIfAbsent(String.valueOf(target.getId()), Sender::new);
    }

    private interface Body {
        void run() throws Exception;
    }

    private static void start(String name, Body body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Exception ended) {
                        // The connection is gone, and who lost something by it says it again.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private final class Sender {
        private final String address;
        private final BlockingQueue<RaftMessage> queue = new LinkedBlockingQueue<>();
        private volatile boolean connected;

        Sender(String address) {
            this.address = address;
            start("bench-write", this::run);
        }

        private void run() throws InterruptedException {
            while (true) {
                RaftMessage first = queue.take();
                try (Socket socket = new Socket()) {
                    socket.setTcpNoDelay(true);
                    socket.connect(new InetSocketAddress(Place.host(address), Place.port(address)), CONNECT_MILLIS);
                    connected = true;
                    write(socket, first);
                } catch (IOException gone) {
                    // What waits is old by the time that the other one is back.
                    queue.clear();
                } finally {
                    connected = false;
                }
            }
        }

        private void write(Socket socket, RaftMessage first) throws IOException, InterruptedException {
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            RaftMessage message = first;
            while (true) {
                codec.writeMessage(out, message);
                out.flush();
                message = queue.take();
            }
        }
    }
}
