package dev.conclave.store;

import dev.conclave.core.node.JournalHead;
import java.util.Optional;

/**
 * Determines the head with which a data directory is opened: the existing one, or one for an empty directory. A pure function; the store calls it
 * once, after the directory is locked and read and before anything is written.
 */
@FunctionalInterface
public interface JournalHeadCheck {

    /**
     * Returns the head, or throws to refuse the directory.
     *
     * @param found the head in the directory; empty if no peer ever started with it
     * @return the new head; it is durable before the store shows it
     * @throws RuntimeException to refuse, with a message that tells the operator what is wrong and what to do. The directory is
     *     not changed
     */
    JournalHead decide(Optional<JournalHead> found);
}
