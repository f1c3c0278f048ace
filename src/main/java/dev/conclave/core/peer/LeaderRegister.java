package dev.conclave.core.peer;

import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import java.util.Optional;

/**
 * A leader's part of the register of its election (U3, U4).
 *
 * @param needed the newest version that the votes which were counted, or this peer itself, had stored (U2)
 * @param issued the newest entry of this term; empty before the leader has written one
 * @param storedBy the other voters that have stored it, as a vote mask
 * @param isDone whether a quorum of the present configuration has stored it
 * @param truth the newest entry that a quorum has stored
 * @param write the write of a user that is under way
 * @param givesUpAt when an unannounced leader that has not yet repeated what it found gives up
 */
public record LeaderRegister(
        RegisterVersion needed,
        Optional<RegisterEntry> issued,
        long storedBy,
        boolean isDone,
        Optional<RegisterEntry> truth,
        Optional<Write> write,
        long givesUpAt) {

    /**
     * A write of a user.
     *
     * @param id the driver's number for it
     * @param value the value; empty to clear the register
     * @param isIssued whether other peers may have heard of it; not while the leader still founds the register (U10)
     */
    public record Write(long id, Optional<RegisterValue> value, boolean isIssued) {}

    static LeaderRegister of(RegisterVersion needed, long givesUpAt) {
        return new LeaderRegister(needed, Optional.empty(), 0, false, Optional.empty(), Optional.empty(), givesUpAt);
    }

    /** Whether the leadership need not wait for the register: there is none (U10), or a quorum has stored what was repeated (U3). */
    boolean isSettled() {
        return issued.isEmpty() ? !needed.exists() : isDone;
    }

    LeaderRegister issuing(RegisterEntry entry) {
        return new LeaderRegister(needed, Optional.of(entry), 0, false, truth, write, givesUpAt);
    }

    LeaderRegister storedBy(long voters) {
        return new LeaderRegister(needed, issued, voters, isDone, truth, write, givesUpAt);
    }

    /** U6: what is under way is counted anew among the voters of another configuration. */
    LeaderRegister countedAnew() {
        return new LeaderRegister(needed, issued, 0, false, truth, write, givesUpAt);
    }

    LeaderRegister done() {
        return new LeaderRegister(needed, issued, storedBy, true, issued, write, givesUpAt);
    }

    LeaderRegister writing(Optional<Write> next) {
        return new LeaderRegister(needed, issued, storedBy, isDone, truth, next, givesUpAt);
    }
}
