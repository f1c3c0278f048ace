package dev.conclave.lifeline;

import static dev.conclave.lifeline.FakePeer.ID;
import static dev.conclave.lifeline.FakePeer.LIFE;
import static dev.conclave.lifeline.FakePeer.NEXT_LIFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A node watches the life that it last met, and a former life while a proof of its end is still possible (R10). */
class LifeWatchTest extends ManualLifeline {

    @Test
    void watchingTheSameLifeTwiceOpensOneConnection() throws IOException {
        connected();
        watch(LIFE);
        letALotHappen();

        assertThat(peer.accept(100)).isEmpty();
        assertThat(told.count(UP)).isEqualTo(1);
    }

    @Test
    void aLifeThatIsGoneIsNotWatchedAgain() throws IOException {
        Socket line = connected();
        peer.closeListener();
        FakePeer.fin(line);
        told.awaitWord(GONE);

        peer.reopenListener();
        watch(LIFE);
        letALotHappen();

        assertThat(peer.accept(100)).isEmpty();
    }

    @Test
    void theFormerLifeIsStillProvenGoneWhenTheNextIsWatchedAlready() throws IOException {
        Socket line = connected();

        watch(NEXT_LIFE);
        Socket next = peer.acceptAndGreet(ID, NEXT_LIFE);
        told.awaitWord(RecordingListener.word("up", ID, NEXT_LIFE));
        FakePeer.fin(line);
        peer.acceptAndGreet(ID, NEXT_LIFE);
        told.awaitWord(GONE);

        peer.closeListener();
        FakePeer.fin(next);
        told.awaitWord(RecordingListener.word("gone", ID, NEXT_LIFE));
    }

    @Test
    void aLifeThatDoesNotAnswerCanBeWatchedAtAnotherAddress() throws IOException {
        // The first listener stays open, so that the second does not get the same port.
        try (FakePeer elsewhere = new FakePeer()) {
            lifeline.watch(ID, LIFE, elsewhere.address());
            letALotHappen();

            connected();
            assertNotGone();
        }
    }

    @Test
    void aForgottenPeerIsNotProvenGone() throws IOException {
        Socket line = connected();

        lifeline.forget(ID);
        assertThat(line.getInputStream().read()).isEqualTo(-1);
        peer.closeListener();
        FakePeer.fin(line);
        letALotHappen();

        assertThat(told.words().subList(0, 1)).containsExactly(UP);
        assertNotGone();
        assertThat(told.count(DOWN)).isZero();
    }

    @Test
    void aPeerIsUpOnlyWhileAConnectionToItIsHeld() throws IOException {
        assertThat(lifeline.isUp(ID)).isFalse();
        Socket line = connected();
        assertThat(lifeline.up()).containsExactly(ID);
        assertThat(lifeline.isUp(ID)).isTrue();
        assertThat(lifeline.isWatching(ID, LIFE)).isTrue();
        assertThat(lifeline.isWatching(ID, NEXT_LIFE)).isFalse();

        FakePeer.reset(line);
        told.awaitWord(DOWN);
        assertThat(lifeline.isUp(ID)).isFalse();
        assertThat(lifeline.up()).isEmpty();
        peer.acceptAndGreet(ID, LIFE);
        told.awaitWords(2, UP);
        assertThat(lifeline.isUp(ID)).isTrue();

        watch(NEXT_LIFE);
        await().until(() -> lifeline.isWatching(ID, NEXT_LIFE));
        assertThat(lifeline.isUp(ID)).as("the next life").isFalse();
    }

    @Test
    void aPeerThatIsGoneIsForgottenAndItsLaneEnds() throws IOException {
        Socket line = connected();
        lifeline.openLane(ID, peer.address());
        Socket lane = peer.accept();
        FakePeer.hear(lane);

        peer.closeListener();
        FakePeer.fin(line);

        told.awaitWord(GONE);
        await().until(() -> !lifeline.isWatching(ID, LIFE));
        assertThat(lane.getInputStream().read()).isEqualTo(-1);
        assertThat(lifeline.hasLane(ID)).isFalse();
        peer.reopenListener();
        letALotHappen();
        assertThat(peer.accept(100)).as("a new lane").isEmpty();
    }

