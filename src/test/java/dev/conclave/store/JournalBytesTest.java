package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.LONG;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.accepted;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.node.JournalHead;
import dev.conclave.store.JournalEntry.OfBallot;
import dev.conclave.store.JournalReader.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every byte of a journal, flipped and cut off: a journal whose head has a configuration and an acceptance, with repeated votes, a
 * batch within a sector and a batch over several; and a journal that has forgotten elections and has a floor.
 */
@ParameterizedClass(name = "floor {0}")
@ValueSource(longs = {0, 300})
class JournalBytesTest {

    private static final Path PATH = Path.of("data/journal");
    private static final int LENGTH = 10 * 512;

    private static final JournalHead BEGUN = accepted(HEAD, 3);
    private static final ElectionName FIRST_LONG = new ElectionName("a" + "l".repeat(199));

    /** The appended batches, one force each. */
    private static final List<List<JournalEntry>> BATCHES = List.of(
            List.of(new OfBallot(ORDERS, vote(1))),
            List.of(new OfBallot(ORDERS, vote(2)), new OfBallot(STOCK, vote(9))),
            List.of(new OfBallot(new ElectionName("third"), vote(1))),
            List.of(
                    new OfBallot(ORDERS, vote(3)),
                    new OfBallot(LONG, vote(2)),
                    new OfBallot(FIRST_LONG, vote(1)),
                    new OfBallot(LONG, vote(3)),
                    new OfBallot(STOCK, vote(10))),
            List.of(new OfBallot(ORDERS, Ballot.learned(4)), new OfBallot(ORDERS, vote(5))));

    @Parameter
    long floor;

    /** The file after its beginning and after each batch. */
    private final List<byte[]> stages = new ArrayList<>();

