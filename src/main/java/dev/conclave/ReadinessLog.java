package dev.conclave;

import dev.conclave.core.PeerId;
import dev.conclave.logging.AsyncLogger;
import java.util.Optional;

/** Logs why a node is not ready, once per change, since a platform asks every few seconds. Thread-safe. */
final class ReadinessLog {

    private static final AsyncLogger LOG = AsyncLogger.of(ConclaveHealthCheck.class);

    private Optional<Obstacle> last = Optional.empty();
    private boolean hasBeenReady;

    /**
     * The reason why a node is not ready.
     *
     * @param why one sentence
     * @param isFirstElection whether the node lacks nothing but the first leader of elections that it has joined
     */
    record Obstacle(String why, boolean isFirstElection) {}

    /**
     * Logs the answer if it differs from the one before.
     *
     * @param whyNot empty if the node is ready
     */
    synchronized void answered(PeerId self, Optional<Obstacle> whyNot) {
        if (whyNot.isPresent() && !whyNot.equals(last)) {
            // Each node is not ready at first, nor when it has just joined an election: only a loss is a warning.
            if (hasBeenReady && !whyNot.get().isFirstElection()) {
                LOG.warn("{} is not ready: {}", self, whyNot.get().why());
            } else {
                LOG.info("{} is not ready yet: {}", self, whyNot.get().why());
            }
        } else if (whyNot.isEmpty() && last.isPresent()) {
            LOG.info("{} is ready", self);
        }
        last = whyNot;
        hasBeenReady |= whyNot.isEmpty();
    }
}