    @Test
    void aPeerThatDoesNotAnswerForAMinuteIsForgottenWithItsLane() throws IOException {
        FakePeer.reset(connected());
        told.awaitWord(DOWN);
        peer.closeListener();
        lifeline.openLane(ID, peer.address());
        passes(Duration.ofSeconds(59));
        letALotHappen();
        assertThat(lifeline.isWatching(ID, LIFE)).isTrue();

        passes(Duration.ofSeconds(2));
        await().until(() -> !lifeline.isWatching(ID, LIFE));

        peer.reopenListener();
        passes(Duration.ofMinutes(1));
        letALotHappen();
        assertThat(peer.accept(100)).isEmpty();
        assertNotGone();

        connected();
    }

    /** The network to the peer is cut after the watch has dialled it, so no answer will ever arrive. */
    @Test
    void aPeerThatAnswersNoConnectionForAMinuteIsForgotten() throws IOException {
        FakePeer.fin(connected());
        for (int i = 0; i < 3; i++) {
            peer.accept();
        }
        passes(Duration.ofSeconds(61));
        await().until(() -> !lifeline.isWatching(ID, LIFE));
        assertNotGone();
    }

    @Test
    void aConnectionThatIsHeldIsNeverGivenUp() throws IOException {
        Socket line = connected();
        passes(Duration.ofHours(1));
        letALotHappen();
        assertThat(lifeline.isUp(ID)).isTrue();
        peer.closeListener();
        FakePeer.fin(line);
        told.awaitWord(GONE);
    }

    @Test
    void theAddressesOfAHostAreTriedInTurnAndTheProofIsSoughtWhereTheConnectionWas() throws IOException {
        try (FakePeer elsewhere = new FakePeer()) {
            elsewhere.closeListener();
            lifeline.watch(ID, LIFE, List.of(elsewhere.address(), peer.address()));
            Socket line = peer.acceptAndGreet(ID, LIFE);
            told.awaitWord(UP);

            FakePeer.reset(line);
            line = peer.acceptAndGreet(ID, LIFE);
            told.awaitWords(2, UP);

            // The other address refuses, which is not an answer of this address.
            FakePeer.fin(line);
            peer.acceptAndGreet(ID, LIFE);
            told.awaitWords(3, UP);
            assertNotGone();
        }
    }

    @Test
    void theObstacleToAConnectionIsReportedUntilItIsUp() throws IOException {
        assertThat(lifeline.obstacle(ID)).isEmpty();
        peer.closeListener();
        watch(LIFE);
        await().until(() -> lifeline.obstacle(ID)
                .filter(why -> why.startsWith("127.0.0.1:") && why.contains("refused"))
                .isPresent());
        peer.reopenListener();
        peer.acceptAndGreet(ID, LIFE);
        told.awaitWord(UP);
        assertThat(lifeline.obstacle(ID)).isEmpty();
    }

    /** The addresses of pods are never used again. */
    @Test
    void thousandsOfUnreachablePeersAreForgotten() throws IOException {
        peer.closeListener();
        for (int i = 0; i < LifeWatches.MAX_WATCHED + 10; i++) {
            lifeline.watch(new PeerId("10.4.4.4", 1 + i), LIFE, peer.address());
        }
        await().until(() -> lifeline.isWatching(new PeerId("10.4.4.4", LifeWatches.MAX_WATCHED), LIFE));
        assertThat(lifeline.isWatching(new PeerId("10.4.4.4", LifeWatches.MAX_WATCHED + 10), LIFE))
                .isFalse();
        passes(Duration.ofSeconds(61));
        await().until(() -> lifeline.watched() == 0);
    }

    @Test
    void soManyLivesThatAreGoneAreRememberedAndNoMore() throws IOException {
        List<PeerId> peers = IntStream.rangeClosed(0, LifeWatches.MAX_GONE)
                .mapToObj(i -> new PeerId("10.5.5.5", 1 + i))
                .toList();
        List<Socket> lines = new ArrayList<>();
        for (PeerId id : peers) {
            lifeline.watch(id, LIFE, peer.address());
            lines.add(peer.acceptAndGreet(id, LIFE));
            told.awaitWord(RecordingListener.word("up", id, LIFE));
        }
        peer.closeListener();
        for (Socket line : lines) {
            FakePeer.fin(line);
        }
        await().until(() -> lifeline.watched() == 0);

        peers.forEach(id -> lifeline.watch(id, LIFE, peer.address()));
        watch(LIFE);
        await().until(() -> lifeline.isWatching(ID, LIFE));
        assertThat(lifeline.watched())
                .as("one that was forgotten, and another one")
                .isEqualTo(2);
    }
}
