package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The other end of a lifeline, whose every action the test chooses. */
final class FakePeer implements AutoCloseable {

    static final PeerId ID = PeerId.parse("10.1.1.1:2551");
    static final Incarnation LIFE = new Incarnation(0xa1);
    static final Incarnation NEXT_LIFE = new Incarnation(0xa2);

    private final int port;
    private ServerSocket listener;
    private final List<Socket> sockets = new ArrayList<>();

    FakePeer() throws IOException {
        listener = listen(0);
        port = listener.getLocalPort();
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    void closeListener() throws IOException {
        listener.close();
    }

    void reopenListener() throws IOException {
        listener = listen(port);
    }

    Socket accept() throws IOException {
        return accept(20_000).orElseThrow(() -> new AssertionError("nobody connects"));
    }

    Optional<Socket> accept(int millis) throws IOException {
        listener.setSoTimeout(millis);
        try {
            Socket socket = listener.accept();
            sockets.add(socket);
            return Optional.of(socket);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
    }

    Socket acceptAndGreet(PeerId as, Incarnation life) throws IOException {
        Socket socket = accept();
        greet(socket, as, life);
        return socket;
    }

    /** Opens so many connections, which are not accepted, that the kernel drops the next one. */
    List<Socket> fillBacklog() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        while (true) {
            Socket socket = new Socket();
            sockets.add(socket);
            try {
                socket.connect(address(), 200);
                waiting.add(socket);
            } catch (SocketTimeoutException full) {
                socket.close();
                return waiting;
            }
        }
    }

    /** Greets the next connection, unless it has already ended. */
    void greetNext(PeerId as, Incarnation life) throws IOException {
        Optional<Socket> next = accept(100);
        if (next.isPresent()) {
            byte[] header = next.get().getInputStream().readNBytes(15);
            if (header.length == 15) {
                next.get().getInputStream().readNBytes(header[13] << 8 | header[14]);
                next.get()
                        .getOutputStream()
                        .write(new Handshake(as, life).encoded().array());
            }
        }
    }

    /** Reads all that the other side sends, so that closing the socket is a FIN. */
    static void greet(Socket socket, PeerId as, Incarnation life) throws IOException {
        hear(socket);
        socket.getOutputStream().write(new Handshake(as, life).encoded().array());
    }

    static void hear(Socket socket) throws IOException {
        byte[] header = socket.getInputStream().readNBytes(15);
        socket.getInputStream().readNBytes(header[13] << 8 | header[14]);
    }

    static void fin(Socket socket) throws IOException {
        socket.close();
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
