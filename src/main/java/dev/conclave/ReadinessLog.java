package dev.conclave;

import dev.conclave.core.PeerId;
import dev.conclave.logging.AsyncLogger;
import java.util.Optional;

/** Logs why a node is not ready, once per change, since a platform asks every few seconds. Thread-safe. */
final class ReadinessLog {

    private static final AsyncLogger LOG = AsyncLogger.of(ConclaveHealthCheck.class);

    private Optional<String> last = Optional.empty();
    private boolean hasBeenReady;

    /**
     * Logs the answer if it differs from the one before.
     *
     * @param whyNot empty if the node is ready
     */
    synchronized void answered(PeerId self, Optional<String> whyNot) {
        if (whyNot.isPresent() && !whyNot.equals(last)) {
            // Each node is not ready at first: only the loss of readiness is a warning.
            if (hasBeenReady) {
                LOG.warn("{} is not ready: {}", self, whyNot.get());
            } else {
                LOG.info("{} is not ready yet: {}", self, whyNot.get());
            }
        } else if (whyNot.isEmpty() && last.isPresent()) {
            LOG.info("{} is ready", self);
        }
        last = whyNot;
        hasBeenReady |= whyNot.isEmpty();
    }
}
