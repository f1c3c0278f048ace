package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.store.JournalEntry.OfBallot;
import dev.conclave.store.JournalEntry.OfRegister;
import dev.conclave.store.JournalEntry.OfRegisterBytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries of registers in a journal (U1, U8). */
class RegisterStoreTest {

    @TempDir
    Path directory;

    private FileNodeStore open() {
        return FileNodeStore.open(directory, keep());
    }

    private static RegisterEntry entry(long term, long count, int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return new RegisterEntry(new RegisterVersion(term, count), Optional.of(new RegisterValue(value)));
    }

    private static RegisterEntry empty(long term, long count) {
        return new RegisterEntry(new RegisterVersion(term, count), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 493, 494, 5_000, 65_536})
    void aValueOfAnySizeIsReadInTheNextLife(int bytes) {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            get(store.saveRegister(ORDERS, empty(3, 0)));
            get(store.saveRegister(ORDERS, entry(3, 1, bytes)));
            assertThat(store.registerBytes()).isEqualTo(bytes);
        }
        try (FileNodeStore store = open()) {
            assertThat(get(store.register(ORDERS))).isEqualTo(entry(3, 1, bytes));
            assertThat(get(store.register(STOCK))).isEqualTo(RegisterEntry.NONE);
            assertThat(store.registerBytes()).isEqualTo(bytes);
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(3));
        }
    }

    @Test
    void aClearedRegisterStaysARegister() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            get(store.saveRegister(ORDERS, entry(3, 1, 10)));
            get(store.saveRegister(ORDERS, empty(3, 2)));
        }
        try (FileNodeStore store = open()) {
            assertThat(store.registers()).isEqualTo(Map.of(ORDERS, empty(3, 2)));
            assertThat(store.registerBytes()).isZero();
        }
    }

    @Test
    void anEntryThatIsNotNewerOrIsAboveTheBallotIsRefusedAndFailsNothingElse() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            get(store.saveRegister(ORDERS, entry(3, 1, 10)));
            assertThatThrownBy(() -> get(store.saveRegister(ORDERS, entry(3, 1, 11))))
                    .hasMessageContaining(
                            "entry 0.3/1 of the register of election \"orders\" is not above the stored one");
            assertThatThrownBy(() -> get(store.saveRegister(ORDERS, entry(4, 0, 11))))
                    .hasMessageContaining("is above the stored ballot (term 0.3)");
            get(store.saveRegister(ORDERS, entry(3, 2, 12)));
        }
    }

    @Test
    void anElectionWithARegisterIsNotForgotten() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            get(store.saveRegister(ORDERS, empty(3, 0)));
            get(store.save(STOCK, vote(5)));
            get(store.forget(Set.of(), 0));
            assertThat(store.ballots()).isEqualTo(Map.of(ORDERS, vote(3)));
        }
    }

    @Test
    void aJournalThatIsFullIsRewrittenWithAllRegisters() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            for (int i = 0; i < 40; i++) {
                get(store.saveRegister(ORDERS, entry(3, i, 30_000)));
            }
            get(store.save(STOCK, vote(5)));
            get(store.saveRegister(STOCK, entry(5, 0, 7)));
        }
        try (FileNodeStore store = open()) {
            assertThat(store.registers()).isEqualTo(Map.of(ORDERS, entry(3, 39, 30_000), STOCK, entry(5, 0, 7)));
        }
    }

    @Test
    void registersAreListedInTheOrderOfTheirNames() {
        try (FileNodeStore store = open()) {
            for (int i = 0; i < 5; i++) {
                ElectionName name = new ElectionName("e" + i);
                get(store.save(name, Ballot.learned(1)));
                get(store.saveRegister(name, empty(1, i)));
            }
            assertThat(store.registersAfter(Optional.empty(), 2).keySet())
                    .extracting(ElectionName::value)
                    .containsExactly("e0", "e1");
            assertThat(store.registersAfter(Optional.of(new ElectionName("e1")), 9)
                            .keySet())
                    .extracting(ElectionName::value)
                    .containsExactly("e2", "e3", "e4");
        }
    }

    // ---- bytes

    /** A head, a ballot, an entry, and one that a crash may have cut. */
    private static List<JournalEntry> journal() {
        JournalContents state = new JournalContents(HEAD);
        List<JournalEntry> entries = new ArrayList<>(JournalEntry.of(state));
        entries.add(new OfBallot(ORDERS, vote(3)));
        entries.addAll(RegisterRecords.of(ORDERS, entry(3, 1, 1_000)));
        return entries;
    }

    private static JournalReader.Found read(List<JournalEntry> entries, int beginning) {
        int length = 40 * SectorFormat.SIZE;
        ByteBuffer file = ByteBuffer.allocate(length);
        SectorFormat.putTitle(file, new SectorFormat.Title(SectorFormat.VERSION, length, beginning));
        List<byte[]> records = new ArrayList<>();
        for (JournalEntry entry : entries) {
            records.add(SectorFormat.encode(entry, records.size() + 1, 0));
        }
        SectorFormat.put(file, 0, SectorFormat.SIZE, records);
        return JournalReader.read(Path.of("journal"), file.array());
    }

    @Test
    void anEntryWhoseLastRecordsAreMissingWasNotWritten() {
        List<JournalEntry> whole = journal();
        int beginning = whole.size();
        whole.addAll(RegisterRecords.of(ORDERS, entry(3, 2, 2_000)));
        assertThat(read(whole, beginning).state().register(ORDERS)).isEqualTo(entry(3, 2, 2_000));
        for (int left = beginning + 1; left < whole.size(); left++) {
            JournalReader.Found found = read(whole.subList(0, left), beginning);
            assertThat(found.state().register(ORDERS)).as("%d records", left).isEqualTo(entry(3, 1, 1_000));
            assertThat(found.cut()).isPositive();
        }
    }

    @Test
    void anEntryThatIsIncompleteElsewhereIsDamage() {
        List<JournalEntry> whole = journal();
        int beginning = whole.size();
        assertThatThrownBy(() -> read(whole.subList(0, beginning - 1), beginning - 1))
                .hasMessageContaining("bytes of the register of election \"orders\" are missing");
        List<JournalEntry> followed = new ArrayList<>(whole.subList(0, beginning - 1));
        followed.add(new OfBallot(STOCK, vote(1)));
        assertThatThrownBy(() -> read(followed, 2))
                .hasMessageContaining("bytes of the register of election \"orders\" are missing");
    }

    @Test
    void bytesThatBelongToNoEntryAndEntriesThatGoBackAreDamage() {
        List<JournalEntry> stray = journal();
        stray.add(new OfRegisterBytes(ByteBuffer.allocate(3)));
        assertThatThrownBy(() -> read(stray, 2)).hasMessageContaining("more bytes of a register");
        List<JournalEntry> back = journal();
        back.add(new OfRegister(ORDERS, new RegisterVersion(3, 0), Optional.empty()));
        assertThatThrownBy(() -> read(back, 2)).hasMessageContaining("is not above the stored one");
        List<JournalEntry> above = journal();
        above.add(new OfRegister(ORDERS, new RegisterVersion(9, 0), Optional.empty()));
        assertThatThrownBy(() -> read(above, 2)).hasMessageContaining("is above the stored ballot");
    }
}
