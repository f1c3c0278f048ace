package dev.conclave.store;

import static dev.conclave.store.Samples.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.Identity;
import dev.conclave.store.Sectors.Blank;
import dev.conclave.store.Sectors.DamagedException;
import dev.conclave.store.Sectors.Framed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Where a record fits, and what the rest of a sector is taken for. */
class SectorsTest {

    private static final byte[] RECORD = Sectors.encode(new Entry.OfBallot(ORDERS, Ballot.learned(7)), 3, 2);

    @Test
    void aRecordThatJustFitsStaysInItsSector() {
        assertThat(Sectors.place(Sectors.SIZE - 40, 40)).isEqualTo(Sectors.SIZE - 40);
        assertThat(Sectors.place(Sectors.SIZE - 40, 41)).isEqualTo(Sectors.SIZE);
    }

    @Test
    void aRecordThatEndsWithItsSectorIsRead() throws DamagedException {
        int position = Sectors.SIZE - RECORD.length;
        ByteBuffer file = ByteBuffer.allocate(Sectors.SIZE).put(position, RECORD);
        assertThat(Sectors.decode(file, position))
                .isInstanceOfSatisfying(
                        Framed.class, framed -> assertThat(framed.length()).isEqualTo(RECORD.length));
    }

    @Test
    void zerosAreNoRecord() throws DamagedException {
        assertThat(Sectors.decode(ByteBuffer.allocate(Sectors.SIZE), 100)).isEqualTo(Blank.EMPTY);
    }

    /** Whatever was written of what stands before its text; what misses nothing but zeros is whole. */
    @Test
    void aRecordThatWasNotWrittenToItsEndIsUnfinished() throws DamagedException {
        for (int written = 1; written < 20; written++) {
            ByteBuffer file = ByteBuffer.allocate(Sectors.SIZE).put(0, RECORD, 0, written);
            assertThat(Sectors.decode(file, 0)).as("%d bytes", written).isEqualTo(Blank.UNFINISHED);
        }
    }

    @Test
    void aFirstByteOfAnotherKindIsDamage() {
        ByteBuffer file = ByteBuffer.allocate(Sectors.SIZE).put(0, (byte) 1);
        assertThatThrownBy(() -> Sectors.decode(file, 0)).isInstanceOf(DamagedException.class);
    }

    @Test
    void aSectorIsEnoughForATitleAndLessIsNot() throws DamagedException {
        ByteBuffer file = ByteBuffer.allocate(Sectors.SIZE);
        Sectors.putTitle(file, new Sectors.Title(Sectors.VERSION, Sectors.SIZE, 1));
        assertThat(Sectors.decodeTitle(file).length()).isEqualTo(Sectors.SIZE);
        assertThatThrownBy(() -> Sectors.decodeTitle(ByteBuffer.allocate(Sectors.SIZE - 1)))
                .hasMessageContaining("511 bytes");
    }

    // ---- what is written

    @Test
    void aNewlyKnownIdentityIsAppendedAndNothingElseIs() {
        Identity its = Samples.identity(1);
        assertThat(Entry.between(Samples.HEAD, Samples.HEAD.knowing(Samples.BERT, its)))
                .contains(List.of(new Entry.OfIdentity(Samples.BERT, its)));
        assertThat(Entry.between(Samples.HEAD, Samples.HEAD.admittedAbove(0))).isEmpty();
    }

    /** R2: what was voted in the very term of the floor was voted. */
    @Test
    void aVoteInTheTermOfTheFloorIsKept() {
        Contents contents = new Contents(Samples.HEAD);
        contents.put(ORDERS, Samples.vote(5));
        contents.head(Samples.HEAD.admittedAbove(5));
        assertThat(contents.ballot(ORDERS)).isEqualTo(Samples.vote(5));
    }

    @Test
    void howLongAWriteTookIsADuration() {
        List<Long> told = new CopyOnWriteArrayList<>();
        FakeDisk disk = new FakeDisk(1);
        long begun = System.nanoTime();
        try (FileBallotStore store =
                FileBallotStore.open(Path.of("data"), disk::directory, Samples.keep(), told::add)) {
            Samples.get(store.save(ORDERS, Ballot.learned(1)));
        }
        assertThat(told).isNotEmpty().allMatch(nanos -> nanos >= 0 && nanos <= System.nanoTime() - begun);
    }

    /** The word is obeyed once: after a power failure it must not be there again. */
    @Test
    void anOperatorsWordThatWasObeyedIsGoneForGood() {
        FakeDisk disk = new FakeDisk(1);
        disk.put(AcceptFile.NAME, "lost-identity = 1-9f86d081884c7d65".getBytes(StandardCharsets.UTF_8));
        try (FileBallotStore store =
                FileBallotStore.open(Path.of("data"), disk::directory, Samples.keep(), nanos -> {})) {
            Samples.get(store.wordObeyed());
            disk.losePower();
            assertThat(disk.names()).contains(Journal.NAME).doesNotContain(AcceptFile.NAME);
        }
    }
}