    /** The contents of the file after each batch. */
    private final List<JournalContents> says = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        FakeDisk disk = new FakeDisk(0);
        JournalContents state = new JournalContents(BEGUN);
        state.floor(floor);
        state.put(LONG, vote(1));
        state.put(STOCK, Ballot.learned(8));
        try (Journal journal = Journal.begin(disk.directory(), Journal.FIRST, state, LENGTH)) {
            keep(disk, state);
            for (List<JournalEntry> batch : BATCHES) {
                assertThat(journal.append(batch)).isTrue();
                batch.forEach(entry -> apply(entry, state));
                keep(disk, state);
            }
        }
    }

    private void keep(FakeDisk disk, JournalContents state) {
        stages.add(disk.bytes(Journal.NAME));
        says.add(state.copy());
    }

    private static void apply(JournalEntry entry, JournalContents to) {
        if (entry instanceof OfBallot of) {
            to.put(of.election(), of.ballot());
        }
    }

    private static Map<String, Object> all(JournalContents state) {
        return Map.of("head", state.head(), "ballots", state.ballots(), "floor", state.floor());
    }

    private byte[] last() {
        return stages.get(stages.size() - 1).clone();
    }

    /** The contents; empty if the file is refused with a message that names the file and the remedy. */
    private static Optional<Found> read(byte[] bytes) {
        try {
            return Optional.of(JournalReader.read(PATH, bytes));
        } catch (StoreException refused) {
            assertThat(refused)
                    .hasMessageStartingWith(PATH + ": ")
                    .hasMessageContaining("damaged at byte ")
                    .hasMessageContaining("keep a copy")
                    .hasMessageContaining("electorate readmit");
            return Optional.empty();
        }
    }

    @Test
    void eachPrefixOfAJournalIsReadAsItWasWritten() {
        for (int i = 0; i < stages.size(); i++) {
            Found found = read(stages.get(i)).orElseThrow();
            assertThat(all(found.state())).isEqualTo(all(says.get(i)));
            assertThat(found.cut()).isZero();
        }
    }

    @Test
    void aFlippedBitOrByteIsRefusedAtEveryPosition() {
        byte[] bytes = last();
        for (int at = 0; at < bytes.length; at++) {
            byte good = bytes[at];
            for (int flip : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
                bytes[at] = (byte) (good ^ flip);
                assertThat(read(bytes)).as("byte %d xor %d", at, flip).isEmpty();
            }
            bytes[at] = good;
        }
    }

    /**
     * Every value of each byte of the last record, of the zeros behind it, and of the start of an empty sector. Two changes are
     * not refused: a begin mark where the next record would begin, and a zero in the place of the last record's end mark.
     */
    @Test
    void aChangedByteIsRefusedOrLosesNothing() {
        byte[] bytes = last();
        List<Integer> harmless = new ArrayList<>();
        int end = end(bytes);
        int nextSector = end - end % 512 + 512;
        for (int at = end - 60; at < nextSector + 8; at += at == end + 8 ? nextSector - 8 - at : 1) {
            byte good = bytes[at];
            for (int value = 0; value < 256; value++) {
                bytes[at] = (byte) value;
                try {
                    Found found = JournalReader.read(PATH, bytes);
                    assertThat(all(found.state())).isEqualTo(all(says.get(says.size() - 1)));
                    harmless.add(bytes[at] == good ? -1 : at);
                } catch (StoreException refused) {
                    assertThat(bytes[at]).isNotEqualTo(good);
                }
            }
            bytes[at] = good;
        }
        harmless.removeIf(at -> at < 0);
        assertThat(harmless).containsExactly(end - 1, end, nextSector);
    }

    private static int end(byte[] bytes) {
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** Truncated at every byte: the file is read where only zeros can be missing, and refused where a record can be. */
    @Test
    void aFileThatIsTooShortIsReadOnlyIfNothingButZerosCanBeMissing() {
        byte[] good = last();
        int records = end(good);
        int read = 0;
        for (int length = 0; length < good.length; length++) {
            Optional<Found> found = read(Arrays.copyOf(good, length));
            int wholeSectors = length / 512 * 512;
            if (wholeSectors - 512 >= records) {
                assertThat(all(found.orElseThrow().state()))
                        .as("%d bytes", length)
                        .isEqualTo(all(read(good).orElseThrow().state()));
                assertThat(found.get().shortened()).isEqualTo(good.length - length);
                read++;
            } else {
                assertThat(found).as("%d bytes", length).isEmpty();
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void aFileThatIsTooLongIsRefused() {
        byte[] good = last();
        for (int length = good.length + 1; length < good.length + 600; length++) {
            assertThat(read(Arrays.copyOf(good, length))).as("%d bytes", length).isEmpty();
        }
    }

    /** A killed or short write leaves zeros from some byte of its batch on; each such byte is tried. */
    @Test
    void aTailOfZerosIsCutOffAndEverythingBeforeItIsRead() {
        for (int i = 1; i < stages.size(); i++) {
            byte[] before = stages.get(i - 1);
            byte[] after = stages.get(i);
            int from = Arrays.mismatch(before, after);
            for (int end = from; end < LENGTH; end++) {
                byte[] torn = before.clone();
                System.arraycopy(after, from, torn, from, end - from);
                Found found = read(torn).orElseThrow();
                assertBetween(found, i);
            }
        }
    }

    private void assertBetween(Found found, int stage) {
        JournalContents reached = says.get(stage - 1).copy();
        List<Map<String, Object>> possible = new ArrayList<>(List.of(all(reached)));
        for (JournalEntry entry : BATCHES.get(stage - 1)) {
            apply(entry, reached);
            possible.add(all(reached));
        }
        assertThat(possible).contains(all(found.state()));
    }

    /** Each sector of the batch in flight may have reached the disk or not; the forced sectors have. */
    @Test
    void anySectorsOfTheLastBatchMayBeMissing() {
        int torn = 0;
        for (int i = 1; i < stages.size(); i++) {
            for (byte[] mixed : mixes(stages.get(i - 1), stages.get(i))) {
                Found found = read(mixed).orElseThrow();
                assertBetween(found, i);
                torn += found.cut();
            }
        }
        assertThat(torn).isPositive();
    }

    /** The same sectors missing when a later batch has been acknowledged: the disk has lost forced sectors. */
    @Test
    void aMissingSectorThatALaterBatchKnowsToBeForcedIsRefused() {
        byte[] end = last();
        for (int i = 1; i < stages.size() - 1; i++) {
            for (byte[] mixed : mixes(stages.get(i - 1), stages.get(i))) {
                byte[] later = end.clone();
                for (int at = 0; at < LENGTH; at++) {
                    later[at] = stages.get(i)[at] == mixed[at] ? end[at] : mixed[at];
                }
                if (!Arrays.equals(later, end)) {
                    assertThat(read(later)).isEmpty();
                }
            }
        }
    }

    /** All ways to take some sectors from one file and the others from the other. */
    private static List<byte[]> mixes(byte[] before, byte[] after) {
        List<byte[]> mixes = new ArrayList<>(List.of(before));
        for (int sector = 0; sector < LENGTH; sector += 512) {
            if (!Arrays.equals(before, sector, sector + 512, after, sector, sector + 512)) {
                for (byte[] mix : List.copyOf(mixes)) {
                    byte[] with = mix.clone();
                    System.arraycopy(after, sector, with, sector, 512);
                    mixes.add(with);
                }
            }
        }
        return mixes;
    }

    @Test
    void theRemedyNamesTheCommandThatReadmitsTheVoter() {
        byte[] bad = last();
        bad[LENGTH - 1] = 1;
        assertThatThrownBy(() -> JournalReader.read(PATH, bad))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged at byte 4608: the bytes are neither a record nor zeros")
                .hasMessageEndingWith("start the node, and let the other voters readmit it (electorate readmit)");
    }
}
