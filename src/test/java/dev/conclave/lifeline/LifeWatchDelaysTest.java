package dev.conclave.lifeline;

import static dev.conclave.lifeline.FakePeer.ID;
import static dev.conclave.lifeline.FakePeer.LIFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The waits before a peer is dialled again, under a clock that only the test moves (R10). */
class LifeWatchDelaysTest extends ManualLifeline {

    @BeforeEach
    void theClockStandsStill() {
        clock.stop();
    }

    private void assertNotDialled() throws IOException {
        letALotHappen();
        assertThat(peer.accept(100)).as("another connection").isEmpty();
    }

    @Test
    void aConnectionThatEndsSoonIsFollowedByTheNextOneAfterGrowingWaits() throws IOException {
        passes(Duration.ofHours(1));
        FakePeer.reset(connected());
        FakePeer.reset(peer.acceptAndGreet(ID, LIFE));
        told.awaitWords(2, DOWN);
        assertNotDialled();

        passes(Duration.ofMillis(1));
        FakePeer.reset(peer.acceptAndGreet(ID, LIFE));
        told.awaitWords(3, DOWN);
        passes(Duration.ofMillis(1));
        assertNotDialled();

        passes(Duration.ofMillis(1));
        peer.acceptAndGreet(ID, LIFE);
        told.awaitWords(4, UP);
    }

    @Test
    void aConnectionThatLastedIsFollowedByTheNextOneAtOnce() throws IOException {
        FakePeer.reset(connected());
        for (int i = 1; i <= 3; i++) {
            var line = peer.acceptAndGreet(ID, LIFE);
            told.awaitWords(i + 1, UP);
            passes(Duration.ofSeconds(1));
            FakePeer.reset(line);
        }
        peer.acceptAndGreet(ID, LIFE);
        told.awaitWords(5, UP);
    }

    @Test
    void aRefusedConnectionIsTriedAgainAfterAMillisecond() throws IOException {
        peer.closeListener();
        watch(LIFE);
        await().until(() -> lifeline.obstacle(ID).isPresent());
        peer.reopenListener();
        assertNotDialled();

        passes(Duration.ofMillis(1));
        peer.acceptAndGreet(ID, LIFE);
        told.awaitWord(UP);
    }

    /** The clock stands still, so no other address has its turn after it. */
    @Test
    void theAddressOfTheFormerConnectionIsDialledFirst() throws IOException {
        try (FakePeer second = new FakePeer();
                FakePeer third = new FakePeer()) {
            lifeline.watch(ID, LIFE, List.of(peer.address(), second.address(), third.address()));
            var line = peer.acceptAndGreet(ID, LIFE);
            told.awaitWord(UP);

            FakePeer.reset(line);

            peer.acceptAndGreet(ID, LIFE);
            told.awaitWords(2, UP);
        }
    }
}
