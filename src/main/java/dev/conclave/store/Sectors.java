package dev.conclave.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The journal's bytes: where a record may lie and how one knows that it is whole. What the order of records means is told
 * at {@link Journal}.
 *
 * <pre>
 * sector 0    | "CONCLAVE" | version 4 | crc 4 | length of the file 4 | records of the beginning 4 | zeros |
 * sector 1..  | record | record | ... | zeros |
 *
 * record      | begin 1 | kind 1 | length 2 | not length 2 | crc 4 | number 4 | forced 4 | what it says (see Entry) | end 1 |
 * </pre>
 *
 * <p>A length counts all of its record. A CRC32C is over all of its record or sector but for the CRC itself and the end
 * mark. The first 16 bytes of the file, and that the CRC is over one sector, stay so in every version to come: a damaged
 * file can then be told from one of a later version.
 *
 * <p>The end mark is the last byte of a record that is written. Where it is zero, and so is all behind it in the sector,
 * the record was not written to its end. One flipped bit or byte cannot make a whole record look like that: it leaves the
 * end mark alone; or it hits the mark and leaves all the rest alone, as the CRC then tells; and what says where the mark
 * is, the length, is there twice. Nor does a byte flipped among zeros look like the first of a record, unless it comes out
 * as the very begin mark; then nothing is lost that was there.
 */
final class Sectors {

    /** What a disk writes wholly or not at all. Some write more at a time, which is a multiple. */
    static final int SIZE = 512;

    /** Of journals that have forgotten nothing. */
    static final int VERSION = 1;

    /**
     * Of journals with a floor under what they have forgotten. An older Conclave must not read one: it would take an
     * election that was forgotten for one that it never heard of, and vote in it a second time.
     */
    static final int VERSION_WITH_FLOOR = 2;

    /** Bytes of a record before what it says. */
    private static final int FRAME = 18;

    private static final int LEAST_RECORD = FRAME + 1;

    private static final byte BEGIN = (byte) 0xC3;

    private static final byte END = (byte) 0xA5;

    private static final long MAGIC = 0x434F_4E43_4C41_5645L;

    private Sectors() {}

    /** What there is at a position where a record may begin. */
    sealed interface Piece {}

    /** A whole record. */
    record Framed(int length, int number, int forced, Entry entry) implements Piece {}

    /** No record from here to the end of the sector. */
    enum Blank implements Piece {
        /** Nothing was written. */
        EMPTY,
        /** The first bytes of a record, and zeros. */
        UNFINISHED
    }

    /** What sector 0 says. Of another version, only the version means something. */
    record Title(int version, int length, int beginning) {}

    /** The bytes are not what was written. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String what) {
            super(what);
        }
    }

    static byte[] encode(Entry entry, int number, int forced) {
        ByteBuffer said = ByteBuffer.allocate(SIZE);
        entry.write(said);
        return encode(entry.type(), said.flip(), number, forced);
    }

    static byte[] encode(int kind, ByteBuffer said, int number, int forced) {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        buffer.position(FRAME);
        int length = buffer.put(said).put(END).position();
        buffer.put(0, BEGIN).put(1, (byte) kind);
        buffer.putShort(2, (short) length).putShort(4, (short) ~length);
        buffer.putInt(10, number).putInt(14, forced);
        buffer.putInt(6, crc(buffer, 0, 6, length - 1));
        byte[] record = new byte[length];
        buffer.get(0, record);
        return record;
    }

    /** Where a record of this length lies if the one before it ends at the position: it never crosses a sector's end. */
    static int place(int position, int length) {
        int left = SIZE - position % SIZE;
        return length <= left ? position : position + left;
    }

    /** Where the last of the records ends. */
    static int end(int position, List<byte[]> records) {
        int end = position;
        for (byte[] record : records) {
            end = Math.addExact(place(end, record.length), record.length);
        }
        return end;
    }

    /** Puts the records where they belong into a buffer that begins at a position of the file. */
    static void put(ByteBuffer buffer, int base, int position, List<byte[]> records) {
        int end = position;
        for (byte[] record : records) {
            end = place(end, record.length);
            buffer.put(end - base, record);
            end += record.length;
        }
    }

    /**
     * Reads what is at a position.
     *
     * @throws DamagedException if we never wrote anything like it
     */
    static Piece decode(ByteBuffer file, int position) throws DamagedException {
        int left = SIZE - position % SIZE;
        int written = written(file, position, left);
        if (written == 0) {
            return Blank.EMPTY;
        }
        if (left < LEAST_RECORD || file.get(position) != BEGIN) {
            throw new DamagedException("the bytes are neither a record nor zeros");
        }
        if (written < 4) {
            return Blank.UNFINISHED;
        }
        int length = length(file, position, left, written);
        boolean whole = file.getInt(position + 6) == crc(file, position, 6, length - 1);
        if (written < length && !whole) {
            return Blank.UNFINISHED;
        }
        if (!whole || (written >= length && file.get(position + length - 1) != END)) {
            throw new DamagedException("the checksum of the record is wrong");
        }
        try {
            ByteBuffer said = file.slice(position + FRAME, length - LEAST_RECORD);
            Entry entry = Entry.read(file.get(position + 1), said);
            return new Framed(length, file.getInt(position + 10), file.getInt(position + 14), entry);
        } catch (IllegalArgumentException | BufferUnderflowException senseless) {
            throw new DamagedException(
                    "the checksum of the record is right, but its contents are not valid (" + senseless + ")");
        }
    }

    /** How many bytes there are up to the last one that is not zero. */
    private static int written(ByteBuffer file, int position, int left) {
        int written = left;
        // Most of a journal that has room is zeros.
        while (written >= Long.BYTES && file.getLong(position + written - Long.BYTES) == 0) {
            written -= Long.BYTES;
        }
        while (written > 0 && file.get(position + written - 1) == 0) {
            written--;
        }
        return written;
    }

    /** The length of a record, of which so many bytes were written. */
    private static int length(ByteBuffer file, int position, int left, int written) throws DamagedException {
        int length = Short.toUnsignedInt(file.getShort(position + 2));
        int again = length ^ 0xFFFF;
        boolean differs = (written > 4 && file.get(position + 4) != (byte) (again >> 8))
                || (written > 5 && file.get(position + 5) != (byte) again);
        if (length < LEAST_RECORD || length > left || differs) {
            throw new DamagedException("the length of the record is not valid");
        }
        return length;
    }

    /** Sector 0. */
    static void putTitle(ByteBuffer file, Title title) {
        file.putLong(0, MAGIC).putInt(8, title.version());
        file.putInt(16, title.length()).putInt(20, title.beginning());
        file.putInt(12, crc(file, 0, 12, SIZE));
    }

    /** Reads sector 0. */
    static Title decodeTitle(ByteBuffer file) throws DamagedException {
        if (file.capacity() < SIZE) {
            throw new DamagedException("the file is cut short, it is only " + file.capacity() + " bytes long");
        }
        if (file.getLong(0) != MAGIC || file.getInt(12) != crc(file, 0, 12, SIZE)) {
            throw new DamagedException("the checksum of the first sector is wrong, or this file is not a journal");
        }
        return new Title(file.getInt(8), file.getInt(16), file.getInt(20));
    }

    private static int crc(ByteBuffer buffer, int start, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start, from));
        crc.update(buffer.slice(start + from + 4, length - from - 4));
        return (int) crc.getValue();
    }
}
