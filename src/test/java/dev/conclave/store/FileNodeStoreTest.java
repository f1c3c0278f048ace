package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.LONG;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.accepted;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.identity;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.promised;
import static dev.conclave.store.Samples.vote;
import static dev.conclave.store.Samples.withoutCleo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.core.node.JournalHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a real disk, over several lives. */
class FileNodeStoreTest {

    @TempDir
    Path temporary;

    private Path directory = Path.of("");

    @BeforeEach
    void nameADirectory() {
        directory = temporary.resolve("a/b/data");
    }

    private FileNodeStore open() {
        return FileNodeStore.open(directory, keep());
    }

    @Test
    void savedBallotsAndHeadsAreReadInTheNextLife() {
        JournalHead changed = accepted(promised(HEAD, 4), 5);
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(1)));
            get(store.save(LONG, Ballot.learned(7)));
            get(store.save(ORDERS, vote(2)));
            get(store.saveHead(changed));
            get(store.save(STOCK, vote(Ballot.MAX_TERM)));
            get(store.saveHead(withoutCleo(changed)));
        }
        try (FileNodeStore store = open()) {
            assertThat(store.head()).isEqualTo(withoutCleo(changed));
            assertThat(store.ballots())
                    .isEqualTo(Map.of(ORDERS, vote(2), LONG, Ballot.learned(7), STOCK, vote(Ballot.MAX_TERM)));
        }
    }

    /** With many registers a new journal takes longer than a proposer of a configuration waits. */
    @Test
    void aChangedHeadIsWrittenIntoTheSameJournal() throws IOException {
        try (FileNodeStore store = open()) {
            Object before = fileKey();
            get(store.saveHead(promised(HEAD, 4)));
            assertThat(fileKey()).isEqualTo(before);
            assertThat(store.head()).isEqualTo(promised(HEAD, 4));
        }
    }

    private Object fileKey() throws IOException {
        return Files.readAttributes(directory.resolve("journal"), BasicFileAttributes.class)
                .fileKey();
    }

    @Test
    void theLongestRecordFitsIntoASector() {
        PeerId longest = new PeerId("[:" + "a".repeat(254) + "]", 65535);
        JournalHead head = new JournalHead(longest, identity(2), HEAD.electorate(), 7);
        try (FileNodeStore store = FileNodeStore.open(directory, found -> head)) {
            get(store.save(LONG, Ballot.vote(6, longest)));
        }
        try (FileNodeStore store = open()) {
            assertThat(store.head()).isEqualTo(head);
            assertThat(store.ballots()).isEqualTo(Map.of(LONG, Ballot.vote(6, longest)));
        }
    }

    @Test
    void aStoreShowsDurableBallotsInTheOrderOfTheSaves() {
        try (FileNodeStore store = open()) {
            assertThat(store.ballots()).isEmpty();
            assertThat(get(store.ballot(ORDERS))).isEqualTo(Ballot.NONE);
            get(store.save(ORDERS, vote(1)));
            assertThat(store.ballots()).isEqualTo(Map.of(ORDERS, vote(1)));
            get(store.saveHead(promised(HEAD, 1)));
            assertThat(store.head()).isEqualTo(promised(HEAD, 1));
            store.save(ORDERS, vote(2));
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(2));
        }
    }

    @Test
    void ruleR3_aBallotThatIsNotAboveTheStoredOneIsRefusedAndTheStoreGoesOn() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(5)));
            for (Ballot late : List.of(vote(4), vote(5), Ballot.learned(5))) {
                assertThatThrownBy(() -> get(store.save(ORDERS, late)))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining(directory.toString())
                        .hasMessageContaining("term " + Terms.show(late.term()))
                        .hasMessageContaining("\"orders\"");
            }
            get(store.save(ORDERS, vote(6)));
            get(store.save(STOCK, vote(1)));
            assertThat(store.failure().toCompletableFuture()).isNotDone();
            assertThat(store.ballots()).isEqualTo(Map.of(ORDERS, vote(6), STOCK, vote(1)));
        }
    }

    @Test
    void noElectionIsForgottenWhenTheJournalIsRewritten() {
        int elections = 300;
        int terms = 60;
        try (FileNodeStore store = open()) {
            for (int term = 1; term <= terms; term++) {
                for (int i = 0; i < elections; i++) {
                    store.save(new ElectionName("election-" + i), vote(term));
                }
            }
            get(store.save(ORDERS, vote(1)));
        }
        try (FileNodeStore store = open()) {
            assertThat(store.ballots()).hasSize(elections + 1);
            assertThat(store.ballots().values()).filteredOn(vote(terms)::equals).hasSize(elections);
        }
    }

    @Test
    void theHeadRuleIsAskedOnceWithTheExistingHeadAndItsResultIsDurable() {
        List<Optional<JournalHead>> asked = new ArrayList<>();
        JournalHead moved = withoutCleo(HEAD);
        open().close();
        FileNodeStore.open(directory, found -> {
                    asked.add(found);
                    return moved;
                })
                .close();
        try (FileNodeStore store = open()) {
            assertThat(asked).containsExactly(Optional.of(HEAD));
            assertThat(store.head()).isEqualTo(moved);
        }
    }

    @Test
    void aRefusalOfTheHeadRuleNamesTheDirectoryAndDoesNotChangeIt() throws IOException {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(1)));
        }
        byte[] before = Files.readAllBytes(directory.resolve(Journal.NAME));
        assertThatThrownBy(() -> FileNodeStore.open(directory, found -> {
                    throw new IllegalStateException("belongs to somebody else; take another");
                }))
                .isInstanceOf(StoreException.class)
                .hasMessage(directory.toRealPath() + ": belongs to somebody else; take another");
        assertThatThrownBy(() -> FileNodeStore.open(directory, found -> {
                    throw new StoreException("in its own words");
                }))
                .hasMessage("in its own words");
        assertThat(directory.resolve(Journal.NAME)).hasBinaryContent(before);
        assertThat(directory).isDirectoryNotContaining("glob:**/journal.*");
        open().close();
    }

    @Test
    void aDirectoryThatIsNotEmptyButHasNoJournalIsRefused() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("journal.next"), "the remains of a journal that was there once");
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no file journal but is not empty")
                .hasMessageContaining("[journal.next]");
    }

    @Test
    void theRemainsOfAnUnfinishedFirstJournalAreIgnored() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(FileSystemDataDirectory.LOCK), "");
        Files.writeString(directory.resolve(Journal.FIRST), "half");
        try (FileNodeStore store = open()) {
            assertThat(store.head()).isEqualTo(HEAD);
        }
        assertThat(directory).isDirectoryNotContaining("glob:**/journal.*");
    }

    @Test
    void aPathThatCannotBeADirectoryIsRefusedWithAReason() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        for (Path wrong : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> FileNodeStore.open(wrong, keep()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith(wrong + ": the data directory cannot be opened (")
                    .hasMessageContaining("may write there");
        }
    }

    @Test
    void theListenerReceivesTheDurationOfEachWriteAndMayFail() {
        List<Long> heard = new ArrayList<>();
        try (FileNodeStore store = FileNodeStore.open(directory, keep(), nanos -> {
            heard.add(nanos);
            throw new IllegalStateException("out of order");
        })) {
            get(store.save(ORDERS, vote(1)));
            get(store.ballot(ORDERS));
            get(store.save(ORDERS, vote(2)));
        }
        assertThat(heard).hasSize(2).allMatch(nanos -> nanos > 0);
    }

    @Test
    void theDurationOfAWriteIsWithinTheTimeThatPassed() {
        List<Long> told = new CopyOnWriteArrayList<>();
        FakeDisk disk = new FakeDisk(1);
        long begun = System.nanoTime();
        try (FileNodeStore store = FileNodeStore.open(Path.of("data"), disk::directory, Samples.keep(), told::add)) {
            Samples.get(store.save(ORDERS, Ballot.learned(1)));
        }
        assertThat(told).isNotEmpty().allMatch(nanos -> nanos >= 0 && nanos <= System.nanoTime() - begun);
    }
}
