package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.peer.Message;
import dev.conclave.logging.LogLines;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines of level INFO about other nodes' leaderships: of joined elections, and of leases only where this node waits. */
class PeerActorLogTest {

    /** The lines of a peer, with a subscriber, that begins to follow a leader. */
    private static List<String> linesOf(ElectionName election, boolean stands) {
        try (LogLines log = LogLines.of(PeerActor.class.getName());
                PeerFixture peer = new PeerFixture(election)) {
            if (stands) {
                peer.tell(new PeerCommand.Stand());
            }
            peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
            peer.settle();
            return log.soFar().stream()
                    .filter(line -> line.startsWith(election + ": "))
                    .toList();
        }
    }

    @Test
    void theLeaderOfAJoinedElectionIsLogged() {
        assertThat(linesOf(new ElectionName("orders"), false)).containsExactly("orders: b:1 leads term 0.3");
    }

    @Test
    void theHolderOfALeaseIsNotLoggedWhereThisNodeOnlyObserves() {
        assertThat(linesOf(ElectionName.ofLease("shard-7"), false)).isEmpty();
    }

    @Test
    void theHolderOfALeaseIsLoggedWhereAnOwnerWaitsForIt() {
        assertThat(linesOf(ElectionName.ofLease("shard-7"), true))
                .containsExactly("conclave/lease/shard-7: b:1 leads term 0.3");
    }
}
