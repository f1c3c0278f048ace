package dev.conclave.testkit;

import dev.conclave.Leadership;
import dev.conclave.Register;
import dev.conclave.core.PrintableText;
import java.time.Duration;

/**
 * A leadership of the node under test. Its lease does not run down until it is dismissed; from then on it runs by the kit's
 * clock.
 */
final class ScriptedLeadership implements Leadership {

    private final String election;
    private final long term;
    private final Register found;
    private final Duration wholeLease;
    private final KitClock clock;

    private volatile boolean holds = true;
    private volatile long untilNanos;
    private volatile boolean isRenewed;

    ScriptedLeadership(String election, long term, Register found, Duration wholeLease, KitClock clock) {
        this.election = election;
        this.term = term;
        this.found = found;
        this.wholeLease = wholeLease;
        this.clock = clock;
    }

    /** Ends the leadership, with this remaining lease. */
    void dismissed(Duration leaseLeft) {
        isRenewed = false;
        untilNanos = clock.nanoTime() + leaseLeft.toNanos();
        holds = false;
    }

    /** Ends the leadership; the lease is renewed for this long while users stop (R9). */
    void retired(Duration patience) {
        dismissed(patience);
        isRenewed = true;
    }

    @Override
    public String election() {
        return election;
    }

    @Override
    public long fencingToken() {
        return term;
    }

    @Override
    public Register register() {
        return found;
    }

    @Override
    public boolean holds() {
        return holds;
    }

    @Override
    public String toString() {
        return "the leadership of \"" + PrintableText.of(election) + "\" in term " + term() + ", fencing token " + term;
    }

    @Override
    public Duration leaseRemaining() {
        if (holds) {
            return wholeLease;
        }
        Duration left = Duration.ofNanos(Math.max(0, untilNanos - clock.nanoTime()));
        return isRenewed && left.compareTo(wholeLease) > 0 ? wholeLease : left;
    }
}
