package dev.conclave.lifeline;

import static dev.conclave.lifeline.FakePeer.ID;
import static dev.conclave.lifeline.FakePeer.LIFE;
import static dev.conclave.lifeline.FakePeer.NEXT_LIFE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.logging.LogLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The watched life of each peer, and the end of the watches of former lives (R10). */
class LifeWatchesTest {

    private static final Incarnation THIRD_LIFE = new Incarnation(0xa3);

    private final RecordingListener told = new RecordingListener();
    private final TestClock clock = new TestClock();
    private FakePeer peer;
    private EventLoop loop;
    private Thread thread;

    @BeforeEach
    void open() throws IOException {
        clock.stop();
        peer = new FakePeer();
        loop = new EventLoop(
                Selector.open(),
                new LifelineNotifications(told, Runnable::run, clock),
                new Handshake(PeerId.parse("10.1.1.9:2551"), new Incarnation(9)),
                InetAddress.getLoopbackAddress(),
                0,
                clock);
        thread = new Thread(loop);
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        loop.close();
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
        thread.join();
        peer.close();
    }

    /** On the thread of the loop. */
    private <T> T there(Supplier<T> what) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.submit(() -> done.complete(what.get()));
        return done.join();
    }

    private boolean watch(Incarnation life) {
        return there(() -> loop.watches().watch(ID, life, List.of(peer.address())));
    }

    /** Watches this life, which answers. */
    private Socket up(Incarnation life) throws IOException {
        watch(life);
        Socket line = peer.acceptAndGreet(ID, life);
        line.setSoTimeout(20_000);
        told.awaitWord(RecordingListener.word("up", ID, life));
        return line;
    }

    @Test
    void aLifeIsWatchedFromTheFirstRequestOn() {
        thread.start();
        assertThat(watch(LIFE)).isTrue();
        assertThat(watch(LIFE)).as("another request for the same life").isTrue();
    }

    /** The acceptor reserves places for the peers that are watched, and for no other. */
    @Test
    void aLifeThatIsGoneIsReportedAsNotWatched() throws IOException {
        thread.start();
        Socket line = up(LIFE);
        peer.closeListener();
        FakePeer.fin(line);
        told.awaitWord(RecordingListener.word("gone", ID, LIFE));

        assertThat(watch(LIFE)).isFalse();
    }

    @Test
    void soManyPeersAreWatchedAndTheLogNamesTheBoundOnce() {
        List<PeerId> peers = IntStream.rangeClosed(1, LifeWatches.MAX_WATCHED)
                .mapToObj(i -> new PeerId("10.4.4.4", i))
                .toList();
        try (LogLines log = LogLines.of(Lifeline.class.getName())) {
            for (PeerId id : peers) {
                assertThat(loop.watches().watch(id, LIFE, List.of(peer.address())))
                        .isTrue();
            }
            assertThat(log.soFar()).isEmpty();
            assertThat(loop.watches().watch(ID, LIFE, List.of(peer.address()))).isFalse();
            assertThat(loop.watches().watch(ID, NEXT_LIFE, List.of(peer.address())))
                    .isFalse();
            assertThat(log.soFar()).singleElement().asString().contains(LifeWatches.MAX_WATCHED + " peers");
        }
        assertThat(loop.watches().watched()).isEqualTo(LifeWatches.MAX_WATCHED);
        assertThat(loop.watches().watch(peers.get(0), NEXT_LIFE, List.of(peer.address())))
                .as("the next life of a watched peer")
                .isTrue();
    }

    @Test
    void theWatchOfALifeThatNeverAnsweredEndsWhenTheNextLifeIsWatched() throws IOException {
        thread.start();
        watch(LIFE);
        Socket silent = peer.accept();
        silent.setSoTimeout(20_000);
        FakePeer.hear(silent);

        watch(NEXT_LIFE);

        assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aFormerLifeThatIsWatchedAgainKeepsItsConnection() throws IOException {
        thread.start();
        up(LIFE);
        watch(NEXT_LIFE);
        assertThat(loop.watches().isUp(ID)).isFalse();

        watch(LIFE);

        assertThat(loop.watches().isUp(ID)).isTrue();
        assertThat(loop.watches().isWatched(ID, LIFE)).isTrue();
    }

    @Test
    void aConnectionToAFormerLifeIsNotTakenForOneToTheThirdLife() throws IOException {
        thread.start();
        up(LIFE);
        watch(NEXT_LIFE);
        watch(THIRD_LIFE);

        assertThat(loop.watches().isUp(ID)).isFalse();
        // A connection of the watch before may come first.
        while (told.count(RecordingListener.word("up", ID, THIRD_LIFE)) == 0) {
            peer.greetNext(ID, THIRD_LIFE);
        }
    }

    @Test
    void onlyTheLastFormerLifeIsStillWatched() throws IOException {
        thread.start();
        Socket first = up(LIFE);
        up(NEXT_LIFE);

        watch(THIRD_LIFE);

        assertThat(first.getInputStream().read()).isEqualTo(-1);
    }
}
