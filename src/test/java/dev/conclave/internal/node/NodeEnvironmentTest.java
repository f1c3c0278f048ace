package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.JournalHead;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.PeerFixture;
import dev.conclave.internal.peer.SubscribersAndUsers;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.MemoryNodeStore;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node takes part only while all that others believe of it can be vouched for (R3, R10, E8). */
class NodeEnvironmentTest {

    private static final ElectionName ORDERS = new ElectionName("orders");

    private final NodeEnvironment.Elections elections = new NodeEnvironment.Elections();
    private final MemoryNodeStore store = MemoryNodeStore.of(PeerFixture.head());

    private NodeEnvironment environment(MemoryNodeStore with, Optional<Lifeline> lifeline) {
        return PeerFixture.node(with, lifeline, new ManualClock(), (to, frame) -> {}, elections);
    }

    private NodeEnvironment environment() {
        return environment(store, Optional.empty());
    }

    @Test
    void aNodeThatItsConfigurationNamesTakesPart() {
        assertThat(environment().takesPart()).isTrue();
        assertThat(environment().isVoter()).isTrue();
        assertThat(environment().settings()).isEqualTo(PeerFixture.SETTINGS);
        assertThat(environment().vouches()).isTrue();
        assertThat(environment().lifelinesUp()).isEmpty();
    }

    @Test
    void e10_aNodeWithoutAConfigurationGoesByItsFileAndTakesNoPart() {
        NodeEnvironment waits =
                environment(MemoryNodeStore.of(PeerFixture.head().with(StoredElectorate.EMPTY)), Optional.empty());
        assertThat(waits.takesPart()).isFalse();
        assertThat(waits.isVoter()).isFalse();
        assertThat(waits.vouches()).isTrue();
        assertThat(waits.settings()).isEqualTo(PeerFixture.SETTINGS);
        assertThat(waits.whyNotTakingPart())
                .hasValueSatisfying(why -> assertThat(why).contains("it has no configuration yet"));
    }

    @Test
    void e8_aNodeThatIsNamedWithAnotherDirectoryTakesNoPartAndSaysWhatToDo() {
        JournalHead lost = new JournalHead(
                PeerFixture.ANNA, new DirectoryIdentity(9), PeerFixture.head().electorate(), 1);
        NodeEnvironment excluded = environment(MemoryNodeStore.of(lost), Optional.empty());
        assertThat(excluded.takesPart()).isFalse();
        assertThat(excluded.isVoter()).isFalse();
        assertThat(excluded.whyNotTakingPart())
                .contains(
                        "configuration 0 names this address with another data directory than 0000000000000009: put the"
                                + " former one back, or, if it is lost, say at another voter: electorate readmit a:1");
    }

    @Test
    void e8_aNodeThatIsNotNamedTakesPartAsAnOutsiderWithOrWithoutADirectory() {
        Configuration without = PeerFixture.FOUNDED.removing(PeerFixture.ANNA, 0, "the operator");
        for (DirectoryIdentity identity : List.of(new DirectoryIdentity(1), DirectoryIdentity.NONE)) {
            NodeEnvironment outsider = environment(
                    MemoryNodeStore.of(
                            new JournalHead(PeerFixture.ANNA, identity, StoredElectorate.EMPTY.storing(without), 1)),
                    Optional.empty());
            assertThat(outsider.takesPart()).isTrue();
            assertThat(outsider.isVoter()).isFalse();
        }
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
