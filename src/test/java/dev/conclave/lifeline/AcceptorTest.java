package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that send no handshake, under a stopped clock: the bound on their number applies, and not their age (R13). */
class AcceptorTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final TestClock clock = new TestClock();
    private final List<Socket> sockets = new ArrayList<>();
    private Lifeline node;

    @BeforeEach
    void open() throws IOException {
        clock.stop();
        node = Lifeline.open(
                LifelineThread.start(),
                HERE,
                0,
                PeerId.parse("10.1.1.1:2551"),
                new Incarnation(0xa1),
                new RecordingListener(),
                clock);
    }

    @AfterEach
    void close() throws IOException {
        node.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(HERE, node.port());
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        return socket;
    }

    @Test
    void aConnectionBeyondTheBoundOfUnfinishedHandshakesResetsTheOldestOne() throws IOException {
        Socket oldest = connect();
        for (int i = 0; i < Acceptor.MAX_HALF_OPEN; i++) {
            connect();
        }
        await().until(() -> node.dropped() == 1);
        assertThatThrownBy(() -> oldest.getInputStream().read()).isInstanceOf(SocketException.class);
    }
}
