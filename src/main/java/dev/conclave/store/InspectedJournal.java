package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.node.JournalHead;
import java.nio.file.Path;
import java.util.Map;

/**
 * The content of a journal, for people who look at it: its file is neither locked nor changed, and no rule decides about it.
 *
 * @param bytes the size of the file
 * @param floor a term at or above all forgotten ballots; 0 if none was forgotten
 * @param cut how many records at the end belong to a write that a crash interrupted
 * @param missingZeros how many bytes of the unused end are missing
 */
public record InspectedJournal(
        int bytes,
        JournalHead head,
        Map<ElectionName, Ballot> ballots,
        Map<ElectionName, RegisterEntry> registers,
        long floor,
        long highestTerm,
        int cut,
        int missingZeros) {

    /** The name of the file in a data directory. */
    public static final String NAME = Journal.NAME;

    public InspectedJournal {
        ballots = Map.copyOf(ballots);
        registers = Map.copyOf(registers);
    }

    /**
     * Reads the bytes of a journal.
     *
     * @throws StoreException if they are damaged or of another version; says where, and what to do
     */
    public static InspectedJournal of(Path file, byte[] bytes) {
        JournalReader.Found found = JournalReader.read(file, bytes);
        JournalContents state = found.state();
        return new InspectedJournal(
                bytes.length,
                state.head(),
                state.ballots(),
                state.registers(),
                state.floor(),
                state.highestTerm(),
                found.cut(),
                found.shortened());
    }
}
