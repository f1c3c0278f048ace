package dev.conclave.lifeline;

import static dev.conclave.lifeline.FakePeer.ID;
import static dev.conclave.lifeline.FakePeer.LIFE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A lifeline, and a fake peer at its other end. */
abstract class ManualLifeline {

    static final String UP = RecordingListener.word("up", ID, LIFE);
    static final String DOWN = RecordingListener.word("down", ID, LIFE);
    static final String GONE = RecordingListener.word("gone", ID, LIFE);

    final RecordingListener told = new RecordingListener();
    final TestClock clock = new TestClock();
    FakePeer peer;
    Lifeline lifeline;
    private int others;

    @BeforeEach
    void open() throws IOException {
        peer = new FakePeer();
        lifeline = Lifeline.open(
                LifelineThread.start(),
                InetAddress.getLoopbackAddress(),
                0,
                PeerId.parse("10.1.1.9:2551"),
                new Incarnation(9),
                told,
                clock);
    }

    @AfterEach
    void close() throws IOException {
        lifeline.close();
        peer.close();
    }

    Socket connected() throws IOException {
        watch(LIFE);
        Socket line = peer.acceptAndGreet(ID, LIFE);
        told.awaitWord(UP);
        return line;
    }

    void watch(Incarnation life) {
        lifeline.watch(ID, life, peer.address());
    }

    /** The clock of the lifeline jumps, and the lifeline looks at it. */
    void passes(Duration length) {
        clock.jump(length);
        lifeline.forget(PeerId.parse("10.3.3.3:3"));
    }

    /** Several other connections one after another, each of which takes the lifeline's thread some rounds. */
    void letALotHappen() throws IOException {
        for (int i = 0; i < 5; i++) {
            try (FakePeer other = new FakePeer()) {
                PeerId id = new PeerId("10.2.2.2", 1000 + others++);
                lifeline.watch(id, LIFE, other.address());
                other.acceptAndGreet(id, LIFE);
                told.awaitWord(RecordingListener.word("up", id, LIFE));
                lifeline.forget(id);
            }
        }
    }

    void assertNotGone() {
        assertThat(told.count(GONE)).isZero();
    }
}
