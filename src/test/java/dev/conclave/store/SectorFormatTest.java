package dev.conclave.store;

import static dev.conclave.store.Samples.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.store.SectorFormat.Blank;
import dev.conclave.store.SectorFormat.DamagedException;
import dev.conclave.store.SectorFormat.Framed;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Records within the sectors of a journal, and the rest of a sector behind the last record. */
class SectorFormatTest {

    private static final byte[] RECORD =
            SectorFormat.encode(new JournalEntry.OfBallot(ORDERS, Ballot.learned(7)), 3, 2);

    @Test
    void aRecordThatJustFitsStaysInItsSector() {
        assertThat(SectorFormat.place(SectorFormat.SIZE - 40, 40)).isEqualTo(SectorFormat.SIZE - 40);
        assertThat(SectorFormat.place(SectorFormat.SIZE - 40, 41)).isEqualTo(SectorFormat.SIZE);
    }

    @Test
    void aRecordThatEndsWithItsSectorIsRead() throws DamagedException {
        int position = SectorFormat.SIZE - RECORD.length;
        ByteBuffer file = ByteBuffer.allocate(SectorFormat.SIZE).put(position, RECORD);
        assertThat(SectorFormat.decode(file, position))
                .isInstanceOfSatisfying(
                        Framed.class, framed -> assertThat(framed.length()).isEqualTo(RECORD.length));
    }

    @Test
    void zerosAreNotARecord() throws DamagedException {
        assertThat(SectorFormat.decode(ByteBuffer.allocate(SectorFormat.SIZE), 100))
                .isEqualTo(Blank.EMPTY);
    }

    /** Each part of the fields before the text; a record that lacks only zeros is complete. */
    @Test
    void aRecordThatWasNotWrittenToItsEndIsUnfinished() throws DamagedException {
        for (int written = 1; written < 20; written++) {
            ByteBuffer file = ByteBuffer.allocate(SectorFormat.SIZE).put(0, RECORD, 0, written);
            assertThat(SectorFormat.decode(file, 0)).as("%d bytes", written).isEqualTo(Blank.UNFINISHED);
        }
    }

    @Test
    void anUnknownFirstByteIsDamage() {
        ByteBuffer file = ByteBuffer.allocate(SectorFormat.SIZE).put(0, (byte) 1);
        assertThatThrownBy(() -> SectorFormat.decode(file, 0)).isInstanceOf(DamagedException.class);
    }

    @Test
    void aTitleNeedsOneWholeSector() throws DamagedException {
        ByteBuffer file = ByteBuffer.allocate(SectorFormat.SIZE);
        SectorFormat.putTitle(file, new SectorFormat.Title(SectorFormat.VERSION, SectorFormat.SIZE, 1));
        assertThat(SectorFormat.decodeTitle(file).length()).isEqualTo(SectorFormat.SIZE);
        assertThatThrownBy(() -> SectorFormat.decodeTitle(ByteBuffer.allocate(SectorFormat.SIZE - 1)))
                .hasMessageContaining("511 bytes");
    }
}
