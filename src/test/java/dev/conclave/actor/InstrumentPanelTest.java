package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;
import dev.conclave.core.NodeEffect;
import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Instruments come and go, and none of them is the protocol's concern. */
class InstrumentPanelTest {

    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final PeerId BERT = new PeerId("b", 1);

    private final InstrumentPanel panel = new InstrumentPanel();
    private final List<String> heard = new ArrayList<>();

    private final class Ear implements Instruments {
        @Override
        public void decided(ElectionName election, Effect effect, long nowNanos) {
            heard.add("decided " + election + " " + effect);
        }

        @Override
        public void heard(ElectionName election, PeerId from, Message message, long nowNanos) {
            heard.add("heard " + election + " " + from + " " + message.term());
        }

        @Override
        public void dropped(String reason) {
            heard.add("dropped " + reason);
        }

        @Override
        public void forced(long tookNanos) {
            heard.add("forced " + tookNanos);
        }
    }

    private void tellAll() {
        panel.decided(ORDERS, new Effect.Standing(1), 0);
        panel.heard(ORDERS, BERT, new Message.VoteGranted(2), 0);
        panel.dropped("MALFORMED");
        panel.forced(3);
    }

    @Test
    void whoeverIsFittedHearsEverythingUntilItIsRemoved() {
        tellAll();
        assertThat(heard).isEmpty();
        Instruments ear = new Ear();
        panel.fit(ear);
        tellAll();
        assertThat(heard)
                .containsExactly(
                        "decided orders Standing[term=1]", "heard orders b:1 2", "dropped MALFORMED", "forced 3");
        panel.remove(ear);
        tellAll();
        assertThat(heard).hasSize(4);
    }

    @Test
    void oneThatFailsKeepsNoOtherFromHearing() {
        panel.fit(new Instruments() {
            @Override
            public void forced(long tookNanos) {
                throw new IllegalStateException("broken");
            }
        });
        panel.fit(new Ear());
        tellAll();
        tellAll();
        assertThat(heard).hasSize(8);
    }

    @Test
    void r13_whatIsDroppedIsCountedEachTimeAndLoggedOnce() {
        panel.fit(new Ear());
        DropLog drops = new DropLog(panel, new ManualClock());
        for (int i = 0; i < 3; i++) {
            drops.malformed(new Heard.Malformed("no frame", Optional.empty()));
            drops.implausible(BERT, 1L << 40);
            drops.dropped(new NodeEffect.Dropped(BERT, NodeEffect.Drop.OTHER_SETTINGS, "other settings"));
        }
        assertThat(heard)
                .hasSize(9)
                .containsOnly("dropped MALFORMED", "dropped IMPLAUSIBLE_TERM", "dropped OTHER_SETTINGS");
    }
}
