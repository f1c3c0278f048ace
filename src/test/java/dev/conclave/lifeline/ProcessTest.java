package dev.conclave.lifeline;

import static dev.conclave.lifeline.ChildProcess.ID;
import static dev.conclave.lifeline.ChildProcess.LIFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes that are killed, stopped, or out of files (R10). */
class ProcessTest {

    private static final Handshake STRANGER = new Handshake(PeerId.parse("10.6.6.6:66"), new Incarnation(6));
    private static final String UP = RecordingListener.word("up", ID, LIFE);
    private static final String DOWN = RecordingListener.word("down", ID, LIFE);
    private static final String GONE = RecordingListener.word("gone", ID, LIFE);

    private final RecordingListener told = new RecordingListener();
    private final RecordingListener toldLater = new RecordingListener();
    private Lifeline lifeline;
    private Lifeline later;

    @BeforeEach
    void open() throws IOException {
        lifeline = node(9, told);
        later = node(8, toldLater);
    }

    private static Lifeline node(int number, RecordingListener told) throws IOException {
        return Lifeline.open(
                InetAddress.getLoopbackAddress(),
                0,
                PeerId.parse("10.1.1." + number + ":2551"),
                new Incarnation(number),
                told);
    }

    @AfterEach
    void close() {
        lifeline.close();
        later.close();
    }

    @Test
    void aKilledProcessIsGone() throws IOException {
        try (ChildProcess child = watched()) {
            child.kill();

            told.awaitWord(GONE);
            assertThat(told.words()).containsExactly(UP, DOWN, GONE);
        }
    }

    @Test
    void aTerminatedProcessIsGone() throws IOException {
        try (ChildProcess child = watched()) {
            child.terminate();

            told.awaitWord(GONE);
        }
    }

    @Test
    void aStoppedProcessIsNotGoneAndConnectsWhenItGoesOn() throws IOException {
        try (ChildProcess child = watched()) {
            stop(child);
            later.watch(ID, LIFE, child.address());
            for (int i = 0; i < 3; i++) {
                assertThat(acceptsAndSaysNothing(child)).isTrue();
            }
            assertThat(toldLater.words()).isEmpty();

            child.signal("CONT");
            toldLater.awaitWord(UP);
            assertThat(told.words()).containsExactly(UP);

            child.kill();
            told.awaitWord(GONE);
            toldLater.awaitWord(GONE);
        }
    }

    @Test
    void aProcessKilledWhileItIsStoppedIsGoneOnlyForPeersThatHadItsHandshake() throws IOException {
        try (ChildProcess child = watched()) {
            stop(child);
            later.watch(ID, LIFE, child.address());
            assertThat(acceptsAndSaysNothing(child)).isTrue();

            child.kill();

            told.awaitWord(GONE);
            assertThat(told.words()).containsExactly(UP, DOWN, GONE);
            assertThat(toldLater.words()).isEmpty();
        }
    }

    @Test
    void aProcessThatRunsOutOfFilesLives() throws IOException {
        try (ChildProcess child = watched(List.of("sh", "-c", "ulimit -n 60; exec \"$@\"", "sh"))) {
            List<Socket> flood = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    Socket socket = new Socket(
                            child.address().getAddress(), child.address().getPort());
                    socket.getOutputStream().write(STRANGER.encoded().array());
                    flood.add(socket);
                }
                assertThat(acceptsAndSaysNothing(child)).isTrue();
                later.watch(ID, LIFE, child.address());
                assertThat(told.words()).containsExactly(UP);
                // The selector reports the waiting connections at once, so without a pause the loop would spin.
                assertThat(child.readingsPerMilli()).isLessThan(1);
            } finally {
                for (Socket socket : flood) {
                    socket.close();
                }
            }
            toldLater.awaitWord(UP);
            assertThat(told.words()).containsExactly(UP);

            child.kill();
            told.awaitWord(GONE);
        }
    }

    private ChildProcess watched() throws IOException {
        return watched(List.of());
    }

    private ChildProcess watched(List<String> through) throws IOException {
        ChildProcess child = ChildProcess.start(through);
        lifeline.watch(ID, LIFE, child.address());
        told.awaitWord(UP);
        return child;
    }

    /** A signal takes a moment to reach every thread. */
    private static void stop(ChildProcess child) throws IOException {
        child.signal("STOP");
        await().pollDelay(Duration.ZERO).until(() -> acceptsAndSaysNothing(child));
    }

    private static boolean acceptsAndSaysNothing(ChildProcess child) throws IOException {
        try (Socket socket =
                new Socket(child.address().getAddress(), child.address().getPort())) {
            socket.setSoTimeout(100);
            socket.getOutputStream().write(STRANGER.encoded().array());
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }
}
