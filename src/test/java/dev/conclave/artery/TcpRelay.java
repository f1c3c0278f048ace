package dev.conclave.artery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP relay from one address to another that can break its connections, as a router does that drops its table. While
 * shut it accepts each connection and resets it at once, so it neither refuses nor answers in the name of the node behind
 * it.
 */
final class TcpRelay implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket();
    private final String behind;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private volatile boolean shut;

    /** The address where the relay listens (port 0: any free port), and the host of its target, which has the same port. */
    TcpRelay(InetSocketAddress at, String behind) throws IOException {
        this.behind = behind;
        listener.setReuseAddress(true);
        listener.bind(at);
        thread(this::accept, "passage-" + at.getPort());
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The number of connections over which the target has sent bytes. */
    long answered() {
        return open.stream().filter(connection -> connection.answered).count();
    }

    /** The number of connections that arrived while the relay was shut. */
    int turnedAway() {
        return turnedAway.get();
    }

    /** Resets every connection, and every later one, on the side that opened it. */
    void shut() {
        shut = true;
        open.forEach(Connection::reset);
    }

    void reopen() {
        shut = false;
    }

    /** Ends every connection in order, by FIN; new connections pass. */
    void finish() {
        open.forEach(Connection::end);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket dialler = listener.accept();
                if (shut) {
                    turnedAway.incrementAndGet();
                    reset(dialler);
                } else {
                    carry(dialler);
                }
            } catch (IOException closed) {
                // The listener is closed, or the connection has ended already.
            }
        }
    }

    private void carry(Socket dialler) throws IOException {
        Socket onward = new Socket();
        try {
            onward.connect(new InetSocketAddress(behind, port()));
        } catch (IOException nobodyThere) {
            reset(dialler);
            return;
        }
        Connection connection = new Connection(dialler, onward);
        dialler.setTcpNoDelay(true);
        onward.setTcpNoDelay(true);
        open.add(connection);
        thread(() -> connection.carry(dialler, onward), "passage-in");
        thread(() -> connection.carry(onward, dialler), "passage-out");
        if (shut) {
            connection.reset();
        }
    }

    private static void thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // That is what was wanted.
        }
    }

    private final class Connection {
        private final Socket dialler;
        private final Socket onward;
        private volatile boolean answered;

        private Connection(Socket dialler, Socket onward) {
            this.dialler = dialler;
            this.onward = onward;
        }

        private void carry(Socket from, Socket to) {
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                    if (from.equals(onward)) {
                        answered = true;
                    }
                    out.write(buffer, 0, count);
                }
            } catch (IOException gone) {
                // The other direction is ended below.
            }
            end();
        }

        private void reset() {
            TcpRelay.reset(dialler);
            end();
        }

        private void end() {
            open.remove(this);
            try {
                dialler.close();
                onward.close();
            } catch (IOException gone) {
                // That is what was wanted.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        shut();
    }
}
