package dev.conclave.lifeline;

import static dev.conclave.lifeline.FakePeer.ID;
import static dev.conclave.lifeline.FakePeer.LIFE;
import static dev.conclave.lifeline.FakePeer.NEXT_LIFE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Which lives are watched, and where: the last that was asked for, and a former one while a proof is under way (R10). */
class WatchTest extends PlayedByHand {

    @Test
    void watchingTheSameLifeTwiceIsOneConnection() throws IOException {
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
        told.awaitWord(Told.word("up", ID, NEXT_LIFE));
        FakePeer.fin(line);
        peer.acceptAndGreet(ID, NEXT_LIFE);
        told.awaitWord(GONE);

        peer.closeListener();
        FakePeer.fin(next);
        told.awaitWord(Told.word("gone", ID, NEXT_LIFE));
    }

    @Test
    void aLifeThatDoesNotAnswerCanBeWatchedAtAnotherAddress() throws IOException {
        // It keeps its port, or the next one to listen would be handed it, and be dialled in its place.
        try (FakePeer elsewhere = new FakePeer()) {
            lifeline.watch(ID, LIFE, elsewhere.address());
            letALotHappen();

            connected();
            assertNotGone();
        }
    }

    @Test
    void aPeerThatWasForgottenIsNotAskedFor() throws IOException {
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
}
