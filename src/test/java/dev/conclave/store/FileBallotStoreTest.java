package dev.conclave.store;

import static dev.conclave.store.Samples.BERT;
import static dev.conclave.store.Samples.CLEO;
import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.LONG;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.identity;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.OperatorConfirmation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a real disk, over several lives. */
class FileBallotStoreTest {

    @TempDir
    Path temporary;

    private Path directory = Path.of("");

    @BeforeEach
    void nameADirectory() {
        directory = temporary.resolve("a/b/data");
    }

    private FileBallotStore open() {
        return FileBallotStore.open(directory, keep());
    }

    @Test
    void savedBallotsAndHeadsAreReadInTheNextLife() {
        JournalHead changed =
                HEAD.knowing(BERT, identity(1)).knowing(CLEO, identity(2)).withElectionNanos(2_000_000_000L);
        try (FileBallotStore store = open()) {
            get(store.save(ORDERS, vote(1)));
            get(store.save(LONG, Ballot.learned(7)));
            get(store.save(ORDERS, vote(2)));
            get(store.saveHead(changed));
            get(store.save(STOCK, vote(Ballot.MAX_TERM)));
            get(store.saveHead(changed.knowing(BERT, identity(3))));
        }
        try (FileBallotStore store = open()) {
            assertThat(store.head()).isEqualTo(changed.knowing(BERT, identity(3)));
            assertThat(store.ballots())
                    .isEqualTo(Map.of(ORDERS, vote(2), LONG, Ballot.learned(7), STOCK, vote(Ballot.MAX_TERM)));
        }
    }

    @Test
    void theLongestRecordFitsIntoASector() {
        PeerId longest = new PeerId("[:" + "a".repeat(254) + "]", 65535);
        JournalHead head = new JournalHead(
                longest,
                identity(2),
                List.of(longest),
                1,
                true,
                Optional.of(identity(1)),
                5,
                Map.of(longest, identity(3)),
                7);
        try (FileBallotStore store = FileBallotStore.open(directory, (found, word) -> head)) {
            get(store.save(LONG, Ballot.vote(6, longest)));
        }
        try (FileBallotStore store = open()) {
            assertThat(store.head()).isEqualTo(head);
            assertThat(store.ballots()).isEqualTo(Map.of(LONG, Ballot.vote(6, longest)));
        }
    }

