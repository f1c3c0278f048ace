package dev.conclave.store;

import dev.conclave.core.node.JournalHead;
import dev.conclave.logging.AsyncLogger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A data directory that was opened in these steps: lock it, so that no former life still writes; read it; let the rule
 * determine the head; write a new journal with that head, durably; and only then make the contents visible.
 *
 * <p>A refusal leaves the directory unchanged, except for the lock file and an unfinished first journal.
 *
 * @param journal the journal for further records
 * @param state the durable contents
 *
 */
record OpenedDirectory(Journal journal, JournalContents state) {

    private static final AsyncLogger LOG = AsyncLogger.of(FileNodeStore.class);

    /** Files that may exist in a directory with which no peer has started. */
    private static final Set<String> NO_CONTENT = Set.of(FileSystemDataDirectory.LOCK, Journal.FIRST, "lost+found");

    /** Opens the directory. It stays locked even if this fails; the caller closes it. */
    static OpenedDirectory of(DataDirectory directory, JournalHeadCheck rule, int leastLength) throws IOException {
        directory.lock();
        Set<String> names = directory.list();
        Optional<JournalContents> found = Optional.empty();
        if (names.contains(Journal.NAME)) {
            found = Optional.of(readJournal(directory));
        } else {
            refuseUnlessEmpty(directory.path(), names);
        }
        JournalHead head = decide(directory.path(), rule, found.map(JournalContents::head));
        JournalContents state = found.orElseGet(() -> new JournalContents(head));
        state.head(head);
        Journal journal =
                Journal.begin(directory, found.isPresent() ? Journal.NEXT : Journal.FIRST, state, leastLength);
        return new OpenedDirectory(journal, state);
    }

    private static JournalContents readJournal(DataDirectory directory) throws IOException {
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
        return found.state();
    }

    private static void refuseUnlessEmpty(Path path, Set<String> names) {
        Set<String> content = new TreeSet<>(names);
        content.removeAll(NO_CONTENT);
        if (!content.isEmpty()) {
            throw new StoreException(
                    path,
                    "the data directory has no file " + Journal.NAME + " but is not empty: it holds " + content,
                    "name another directory (conclave.data-dir) if this one does not belong to the peer, put its"
                            + " journal back if it was moved away, or empty the directory if its journal is lost");
        }
    }

    private static JournalHead decide(Path path, JournalHeadCheck rule, Optional<JournalHead> found) {
        try {
            return rule.decide(found);
        } catch (StoreException refused) {
            throw refused;
        } catch (RuntimeException refused) {
            throw new StoreException(path + ": " + refused.getMessage(), refused);
        }
    }
}
