package dev.conclave.core.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import java.util.Optional;

/**
 * The register of an election, as one peer has stored it.
 *
 * @param entry the newest entry, perhaps not yet durable; {@link RegisterEntry#NONE} if the election has no register (U10)
 * @param durable the version up to which entries are on disk
 * @param owesTo the leader that is told when the newest entry is durable
 * @param confirmed the newest entry of which this peer has heard that a quorum has stored it: the one that subscribers see
 * @param confirmedAt when it last heard so
 * @param asksAt when this peer may next ask for an entry that it lacks
 */
public record HeldRegister(
        RegisterEntry entry,
        RegisterVersion durable,
        Optional<PeerId> owesTo,
        RegisterEntry confirmed,
        long confirmedAt,
        long asksAt) {

    /** Of an election without a register. */
    public static final HeldRegister NONE = ofJournal(RegisterEntry.NONE);

    /** The register of a peer that starts: the entry of its journal. */
    static HeldRegister ofJournal(RegisterEntry entry) {
        return new HeldRegister(
                entry, entry.version(), Optional.empty(), RegisterEntry.NONE, Long.MIN_VALUE, Long.MIN_VALUE);
    }

    /** The same, with what the former peer of this process has heard that a quorum has stored. */
    HeldRegister knowing(HeldRegister former) {
        return new HeldRegister(entry, durable, owesTo, former.confirmed(), former.confirmedAt(), asksAt);
    }

    RegisterVersion version() {
        return entry.version();
    }

    boolean isDurable() {
        return !entry.version().isAbove(durable);
    }

    HeldRegister with(RegisterEntry newer, Optional<PeerId> owed) {
        return new HeldRegister(newer, durable, owed, confirmed, confirmedAt, Long.MIN_VALUE);
    }

    HeldRegister durableUpTo(RegisterVersion version) {
        return new HeldRegister(entry, durable.max(version), owesTo, confirmed, confirmedAt, asksAt);
    }

    HeldRegister owingTo(Optional<PeerId> leader) {
        return new HeldRegister(entry, durable, leader, confirmed, confirmedAt, asksAt);
    }

    HeldRegister confirmed(RegisterEntry known, long now) {
        return new HeldRegister(entry, durable, owesTo, known, now, asksAt);
    }

    HeldRegister askingAgainAt(long at) {
        return new HeldRegister(entry, durable, owesTo, confirmed, confirmedAt, at);
    }
}
