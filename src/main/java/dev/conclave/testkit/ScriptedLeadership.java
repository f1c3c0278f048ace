package dev.conclave.testkit;

import dev.conclave.Leadership;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.Optional;

/**
 * A leadership of the node under test. Its lease stands still until it is told to end; then it passes by the clock, and what
 * the scheduler says corrects that, since with manual time the clock tells little.
 */
final class ScriptedLeadership implements Leadership {

    private final PeerId self;
    private final long term;
    private final Duration wholeLease;
    private volatile boolean holds = true;
    private volatile long untilNanos;

    ScriptedLeadership(PeerId self, long term, Duration wholeLease) {
        this.self = self;
        this.term = term;
        this.wholeLease = wholeLease;
    }

    /** Holds no more, and has this much of its lease left. */
    void dismissed(Duration leaseLeft) {
        untilNanos = System.nanoTime() + leaseLeft.toNanos();
        holds = false;
    }

    @Override
    public Optional<PeerId> leader() {
        return Optional.of(self);
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean holds() {
        return holds;
    }

    @Override
    public Duration leaseRemaining() {
        return holds ? wholeLease : Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
    }
}
