package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.logging.LogLines;
import dev.conclave.logging.StalledLog;
import org.junit.jupiter.api.Test;

class SupervisionTest {

    @Test
    void aFailedEndpointRestartsWhileTheLogIsStalledAndTheLogHasTheCause() throws InterruptedException {
        try (LogLines lines = LogLines.of(NodeActor.class.getName());
                NodeFixture node = new NodeFixture(NodeFixture.ANNA)) {
            node.stand("orders");
            node.awaitLeading("orders");
            try (StalledLog log = StalledLog.begin()) {
                node.fail("orders");
                node.stand("invoices");
                node.awaitLeading("invoices");
                node.awaitLeading("orders");
                log.hasHeldUpAWriter();
            }
            assertThat(lines.soFar())
                    .anyMatch(line -> line.startsWith("the endpoint of " + NodeFixture.ANNA + " failed and restarts"));
        }
    }
}
