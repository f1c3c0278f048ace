package dev.conclave.store;

import static dev.conclave.store.Samples.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.store.Sectors.Blank;
import dev.conclave.store.Sectors.DamagedException;
import dev.conclave.store.Sectors.Framed;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The sectors in which a record fits, and how the rest of a sector is read. */
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
    void zerosAreNotARecord() throws DamagedException {
        assertThat(Sectors.decode(ByteBuffer.allocate(Sectors.SIZE), 100)).isEqualTo(Blank.EMPTY);
    }

    /** Each part of the fields before the text; a record that lacks only zeros is complete. */
    @Test
    void aRecordThatWasNotWrittenToItsEndIsUnfinished() throws DamagedException {
        for (int written = 1; written < 20; written++) {
            ByteBuffer file = ByteBuffer.allocate(Sectors.SIZE).put(0, RECORD, 0, written);
            assertThat(Sectors.decode(file, 0)).as("%d bytes", written).isEqualTo(Blank.UNFINISHED);
        }
    }

    @Test
    void anUnknownFirstByteIsDamage() {
        ByteBuffer file = ByteBuffer.allocate(Sectors.SIZE).put(0, (byte) 1);
        assertThatThrownBy(() -> Sectors.decode(file, 0)).isInstanceOf(DamagedException.class);
    }

    @Test
    void aTitleNeedsOneWholeSector() throws DamagedException {
        ByteBuffer file = ByteBuffer.allocate(Sectors.SIZE);
        Sectors.putTitle(file, new Sectors.Title(Sectors.VERSION, Sectors.SIZE, 1));
        assertThat(Sectors.decodeTitle(file).length()).isEqualTo(Sectors.SIZE);
        assertThatThrownBy(() -> Sectors.decodeTitle(ByteBuffer.allocate(Sectors.SIZE - 1)))
                .hasMessageContaining("511 bytes");
    }
}
