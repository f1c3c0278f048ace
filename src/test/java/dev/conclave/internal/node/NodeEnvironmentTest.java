package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.node.JournalHead;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.PeerFixture;
import dev.conclave.internal.peer.SubscribersAndUsers;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.MemoryBallotStore;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node takes part only while all that others believe of it can be vouched for (R3, R10, R15). */
class NodeEnvironmentTest {

    private static final ElectionName ORDERS = new ElectionName("orders");

    private final NodeEnvironment.Elections elections = new NodeEnvironment.Elections();
    private final JournalHead fresh = JournalHead.fresh(PeerFixture.ANNA, PeerFixture.SETTINGS, 1);
    private final MemoryBallotStore store = MemoryBallotStore.of(fresh.admittedAbove(0));

    private NodeEnvironment environment(MemoryBallotStore with, Optional<Lifeline> lifeline) {
        return PeerFixture.node(with, lifeline, new ManualClock(), (to, frame) -> {}, elections);
    }

    private NodeEnvironment environment() {
        return environment(store, Optional.empty());
    }

    @Test
    void aNodeThatIsAdmittedTakesPart() {
        assertThat(environment().takesPart()).isTrue();
        assertThat(environment().vouches()).isTrue();
        assertThat(environment().lifelinesUp()).isEmpty();
    }

    @Test
    void r15_aNodeThatIsNotAdmittedOrWhoseIdentityIsSupersededTakesNoPart() {
        NodeEnvironment waits = environment(MemoryBallotStore.of(fresh), Optional.empty());
        assertThat(waits.takesPart()).isFalse();
        assertThat(waits.vouches()).isTrue();
        elections.superseded = true;
        assertThat(environment().takesPart()).isFalse();
    }

    @Test
    void r3_aNodeWhoseStoreHasFailedVouchesForNothing() {
        store.fail(new IOException("full"));
        assertThat(environment().vouches()).isFalse();
        assertThat(environment().takesPart()).isFalse();
    }

    @Test
    void aNodeWithABrokenInvariantVouchesForNothing() {
        elections.broken = true;
        assertThat(environment().vouches()).isFalse();
        assertThat(environment().takesPart()).isFalse();
    }

    @Test
    void r10_aNodeWhoseLifelineHasEndedVouchesForNothing() throws IOException {
        Lifeline lifeline = Lifeline.open(
                InetAddress.getLoopbackAddress(),
                0,
                PeerFixture.ANNA,
                PeerFixture.LIFE,
                new LifelineRelay(AsyncLogger.silent()));
        NodeEnvironment environment = environment(store, Optional.of(lifeline));
        assertThat(environment.vouches()).isTrue();
        lifeline.close();
        assertThat(environment.vouches()).isFalse();
        assertThat(environment.takesPart()).isFalse();
        elections.voided = true;
        assertThat(environment().vouches()).isFalse();
    }

    @Test
    void anElectionThatIsForgottenHasAnotherViewAndAnotherCompanyWhenItIsBegunAgain() {
        assertThat(elections.view(ORDERS)).isSameAs(KnownLeader.NOBODY);
        KnownLeader first = elections.begin(ORDERS);
        SubscribersAndUsers participants = elections.participants(ORDERS);
        assertThat(elections.view(ORDERS)).isSameAs(first).isSameAs(elections.begin(ORDERS));
        assertThat(elections.participants(ORDERS)).isSameAs(participants);
        assertThat(elections.names()).containsExactly(ORDERS);

        elections.forget(new ElectionName("stock"));
        elections.forget(ORDERS);
        assertThat(first.isOver()).isTrue();
        assertThat(elections.view(ORDERS)).isSameAs(KnownLeader.NOBODY);
        assertThat(elections.names()).isEmpty();
        assertThat(elections.begin(ORDERS)).isNotSameAs(first);
        assertThat(elections.participants(ORDERS)).isNotSameAs(participants);
    }
}