    @Test
    void aStoreShowsDurableBallotsInTheOrderOfTheSaves() {
        try (FileBallotStore store = open()) {
            assertThat(store.ballots()).isEmpty();
            assertThat(get(store.ballot(ORDERS))).isEqualTo(Ballot.NONE);
            get(store.save(ORDERS, vote(1)));
            assertThat(store.ballots()).isEqualTo(Map.of(ORDERS, vote(1)));
            get(store.saveHead(HEAD.knowing(BERT, identity(1))));
            assertThat(store.head()).isEqualTo(HEAD.knowing(BERT, identity(1)));
            store.save(ORDERS, vote(2));
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(2));
        }
    }

    @Test
    void ruleR3_aBallotThatIsNotAboveTheStoredOneIsRefusedAndTheStoreGoesOn() {
        try (FileBallotStore store = open()) {
            get(store.save(ORDERS, vote(5)));
            for (Ballot late : List.of(vote(4), vote(5), Ballot.learned(5))) {
                assertThatThrownBy(() -> get(store.save(ORDERS, late)))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining(directory.toString())
                        .hasMessageContaining("term " + late.term())
                        .hasMessageContaining("\"orders\"");
            }
            get(store.save(ORDERS, vote(6)));
            get(store.save(STOCK, vote(1)));
            assertThat(store.failure().toCompletableFuture()).isNotDone();
            assertThat(store.ballots()).isEqualTo(Map.of(ORDERS, vote(6), STOCK, vote(1)));
        }
    }

    @Test
    void ruleR15_noVoteIsSavedAtOrBelowTheFloor() {
        try (FileBallotStore store = open()) {
            get(store.save(STOCK, vote(3)));
            get(store.saveHead(HEAD.admittedAbove(9)));
            assertThatThrownBy(() -> get(store.save(ORDERS, vote(9)))).hasMessageContaining("floor 9");
            assertThatThrownBy(() -> get(store.save(STOCK, Ballot.learned(8)))).hasMessageContaining("floor 9");
            assertThat(get(store.ballot(ORDERS))).isEqualTo(Ballot.learned(9));
            assertThat(get(store.ballot(STOCK))).isEqualTo(Ballot.learned(9));
            get(store.save(ORDERS, Ballot.learned(9)));
            get(store.save(ORDERS, vote(10)));
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(10));
        }
        try (FileBallotStore store = open()) {
            assertThat(store.ballots()).isEqualTo(Map.of(ORDERS, vote(10), STOCK, vote(3)));
            assertThat(get(store.ballot(STOCK))).isEqualTo(Ballot.learned(9));
        }
    }

    @Test
    void noElectionIsForgottenWhenTheJournalIsRewritten() {
        int elections = 300;
        int terms = 60;
        try (FileBallotStore store = open()) {
            for (int term = 1; term <= terms; term++) {
                for (int i = 0; i < elections; i++) {
                    store.save(new ElectionName("election-" + i), vote(term));
                }
            }
            get(store.save(ORDERS, vote(1)));
        }
        try (FileBallotStore store = open()) {
            assertThat(store.ballots()).hasSize(elections + 1);
            assertThat(store.ballots().values()).filteredOn(vote(terms)::equals).hasSize(elections);
        }
    }

    @Test
    void theHeadRuleIsAskedOnceWithTheExistingHeadAndItsResultIsDurable() {
        List<Optional<JournalHead>> asked = new ArrayList<>();
        JournalHead moved = HEAD.withVoters(List.of(BERT, CLEO));
        open().close();
        FileBallotStore.open(directory, (found, word) -> {
                    asked.add(found);
                    return moved;
                })
                .close();
        try (FileBallotStore store = open()) {
            assertThat(asked).containsExactly(Optional.of(HEAD));
            assertThat(store.head()).isEqualTo(moved);
        }
    }

    @Test
    void aRefusalOfTheHeadRuleNamesTheDirectoryAndDoesNotChangeIt() throws IOException {
        try (FileBallotStore store = open()) {
            get(store.save(ORDERS, vote(1)));
        }
        byte[] before = Files.readAllBytes(directory.resolve(Journal.NAME));
        assertThatThrownBy(() -> FileBallotStore.open(directory, (found, word) -> {
                    throw new IllegalStateException("belongs to somebody else; take another");
                }))
                .isInstanceOf(StoreException.class)
                .hasMessage(directory.toRealPath() + ": belongs to somebody else; take another");
        assertThatThrownBy(() -> FileBallotStore.open(directory, (found, word) -> {
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
        try (FileBallotStore store = open()) {
            assertThat(store.head()).isEqualTo(HEAD);
        }
        assertThat(directory).isDirectoryNotContaining("glob:**/journal.*");
    }

    @Test
    void theOperatorsConfirmationIsPassedOnAndDeletedWhenObeyed() throws IOException {
        Files.createDirectories(directory);
        Path accept = directory.resolve(OperatorConfirmationFile.NAME);
        Files.writeString(accept, "lost-identity = 3-00000000000000ff\n");
        OperatorConfirmation said =
                new OperatorConfirmation(Optional.of(new DirectoryIdentity(3, 255)), Optional.empty());
        JournalHead replaced =
                new JournalHead(HEAD.self(), identity(4), HEAD.voters(), 1, false, said.lostIdentity(), 0, Map.of(), 1);
        JournalHeadCheck rule = (found, word) -> {
            assertThat(word).isEqualTo(said);
            return found.orElse(replaced);
        };
        FileBallotStore.open(directory, rule).close();
        assertThat(accept).exists();
        try (FileBallotStore store = FileBallotStore.open(directory, rule)) {
            assertThat(store.word()).isEqualTo(said);
            assertThat(store.head()).isEqualTo(replaced);
            get(store.wordObeyed());
            assertThat(accept).doesNotExist();
            get(store.wordObeyed());
        }
        try (FileBallotStore store = open()) {
            assertThat(store.word()).isEqualTo(OperatorConfirmation.NONE);
            assertThat(store.head()).isEqualTo(replaced);
        }
    }

    @Test
    void aConfirmationThatIsNotUnderstoodStopsTheStart() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(OperatorConfirmationFile.NAME), "yes");
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("accept: this file cannot be understood");
        assertThat(directory.resolve(Journal.NAME)).doesNotExist();
    }

    @Test
    void aPathThatCannotBeADirectoryIsRefusedWithAReason() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        for (Path wrong : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> FileBallotStore.open(wrong, keep()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith(wrong + ": the data directory cannot be opened (")
                    .hasMessageContaining("may write there");
        }
    }

    @Test
    void theListenerReceivesTheDurationOfEachWriteAndMayFail() {
        List<Long> heard = new ArrayList<>();
        try (FileBallotStore store = FileBallotStore.open(directory, keep(), nanos -> {
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
        try (FileBallotStore store =
                FileBallotStore.open(Path.of("data"), disk::directory, Samples.keep(), told::add)) {
            Samples.get(store.save(ORDERS, Ballot.learned(1)));
        }
        assertThat(told).isNotEmpty().allMatch(nanos -> nanos >= 0 && nanos <= System.nanoTime() - begun);
    }

    /** A confirmation is obeyed once: it must not reappear after a power failure. */
    @Test
    void aConfirmationThatWasObeyedStaysDeletedAfterAPowerFailure() {
        FakeDisk disk = new FakeDisk(1);
        disk.put(OperatorConfirmationFile.NAME, "lost-identity = 1-9f86d081884c7d65".getBytes(StandardCharsets.UTF_8));
        try (FileBallotStore store =
                FileBallotStore.open(Path.of("data"), disk::directory, Samples.keep(), nanos -> {})) {
            Samples.get(store.wordObeyed());
            disk.losePower();
            assertThat(disk.names()).contains(Journal.NAME).doesNotContain(OperatorConfirmationFile.NAME);
        }
    }
}
