package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stranger that reaches the port can lose its own connection, and cannot end those of others (R10, R13). */
class StrangersTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final PeerId NODE = PeerId.parse("10.1.1.1:2551");
    private static final Incarnation LIFE = new Incarnation(0xa1);
    private static final Handshake STRANGER = new Handshake(PeerId.parse("10.6.6.6:66"), new Incarnation(6));

    private final RecordingListener told = new RecordingListener();
    private final RecordingListener toldLater = new RecordingListener();
    private final List<Socket> sockets = new ArrayList<>();
    private Lifeline node;
    private Lifeline peer;
    private Lifeline later;

    @BeforeEach
    void open() throws IOException {
        node = Lifeline.open(HERE, 0, NODE, LIFE, new RecordingListener());
        peer = Lifeline.open(HERE, 0, PeerId.parse("10.1.1.2:2551"), LIFE, told);
        later = Lifeline.open(HERE, 0, PeerId.parse("10.1.1.3:2551"), LIFE, toldLater);
        peer.watch(NODE, LIFE, address());
        told.awaitWord(RecordingListener.word("up", NODE, LIFE));
    }

    /** After every test, the earlier connection is still up, and a new one can be made. */
    @AfterEach
    void otherConnectionsAreUnaffected() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        later.watch(NODE, LIFE, address());
        toldLater.awaitWord(RecordingListener.word("up", NODE, LIFE));
        assertThat(told.words()).containsExactly(RecordingListener.word("up", NODE, LIFE));
        assertThat(node.isOpen()).isTrue();
        node.close();
        told.awaitWord(RecordingListener.word("gone", NODE, LIFE));
        peer.close();
        later.close();
    }

    @Test
    void aConnectionThatSendsGarbageIsReset() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[15 + random.nextInt(5000)];
            random.nextBytes(garbage);
            Socket socket = connect();
            write(socket, garbage);
            awaitReset(socket);
        }
        assertThat(node.dropped()).isEqualTo(200);
    }

    @Test
    void aWebBrowserIsDropped() throws IOException {
        Socket socket = connect();
        write(socket, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        awaitReset(socket);
    }

    @Test
    void aStrangerThatSendsMoreThanAHandshakeIsDropped() throws IOException {
        Socket socket = connect();
        write(socket, STRANGER.encoded().array());
        write(socket, new byte[100_000]);
        awaitReset(socket);
    }

    @Test
    void aStrangerThatNeverFinishesTheHandshakeIsDropped() throws IOException {
        Socket silent = connect();
        Socket slow = connect();
        write(slow, STRANGER.encoded().limit(10).array());
        Socket finished = connect();
        write(finished, STRANGER.encoded().array());

        awaitReset(silent);
        assertThat(isReset(finished)).isFalse();
    }

    /** Otherwise a node that is killed with an unread handshake would end the connection by a reset, which is not a proof. */
    @Test
    void aNodeSendsNothingUntilItHasReadTheWholeHandshake() throws IOException {
        Socket socket = connect();
        byte[] hello = STRANGER.encoded().array();
        socket.getOutputStream().write(hello, 0, 20);
        socket.setSoTimeout(100);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

        socket.getOutputStream().write(hello, 20, hello.length - 20);
        socket.setSoTimeout(10_000);
        assertThat(socket.getInputStream().read()).isEqualTo('C');
    }

    @Test
    void thousandsOfSilentConnectionsDoNotKeepAPeerOut() throws IOException {
        for (int i = 0; i < 3000; i++) {
            connect();
        }
        later.watch(NODE, LIFE, address());
        toldLater.awaitWord(RecordingListener.word("up", NODE, LIFE));
    }

    @Test
    void tooManyFinishedHandshakesCloseNoConnectionThatIsHeld() throws IOException {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < Acceptor.MAX_HELD - 1; i++) {
            Socket socket = connect();
            write(socket, STRANGER.encoded().array());
            socket.getInputStream().readNBytes(STRANGER.encoded().capacity());
            held.add(socket);
        }
        Socket tooMany = connect();
        write(tooMany, STRANGER.encoded().array());
        awaitReset(tooMany);
        assertThat(held).noneMatch(StrangersTest::isReset);
    }

    @Test
    void aWatchedPeerConnectsWhenStrangersHoldAllOtherPlaces() throws IOException {
        for (int i = 0; i < Acceptor.MAX_HELD; i++) {
            write(connect(), STRANGER.encoded().array());
        }
        node.watch(PeerId.parse("10.1.1.3:2551"), LIFE, new InetSocketAddress(HERE, later.port()));
        later.watch(NODE, LIFE, address());
        toldLater.awaitWord(RecordingListener.word("up", NODE, LIFE));
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(HERE, node.port());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(HERE, node.port());
        sockets.add(socket);
        return socket;
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // The node resets the connection during the handshake, as intended.
        }
    }

    private static void awaitReset(Socket socket) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> isReset(socket));
    }

    private static boolean isReset(Socket socket) {
        try {
            socket.setSoTimeout(1);
            int read = 0;
            while (read >= 0) {
                read = socket.getInputStream().read();
            }
            throw new AssertionError("a living node ended a connection by FIN");
        } catch (SocketException e) {
            return true;
        } catch (IOException timeout) {
            return false;
        }
    }
}
