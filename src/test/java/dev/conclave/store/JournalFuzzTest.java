package dev.conclave.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Journals that a bad disk or an attacker has changed. Reading one throws only a {@link StoreException}, shows no ballot
 * that was not written, and requests memory by the length of the file and not by its contents.
 */
class JournalFuzzTest {

    private static final int JOURNALS = 20_000;
    private static final int LEAST_LENGTH = 6 * SectorFormat.SIZE;
    private static final byte[] ELECTORATE = ElectorateBytes.of(Samples.HEAD.electorate());
    private static final Path PATH = Path.of("data/journal");
    private static final List<ElectionName> ELECTIONS =
            List.of(Samples.ORDERS, Samples.STOCK, Samples.LONG, new ElectionName("a"));

    /** A fixed seed, and a new seed that every failure prints. */
    static LongStream seeds() {
        return LongStream.of(20_261_124, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aTamperedJournalIsReadAsItWasWrittenOrRefused(long seed) throws IOException {
        assertThat(tamper(seed, JOURNALS)).as("refused and read").allMatch(count -> count > 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void recordsWithARightChecksumAndInvalidContentsDoNoHarm(long seed) {
        assertThat(forge(seed, JOURNALS)).as("refused and read").allMatch(count -> count > 0);
    }

    @Test
    @Tag("soak")
    void aMillionTamperedAndForgedJournalsDoNoHarm() throws IOException {
        long seed = new Random().nextLong();
        tamper(seed, 1_000_000);
        forge(seed, 1_000_000);
    }

    // ---- changed bytes, which the checksums detect

    private static List<Integer> tamper(long seed, int times) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        int read = 0;
        Written written = Written.by(random);
        for (int i = 0; i < times; i++) {
            if (i % 50 == 0) {
                written = Written.by(random);
            }
            byte[] bytes = tampered(written.file, random);
            Optional<JournalContents> found = read(seed, bytes);
            if (found.isEmpty()) {
                refused++;
            } else {
                read++;
                assertThat(written.says)
                        .as(() -> about(seed, bytes))
                        .anyMatch(said -> said.head().equals(found.get().head())
                                && said.floor() == found.get().floor()
                                && said.ballots().equals(found.get().ballots()));
            }
        }
        return List.of(refused, read);
    }

    /** A journal, and its contents after its beginning and after each record that follows. */
    private static final class Written {
        final byte[] file;
        final List<JournalContents> says;

        private Written(byte[] file, List<JournalContents> says) {
            this.file = file;
            this.says = says;
        }

        static Written by(SplittableRandom random) throws IOException {
            FakeDisk disk = new FakeDisk(0);
            JournalContents state = new JournalContents(
                    random.nextBoolean() ? Samples.HEAD : Samples.accepted(Samples.HEAD, random.nextInt(9)));
            state.floor(random.nextBoolean() ? 0 : random.nextInt(1, 9));
            List<JournalContents> says = new ArrayList<>();
            try (Journal journal = Journal.begin(disk.directory(), Journal.FIRST, state, LEAST_LENGTH)) {
                says.add(state.copy());
                for (int batches = random.nextInt(6); batches > 0; batches--) {
                    List<JournalEntry> batch = new ArrayList<>();
                    for (int entries = 1 + random.nextInt(4); entries > 0; entries--) {
                        batch.add(next(state, random));
                        says.add(state.copy());
                    }
                    if (!journal.append(batch)) {
                        break;
                    }
                }
            }
            return new Written(disk.bytes(Journal.NAME), says);
        }

        private static JournalEntry next(JournalContents state, SplittableRandom random) {
            ElectionName election = ELECTIONS.get(random.nextInt(ELECTIONS.size()));
            long term = state.stored(election).term() + 1 + random.nextInt(3);
            Ballot ballot = random.nextBoolean() ? Samples.vote(term) : Ballot.learned(term);
            state.put(election, ballot);
            return new JournalEntry.OfBallot(election, ballot);
        }
    }

    private static byte[] tampered(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 1; times--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + random.nextInt(600)), (byte) 0);
                case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(700));
                default -> {
                    // One sector overwrites another.
                    int from = at / SectorFormat.SIZE * SectorFormat.SIZE;
                    int to = random.nextInt(bytes.length) / SectorFormat.SIZE * SectorFormat.SIZE;
                    int length = Math.min(SectorFormat.SIZE, bytes.length - Math.max(from, to));
                    System.arraycopy(bytes, from, bytes, to, length);
                }
            }
        }
        return bytes;
    }

    // ---- forged bytes with valid checksums, which only the checks of the contents detect

    private static List<Integer> forge(long seed, int times) {
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        int read = 0;
        for (int i = 0; i < times; i++) {
            byte[] bytes = forged(random);
            Optional<JournalContents> found = read(seed, bytes);
            if (found.isEmpty()) {
                refused++;
            } else {
                read++;
                canBeWrittenAgain(seed, bytes, found.get());
            }
        }
        return List.of(refused, read);
    }

    private static byte[] forged(SplittableRandom random) {
        List<byte[]> records = new ArrayList<>();
        int number = 0;
        for (int count = random.nextInt(8); count > 0; count--) {
            number += random.nextInt(12) == 0 ? random.nextInt(-2, 3) : 1;
            int forced = random.nextInt(12) == 0 ? random.nextInt(-2, 12) : 0;
            boolean first = number == 1;
            records.add(record(random, first, random.nextInt(40) == 0 ? random.nextInt() : number, forced));
        }
        int end = SectorFormat.end(SectorFormat.SIZE, records);
        int length =
                (end / SectorFormat.SIZE + 1) * SectorFormat.SIZE + (random.nextInt(20) == 0 ? random.nextInt(600) : 0);
        ByteBuffer file = ByteBuffer.allocate(length);
        int claimed = random.nextInt(20) == 0 ? random.nextInt() : length;
        int beginning = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(1, 3);
        SectorFormat.putTitle(file, new SectorFormat.Title(SectorFormat.VERSION, claimed, beginning));
        SectorFormat.put(file, 0, SectorFormat.SIZE, records);
        return file.array();
    }

    private static byte[] record(SplittableRandom random, boolean first, int number, int forced) {
        JournalEntry entry = first && random.nextInt(10) != 0 ? head(random) : entry(random);
        ByteBuffer said = ByteBuffer.allocate(SectorFormat.SIZE);
        entry.write(said);
        said.flip();
        int kind = random.nextInt(30) == 0 ? random.nextInt(256) : entry.type();
        if (random.nextInt(8) == 0 && said.hasRemaining()) {
            int at = random.nextInt(said.limit());
            switch (random.nextInt(3)) {
                case 0 -> said.put(at, (byte) random.nextInt(256));
                case 1 -> said.limit(at);
                default -> said.put(at, (byte) 0xff).put(Math.max(0, at - 1), (byte) 0xff);
            }
        }
        return SectorFormat.encode(kind, said, number, forced);
    }

    private static JournalEntry entry(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> {
                byte[] electorate = electorate(random);
                yield new JournalEntry.OfElectorate(
                        ByteBuffer.wrap(electorate, 0, Math.min(JournalEntry.OfElectorate.MOST, electorate.length)));
            }
            case 2 -> head(random);
            case 3 -> new JournalEntry.OfFloor(random.nextLong(1, Ballot.MAX_TERM));
            default ->
                new JournalEntry.OfBallot(
                        ELECTIONS.get(random.nextInt(ELECTIONS.size())), Samples.vote(1 + random.nextInt(60)));
        };
    }

    /** Mostly a head that is followed by the electorate of {@link #electorate}, which fits into a record. */
    private static JournalEntry.OfHead head(SplittableRandom random) {
        int bytes = random.nextInt(8) == 0 ? random.nextInt() : random.nextBoolean() ? 0 : ELECTORATE.length;
        return new JournalEntry.OfHead(
                random.nextBoolean() ? Samples.ANNA : Samples.CLEO,
                new DirectoryIdentity(random.nextLong()),
                random.nextLong(0, Long.MAX_VALUE),
                bytes);
    }

    /** A valid electorate, or one with a changed byte. */
    private static byte[] electorate(SplittableRandom random) {
        byte[] bytes = ELECTORATE.clone();
        if (random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** So each value is within the range of its field, and the peer can start with the journal. */
    private static void canBeWrittenAgain(long seed, byte[] bytes, JournalContents state) {
        FakeDisk disk = new FakeDisk(0);
        try {
            Journal.begin(disk.directory(), Journal.FIRST, state, LEAST_LENGTH).close();
            JournalContents again =
                    JournalReader.read(PATH, disk.bytes(Journal.NAME)).state();
            assertThat(again.head()).as(() -> about(seed, bytes)).isEqualTo(state.head());
            assertThat(again.floor()).as(() -> about(seed, bytes)).isEqualTo(state.floor());
            assertThat(again.ballots()).as(() -> about(seed, bytes)).isEqualTo(state.ballots());
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(about(seed, bytes), e);
        }
    }

    // ---- checks of all journals

    /** The contents of the bytes; empty if they are refused. */
    private static Optional<JournalContents> read(long seed, byte[] bytes) {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        Optional<JournalContents> found;
        try {
            found = Optional.of(JournalReader.read(PATH, bytes).state());
        } catch (StoreException refused) {
            found = Optional.empty();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(about(seed, bytes), e);
        }
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as(() -> "bytes asked for; " + about(seed, bytes))
                .isLessThan(1_000_000 + 200L * bytes.length);
        return found;
    }

    private static String about(long seed, byte[] bytes) {
        return "seed " + seed + ", journal " + HexFormat.of().formatHex(bytes);
    }
}
