package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.StoredElectorate;
import java.util.Objects;
import java.util.Optional;

/**
 * The head of a node's journal: facts about the node that hold for all its elections. A value; the store writes it.
 *
 * @param self the node whose directory it is
 * @param identity the identity of the directory; durable before any other node learns of it. {@link DirectoryIdentity#NONE} for a
 *     node without a directory
 * @param electorate the configuration and this node's part in choosing the next one (E1, E6)
 * @param starts how many lives have started with this directory, including the current one; durable before any other node learns
 *     of it. Two lives with the same number prove that one of them started with a copy. 0 for a node without a directory
 */
public record JournalHead(PeerId self, DirectoryIdentity identity, StoredElectorate electorate, long starts) {

    /** Rejects values that no directory can hold. */
    public JournalHead {
        Objects.requireNonNull(self, "self");
        if (starts < 0) {
            throw new IllegalArgumentException(starts + " starts are out of range");
        }
    }

    /**
     * Returns the head with which a node starts, for an existing or a new directory.
     *
     * @param found the head in the journal; empty if the directory is empty
     * @param drawn a random number, for a new identity
     * @throws IllegalStateException if the directory must not be used, with a message that says what to do
     */
    public static JournalHead open(Optional<JournalHead> found, PeerId self, long drawn) {
        if (found.isEmpty()) {
            return new JournalHead(self, DirectoryIdentity.of(drawn), StoredElectorate.EMPTY, 1);
        }
        JournalHead head = found.get();
        if (!head.self.equals(self)) {
            throw new IllegalStateException("the journal belongs to " + head.self + ", this node is " + self
                    + "; give each node a data directory of its own (conclave.data-dir)");
        }
        return new JournalHead(self, head.identity, head.electorate, Math.addExact(head.starts, 1));
    }

    /** Returns the head of a node without a directory: kept in memory for one life. Such a node is never a voter (E8). */
    public static JournalHead withoutDirectory(PeerId self) {
        return new JournalHead(self, DirectoryIdentity.NONE, StoredElectorate.EMPTY, 0);
    }

    /** Returns this head with another electorate. */
    public JournalHead with(StoredElectorate changed) {
        return new JournalHead(self, identity, changed, starts);
    }

    /** The longest E under which this node may have acknowledged a leader (R6, E7). */
    public long longestElectionNanos() {
        return electorate.longestElectionNanos();
    }
}
