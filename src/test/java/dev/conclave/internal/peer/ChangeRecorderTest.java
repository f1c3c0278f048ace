package dev.conclave.internal.peer;

import static dev.conclave.internal.peer.PeerFixture.BERT;
import static dev.conclave.internal.peer.PeerFixture.E;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Message;
import dev.conclave.status.Change;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The causes that the last changes of an election show. */
class ChangeRecorderTest {

    private final PeerFixture peer = new PeerFixture();

    @AfterEach
    void close() {
        peer.close();
    }

    private Stream<String> causesOf(String what) {
        return peer.changes.matching(change -> change.what().equals(what)).stream()
                .map(Change::cause);
    }

    @Test
    void theCauseOfALeadershipIsTheReasonWhyThePeerStood() {
        peer.tell(new PeerCommand.Stand("operator (token alice)"));
        peer.lead();
        List<Change> all = peer.changes.after(0);
        assertThat(all).extracting(Change::what).containsSubsequence("standing", "elected");
        assertThat(causesOf("elected")).hasSize(1).doesNotContain("a message of " + BERT);
    }

    @Test
    void theEndOfTheLeadersProcessIsTheCauseOfWhatFollows() {
        peer.tell(new PeerCommand.Stand());
        peer.hear(BERT, new Message.Heartbeat(1, 0, List.of()));
        assertThat(causesOf("following")).hasSize(1);
        peer.tell(new PeerCommand.ProcessGone(BERT, PeerFixture.LIFE));
        assertThat(causesOf("leaderless")).containsExactly("proof of death of " + BERT);
    }

    @Test
    void silenceIsNamedAsSilence() {
        peer.hear(BERT, new Message.Heartbeat(1, 0, List.of()));
        peer.pass(E.multipliedBy(3));
        assertThat(causesOf("leaderless")).containsExactly("no heartbeat for an election timeout");
    }

    @Test
    void aReleaseIsNamedWithItsSender() {
        peer.hear(BERT, new Message.Heartbeat(1, 0, List.of()));
        peer.hear(BERT, new Message.Release(1, Optional.empty()));
        assertThat(causesOf("leaderless")).containsExactly("released by " + BERT);
    }

    @Test
    void anEndedLeadershipNamesTheCommandBehindIt() {
        peer.lead();
        peer.tell(new PeerCommand.HandOver(new CompletableFuture<>(), Optional.empty(), "JMX"));
        assertThat(peer.changes.matching(change -> change.what().equals("ended")))
                .singleElement()
                .satisfies(ended -> {
                    assertThat(ended.cause()).isEqualTo("JMX");
                    assertThat(ended.reason()).contains("hand-over");
                });
    }

    @Test
    void aLostLeaseIsNoCommand() {
        peer.lead();
        peer.pass(E.multipliedBy(2));
        assertThat(causesOf("ended")).containsExactly("no majority acknowledged in time");
    }
}
