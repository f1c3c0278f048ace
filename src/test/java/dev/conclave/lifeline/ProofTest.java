package dev.conclave.lifeline;

import static dev.conclave.lifeline.FakePeer.ID;
import static dev.conclave.lifeline.FakePeer.LIFE;
import static dev.conclave.lifeline.FakePeer.NEXT_LIFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The proofs that a life is over, and observations that only look like one (R10). Each cause of a false proof that was
 * seen on a real machine has a test:
 *
 * <ul>
 *   <li>a stopped process, and one that is killed after it was stopped: {@link ProcessTest};
 *   <li>a listener that is closed while its process lives, a connection that is reset, one that is accepted by a dying
 *       listener, one that stays silent, a backlog that is full, another life or another peer at the address: here;
 *   <li>connection and listener both ended by a living process: {@link OwnEndTest}, its leaderships are void first;
 *   <li>a process that is out of files: {@link ProcessTest}; strangers that fill the port: {@link StrangersTest};
 *   <li>a port that is taken while its owner lives: {@link OwnEndTest};
 *   <li>an interface that is down, a network that is cut: {@code NamespacePartitionsIT}, with the kernel's own answers.
 * </ul>
 *
 * <p>Packet filters that reject, and addresses behind which another machine answers, are not tested: lifelines must be
 * off there.
 */
class ProofTest extends ManualLifeline {

    @Test
    void aFinAndARefusalAfterItAreAProof() throws IOException {
        Socket line = connected();

        peer.closeListener();
        FakePeer.fin(line);

        told.awaitWord(GONE);
        assertThat(told.words()).containsExactly(UP, DOWN, GONE);
    }

    @Test
    void aFinAndAnotherLifeAtTheSameAddressAreAProof() throws IOException {
        FakePeer.fin(connected());

        peer.acceptAndGreet(ID, NEXT_LIFE);

        told.awaitWord(GONE);
        assertThat(told.words()).containsExactly(UP, DOWN, GONE);
    }

    @Test
    void aFinOfALifeThatStillAnswersIsNotAProof() throws IOException {
        FakePeer.fin(connected());

        peer.acceptAndGreet(ID, LIFE);

        told.awaitWords(2, UP);
        assertThat(told.words()).containsExactly(UP, DOWN, UP);
    }

    @Test
    void aRefusalWithoutAConnectionBeforeItIsNotAProof() throws IOException {
        peer.closeListener();
        watch(LIFE);
        letALotHappen();

        peer.reopenListener();
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWord(UP);
        assertNotGone();
    }

    @Test
    void aClosedListenerBesideALivingConnectionIsNotAProof() throws IOException {
        Socket line = connected();

        peer.closeListener();
        letALotHappen();
        peer.reopenListener();
        FakePeer.fin(line);
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWords(2, UP);
        assertNotGone();
    }

    @Test
    void aResetIsNotAProofEvenIfARefusalFollows() throws IOException {
        Socket line = connected();

        peer.closeListener();
        FakePeer.reset(line);
        told.awaitWord(DOWN);
        letALotHappen();
        peer.reopenListener();
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWords(2, UP);
        assertNotGone();
    }

    @Test
    void theNextConnectionAfterAResetCanGiveAProof() throws IOException {
        FakePeer.reset(connected());
        Socket line = peer.acceptAndGreet(ID, LIFE);
        told.awaitWords(2, UP);

        peer.closeListener();
        FakePeer.fin(line);

        told.awaitWord(GONE);
    }

    @Test
    void anotherLifeAfterAResetIsNotAProof() throws IOException {
        FakePeer.reset(connected());

        peer.acceptAndGreet(ID, NEXT_LIFE);
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWords(2, UP);
        assertNotGone();
    }

    @Test
    void anAcceptedConnectionThatStaysSilentIsNotAProofAndIsNotRepeatedForEver() throws IOException {
        FakePeer.fin(connected());

        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            silent.add(peer.accept());
        }
        assertThat(peer.accept(300)).as("a fourth question").isEmpty();
        assertNotGone();

        peer.closeListener();
        FakePeer.fin(silent.get(0));
        told.awaitWord(GONE);
    }

    /** When the backlog of a stopped process is full, the kernel drops connection requests and refuses none. */
    @Test
    void aFullBacklogIsNotAProof() throws IOException {
        Socket line = connected();

        List<Socket> waiting = peer.fillBacklog();
        FakePeer.fin(line);
        told.awaitWord(DOWN);
        letALotHappen();
        assertNotGone();

        for (Socket socket : waiting) {
            socket.close();
        }
        while (told.count(UP) < 2) {
            peer.greetNext(ID, LIFE);
        }
        assertNotGone();
    }

    @Test
    void aConnectionThatADyingListenerAcceptsIsRepeated() throws IOException {
        FakePeer.fin(connected());

        FakePeer.reset(peer.accept());
        FakePeer.fin(peer.accept());
        FakePeer.reset(peer.accept());
        assertNotGone();
        peer.closeListener();

        told.awaitWord(GONE);
    }

    @Test
    void anotherPeerAtTheSameAddressIsNotAProof() throws IOException {
        FakePeer.fin(connected());

        peer.acceptAndGreet(PeerId.parse("10.1.1.2:2551"), NEXT_LIFE);
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWords(2, UP);
        assertNotGone();
        assertThat(lifeline.dropped()).isEqualTo(1);
    }

    @Test
    void aFinBeforeTheHandshakeIsCompleteIsNotAProof() throws IOException {
        watch(LIFE);
        Socket line = peer.accept();
        FakePeer.hear(line);
        line.getOutputStream().write(new Handshake(ID, LIFE).encoded().array(), 0, 20);

        peer.closeListener();
        FakePeer.fin(line);
        letALotHappen();
        peer.reopenListener();
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWord(UP);
        assertNotGone();
    }

    @Test
    void bytesAfterTheHandshakeEndTheConnectionAndAreNotAProof() throws IOException {
        Socket line = connected();

        peer.closeListener();
        line.getOutputStream().write(1);
        told.awaitWord(DOWN);
        FakePeer.fin(line);
        letALotHappen();
        peer.reopenListener();
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWords(2, UP);
        assertNotGone();
    }

    @Test
    void bytesThatAreNotAHandshakeAreNotAProof() throws IOException {
        FakePeer.fin(connected());

        peer.accept().getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        peer.acceptAndGreet(ID, LIFE);

        told.awaitWords(2, UP);
        assertNotGone();
    }

    /**
     * The kernel tries for two minutes before a connect times out, and in Java that is the same exception as a refusal.
     * Here every attempt takes a second, by the lifeline's clock, before it is refused.
     */
    @Test
    void aConnectTimeoutIsNotAProof() throws IOException {
        Socket line = connected();

        peer.closeListener();
        clock.crawl(Duration.ofSeconds(1));
        FakePeer.fin(line);

        await().until(() -> !lifeline.isWatching(ID, LIFE));
        assertNotGone();
        assertThat(told.words()).containsExactly(UP, DOWN);
    }
}
