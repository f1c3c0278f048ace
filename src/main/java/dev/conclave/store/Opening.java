package dev.conclave.store;

import dev.conclave.core.Head;
import dev.conclave.core.OperatorsWord;
import dev.conclave.logging.AsyncLogger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a data directory is opened, in this order: it is locked, so that no former life still writes what is read; read; the
 * caller decides on the head; the journal is begun anew with that head, durably; and only then is anything shown.
 *
 * <p>A refusal leaves the directory as it was, but for the lock file and the remains of a first journal that was never
 * finished.
 *
 * @param journal to which what comes is appended
 * @param contents what is durable
 * @param word what the operator allowed
 */
record Opening(Journal journal, Contents contents, OperatorsWord word) {

    private static final AsyncLogger LOG = AsyncLogger.of(FileBallotStore.class);

    /** What may lie in a directory where no peer has started. */
    private static final Set<String> NO_CONTENT =
            Set.of(DiskDirectory.LOCK, AcceptFile.NAME, Journal.FIRST, "lost+found");

    /** Opens it. The directory stays locked even if this fails; the caller closes it. */
    static Opening of(Directory directory, HeadRule rule, int leastLength) throws IOException {
        directory.lock();
        Set<String> names = directory.list();
        Optional<Contents> found = Optional.empty();
        if (names.contains(Journal.NAME)) {
            found = Optional.of(readJournal(directory));
        } else {
            refuseUnlessEmpty(directory.path(), names);
        }
        OperatorsWord word = names.contains(AcceptFile.NAME)
                ? AcceptFile.read(directory.path().resolve(AcceptFile.NAME), directory.read(AcceptFile.NAME))
                : OperatorsWord.NONE;
        Head head = decide(directory.path(), rule, found.map(Contents::head), word);
        Contents contents = found.orElseGet(() -> new Contents(head));
        contents.head(head);
        Journal journal =
                Journal.begin(directory, found.isPresent() ? Journal.NEXT : Journal.FIRST, contents, leastLength);
        return new Opening(journal, contents, word);
    }

    private static Contents readJournal(Directory directory) throws IOException {
        Path path = directory.path().resolve(Journal.NAME);
        JournalReader.Found found = JournalReader.read(path, directory.read(Journal.NAME));
        if (found.cut() > 0) {
            LOG.warn(
                    "{}: cut off {} records of a write that a crash interrupted; no message was sent because of them",
                    path,
                    found.cut());
        }
        if (found.shortened() > 0) {
            LOG.warn(
                    "{}: the file is {} bytes shorter than it was, but only its unused end is missing",
                    path,
                    found.shortened());
        }
        return found.contents();
    }

    private static void refuseUnlessEmpty(Path path, Set<String> names) {
        Set<String> content = new TreeSet<>(names);
        content.removeAll(NO_CONTENT);
        if (!content.isEmpty()) {
            throw new StoreException(
                    path,
                    "the data directory has no file " + Journal.NAME + " but is not empty: it holds " + content,
                    "name another directory (conclave.data-dir) if this one does not belong to the peer, put its journal back if it"
                            + " was moved away, or empty the directory if its journal is lost");
        }
    }

    private static Head decide(Path path, HeadRule rule, Optional<Head> found, OperatorsWord word) {
        try {
            return rule.decide(found, word);
        } catch (StoreException refused) {
            throw refused;
        } catch (RuntimeException refused) {
            throw new StoreException(path + ": " + refused.getMessage(), refused);
        }
    }
}
