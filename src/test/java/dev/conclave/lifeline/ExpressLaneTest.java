package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Express lanes between two nodes, and from strangers. The protocol needs no lane, and no frame on one can do harm. */
class ExpressLaneTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final PeerId A = PeerId.parse("10.1.1.1:2551");
    private static final PeerId B = PeerId.parse("10.1.1.2:2551");
    private static final Incarnation LIFE = new Incarnation(0xa1);
    private static final Handshake STRANGER = new Handshake(PeerId.parse("10.6.6.6:66"), new Incarnation(6));

    private final RecordingListener toldA = new RecordingListener();
    private final Queue<ExpressLaneFrame> heard = new ConcurrentLinkedQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private Lifeline a;
    private Lifeline b;

    @BeforeEach
    void open() throws IOException {
        a = Lifeline.open(HERE, 0, A, LIFE, toldA);
        b = Lifeline.open(HERE, 0, B, LIFE, new LifelineCallback() {
            @Override
            public void gone(PeerId peer, Incarnation incarnation) {
                throw new AssertionError("nobody is gone");
            }

            @Override
            public void heard(ExpressLaneFrame frame) {
                heard.add(frame);
            }

            @Override
            public void ended(Throwable cause) {
                throw new AssertionError(cause);
            }
        });
        a.watch(B, LIFE, addressOf(b));
        toldA.awaitWord(RecordingListener.word("up", B, LIFE));
    }

    /** After every test, the lifeline beside the lane is still up. */
    @AfterEach
    void theLifelineIsStillUp() throws IOException {
        assertThat(toldA.words()).containsExactly(RecordingListener.word("up", B, LIFE));
        assertThat(b.isOpen()).isTrue();
        for (Socket socket : sockets) {
            socket.close();
        }
        b.close();
        a.close();
    }

    private static InetSocketAddress addressOf(Lifeline lifeline) {
        return new InetSocketAddress(HERE, lifeline.port());
    }

    private void openLane() {
        a.openLane(B, addressOf(b));
        await().pollInterval(Duration.ofMillis(2)).until(() -> a.hasLane(B));
    }

    private byte[] awaitFrame() {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> !heard.isEmpty());
        return heard.remove().take();
    }

    private Socket strangersLane() throws IOException {
        Socket socket = new Socket(HERE, b.port());
        sockets.add(socket);
        socket.getOutputStream()
                .write(STRANGER.encoded(Handshake.Purpose.EXPRESS_LANE).array());
        return socket;
    }

    private static void awaitReset(Socket socket) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> {
            try {
                socket.setSoTimeout(1);
                return socket.getInputStream().read() < 0;
            } catch (SocketTimeoutException silent) {
                return false;
            } catch (SocketException reset) {
                return true;
            }
        });
    }

    @Test
    void framesOfEverySizeArriveUnchangedAndInOrder() {
        openLane();
        Random random = new Random(1);
        for (int size : new int[] {1, 2, 100, 1019, 1020, 1021, 1500, 5000, Lifeline.MAX_FRAME_BYTES, 3}) {
            byte[] frame = new byte[size];
            random.nextBytes(frame);
            a.send(B, frame.clone());
            assertThat(awaitFrame()).isEqualTo(frame);
        }
    }

    @Test
    void aFrameThatArrivesInPiecesIsPutTogether() throws IOException {
        Socket socket = strangersLane();
        byte[] frame = new byte[3000];
        Arrays.fill(frame, (byte) 7);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeShort(0);
        out.flush();
        out.writeShort(frame.length);
        out.write(frame, 0, 10);
        out.flush();
        out.write(frame, 10, frame.length - 10);
        assertThat(awaitFrame()).isEqualTo(frame);
    }

    @Test
    void aFrameSentWithoutALaneIsLostAndLaterFramesArrive() {
        a.send(B, new byte[] {1});
        a.send(PeerId.parse("10.1.1.3:2551"), new byte[] {1});
        openLane();
        a.send(B, new byte[] {2});
        assertThat(awaitFrame()).containsExactly(2);
    }

    @Test
    void aFrameThatNoLaneCarriesIsRefusedAtOnce() {
        assertThatThrownBy(() -> a.send(B, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.send(B, new byte[Lifeline.MAX_FRAME_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.openLane(B, InetSocketAddress.createUnresolved("nowhere", 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEndAndReturnOfALaneIsNotAProof() throws IOException {
        try (FakePeer peer = new FakePeer()) {
            a.openLane(FakePeer.ID, peer.address());
            Socket first = peer.accept();
            FakePeer.hear(first);
            FakePeer.fin(first);
            Socket second = peer.accept();
            FakePeer.hear(second);
            await().pollInterval(Duration.ofMillis(2)).until(() -> a.hasLane(FakePeer.ID));
            a.send(FakePeer.ID, new byte[] {1, 2, 3});
            assertThat(second.getInputStream().readNBytes(7)).containsExactly(0, 0, 0, 3, 1, 2, 3);
            peer.closeListener();
            FakePeer.fin(second);
            await().pollInterval(Duration.ofMillis(2)).until(() -> !a.hasLane(FakePeer.ID));
        }
    }

    /** The lane sends as much as the kernel accepts and loses the rest, so that the lifeline's thread never blocks. */
    @Test
    void aLaneWhoseReceiverDoesNotReadDelaysNoOtherLane() throws IOException {
        try (FakePeer peer = new FakePeer()) {
            a.openLane(FakePeer.ID, peer.address());
            peer.accept();
            openLane();
            for (int i = 0; i < 2000; i++) {
                a.send(FakePeer.ID, new byte[Lifeline.MAX_FRAME_BYTES]);
            }
            a.send(B, new byte[] {9});
            assertThat(awaitFrame()).containsExactly(9);
        }
    }

    @Test
    void anInvalidFrameLengthEndsTheLane() throws IOException {
        for (int length : new int[] {0, -1, Lifeline.MAX_FRAME_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            Socket socket = strangersLane();
            new DataOutputStream(socket.getOutputStream()).writeInt(length);
            awaitReset(socket);
        }
        assertThat(b.dropped()).isEqualTo(5);
        assertThat(heard).isEmpty();
    }

    @Test
    void aSenderBeyondTheUnreadBoundLosesFramesUntilOthersAreRead() throws IOException {
        DataOutputStream out = new DataOutputStream(strangersLane().getOutputStream());
        byte[] frame = new byte[Lifeline.MAX_FRAME_BYTES];
        long most = LifelineNotifications.MAX_UNREAD_BYTES / frame.length;
        for (int i = 0; i < most + 50; i++) {
            out.writeInt(frame.length);
            out.write(frame);
        }
        await().until(() -> b.dropped() == 50);
        assertThat(heard).hasSize((int) most);

        heard.forEach(ExpressLaneFrame::take);
        heard.clear();
        out.writeInt(1);
        out.write(5);
        assertThat(awaitFrame()).containsExactly(5);
    }

    @Test
    void tooManyLanesCloseTheOldestOne() throws IOException {
        Socket oldest = strangersLane();
        new DataOutputStream(oldest.getOutputStream()).writeInt(1);
        for (int i = 0; i < Acceptor.MAX_LANES; i++) {
            strangersLane();
        }
        awaitReset(oldest);
        openLane();
        a.send(B, new byte[] {4});
        assertThat(awaitFrame()).containsExactly(4);
    }

    @Test
    void aLaneThatEndsIsResetAndGivesItsPlaceBack() throws IOException {
        for (int i = 0; i < Acceptor.MAX_LANES; i++) {
            Socket ended = strangersLane();
            ended.shutdownOutput();
            awaitReset(ended);
        }
        for (int i = 0; i < Acceptor.MAX_LANES; i++) {
            DataOutputStream out = new DataOutputStream(strangersLane().getOutputStream());
            out.writeInt(1);
            out.write(6);
        }
        await().until(() -> heard.size() == Acceptor.MAX_LANES);
        assertThat(b.dropped()).isZero();
    }

    @Test
    void aStrangerThatKeepsOpeningLanesTakesNoneFromAWatchedPeer() throws IOException {
        b.watch(A, LIFE, addressOf(a));
        await().until(() -> b.isUp(A));
        openLane();
        int strangers = 2 * Acceptor.MAX_LANES;
        for (int i = 0; i < strangers; i++) {
            strangersLane();
        }
        await().until(() -> b.dropped() == strangers - Acceptor.MAX_LANES);
        a.send(B, new byte[] {8});
        assertThat(awaitFrame()).containsExactly(8);
        assertThat(b.dropped()).isEqualTo(strangers - Acceptor.MAX_LANES);
    }

    @Test
    void aPeerThatIsNoLongerWatchedHasNoPlaceOfItsOwn() throws IOException {
        b.watch(A, LIFE, addressOf(a));
        await().until(() -> b.isUp(A));
        openLane();
        a.send(B, new byte[] {7});
        awaitFrame();

        b.forget(A);
        for (int i = 0; i < Acceptor.MAX_LANES; i++) {
            strangersLane();
        }

        await().until(() -> b.dropped() > 0);
    }

    @Test
    void aPeerThatAnswersOnALaneLosesTheLane() throws IOException {
        try (FakePeer peer = new FakePeer()) {
            a.openLane(FakePeer.ID, peer.address());
            Socket first = peer.accept();
            FakePeer.hear(first);
            first.getOutputStream().write(1);
            FakePeer.hear(peer.accept());
        }
    }
}
