package dev.conclave.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Effect;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LowestLeaseTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ShortestRemainingLease lease = new ShortestRemainingLease();

    private void decides(long atSeconds, Effect effect) {
        lease.decided(effect, atSeconds * SECOND);
    }

    @Test
    void theLowestLeaseIsNotANumberWithoutALease() {
        assertThat(lease.takeSeconds(0)).isNaN();
    }

    @Test
    void theLowestLeaseIsTheLeastTimeLeftAtARenewalSinceTheLastReading() {
        decides(0, new Effect.Elected(1, 10 * SECOND));
        decides(4, new Effect.Renewed(1, 14 * SECOND));
        decides(12, new Effect.Renewed(1, 22 * SECOND));
        decides(13, new Effect.Renewed(1, 23 * SECOND));
        assertThat(lease.takeSeconds(9 * SECOND)).isEqualTo(2);
        assertThat(lease.takeSeconds(9 * SECOND)).isEqualTo(9);
        decides(20, new Effect.Renewed(1, 30 * SECOND));
        assertThat(lease.takeSeconds(9 * SECOND)).isEqualTo(3);
    }

    @Test
    void theLowestLeaseCountsTheEndOfALeadership() {
        decides(0, new Effect.Elected(1, 10 * SECOND));
        decides(12, new Effect.Dismissed(1, Effect.Reason.LEASE_EXPIRED, 10 * SECOND));
        assertThat(lease.takeSeconds(0)).isZero();
        decides(20, new Effect.Renewed(1, 30 * SECOND));
        assertThat(lease.takeSeconds(0))
                .as("the leadership is already dismissed")
                .isNaN();
    }
}
