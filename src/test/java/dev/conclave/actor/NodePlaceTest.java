package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.MemoryBallotStore;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node takes part only while all that others believe of it can be vouched for (R3, R10, R15). */
class NodePlaceTest {

    private static final ElectionName ORDERS = new ElectionName("orders");

    private final NodePlace.Elections elections = new NodePlace.Elections();
    private final Head fresh = Head.fresh(Scene.ANNA, Scene.SETTINGS, 1);
    private final MemoryBallotStore store = MemoryBallotStore.of(fresh.admittedAbove(0));

    private NodePlace place(MemoryBallotStore with, Optional<Lifeline> lifeline) {
        return Scene.node(with, lifeline, new ManualClock(), (to, frame) -> {}, elections);
    }

    private NodePlace place() {
        return place(store, Optional.empty());
    }

    @Test
    void aNodeThatIsAdmittedTakesPart() {
        assertThat(place().takesPart()).isTrue();
        assertThat(place().vouches()).isTrue();
        assertThat(place().lifelinesUp()).isEmpty();
    }

    @Test
    void r15_aNodeThatIsNotAdmittedOrWhoseIdentityIsSupersededTakesNoPart() {
        NodePlace waits = place(MemoryBallotStore.of(fresh), Optional.empty());
        assertThat(waits.takesPart()).isFalse();
        assertThat(waits.vouches()).isTrue();
        elections.superseded = true;
        assertThat(place().takesPart()).isFalse();
    }

    @Test
    void r3_aNodeWhoseStoreHasFailedVouchesForNothing() {
        store.fail(new IOException("full"));
        assertThat(place().vouches()).isFalse();
        assertThat(place().takesPart()).isFalse();
    }

    @Test
    void aNodeWithABrokenInvariantVouchesForNothing() {
        elections.broken = true;
        assertThat(place().vouches()).isFalse();
        assertThat(place().takesPart()).isFalse();
    }

    @Test
    void r10_aNodeWhoseLifelineHasEndedVouchesForNothing() throws IOException {
        Lifeline lifeline = Lifeline.open(
                InetAddress.getLoopbackAddress(), 0, Scene.ANNA, Scene.LIFE, new LifelineRelay(AsyncLogger.silent()));
        NodePlace place = place(store, Optional.of(lifeline));
        assertThat(place.vouches()).isTrue();
        lifeline.close();
        assertThat(place.vouches()).isFalse();
        assertThat(place.takesPart()).isFalse();
        elections.voided = true;
        assertThat(place().vouches()).isFalse();
    }

    @Test
    void anElectionThatIsForgottenHasAnotherViewAndAnotherCompanyWhenItIsBegunAgain() {
        assertThat(elections.view(ORDERS)).isSameAs(View.NOBODY);
        View first = elections.begin(ORDERS);
        Company company = elections.company(ORDERS);
        assertThat(elections.view(ORDERS)).isSameAs(first).isSameAs(elections.begin(ORDERS));
        assertThat(elections.company(ORDERS)).isSameAs(company);
        assertThat(elections.names()).containsExactly(ORDERS);

        elections.forget(new ElectionName("stock"));
        elections.forget(ORDERS);
        assertThat(first.isOver()).isTrue();
        assertThat(elections.view(ORDERS)).isSameAs(View.NOBODY);
        assertThat(elections.names()).isEmpty();
        assertThat(elections.begin(ORDERS)).isNotSameAs(first);
        assertThat(elections.company(ORDERS)).isNotSameAs(company);
    }
}
