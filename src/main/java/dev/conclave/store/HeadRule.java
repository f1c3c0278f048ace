package dev.conclave.store;

import dev.conclave.core.Head;
import dev.conclave.core.OperatorsWord;
import java.util.Optional;

/**
 * Decides with which head a data directory is opened (R15): the one found, a changed one by the operator's word, or one
 * for a directory that is empty. A pure function; the store asks it once, after the directory is locked and read and
 * before anything is written.
 */
@FunctionalInterface
public interface HeadRule {

    /**
     * Decides, or refuses to open.
     *
     * @param found the head in the directory; empty if no peer ever started there
     * @param word what the operator allows
     * @return the head to go on with; it is durable before the store shows it
     * @throws RuntimeException to refuse; its message tells the operator what is wrong and what to do. The directory is
     *     left as it was
     */
    Head decide(Optional<Head> found, OperatorsWord word);
}
