package dev.conclave.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The byte format of the journal: the positions of records and their integrity checks. {@link Journal} explains the order of
 * records.
 *
 * <pre>
 * sector 0    | "CONCLAVE" | version 4 | crc 4 | length of the file 4 | records of the beginning 4 | zeros |
 * sector 1..  | record | record | ... | zeros |
 *
 * record      | begin 1 | kind 1 | length 2 | not length 2 | crc 4 | number 4 | forced 4 | what it says (see Entry) | end 1 |
 * </pre>
 *
 * <p>The length of a record includes all its fields. A CRC32C covers its whole record or sector except the CRC itself and the end
 * mark. The meaning of the first 16 bytes of the file, and a CRC over one sector, stay the same in all future versions, so that a
 * damaged file can be distinguished from one of a later version.
 *
 * <p>The end mark is the last byte of a record that is written. If it and all bytes after it in the sector are zero, the record
 * was not written to its end. One changed byte cannot make a complete record look like that: either the end mark is intact; or
 * only the end mark is changed, which the CRC shows; and the length, which gives the position of the end mark, is stored twice. A
 * changed byte among zeros does not look like the beginning of a record either, unless it equals the begin mark; in that case no
 * record is lost.
 */
final class SectorFormat {

    /** The number of bytes that a disk writes atomically. Some disks have larger units, which are multiples of it. */
    static final int SIZE = 512;

    /**
     * The version of the journal's format. A reader refuses every version that it does not know: a record that it skipped could
     * be one without which the peer votes a second time.
     */
    static final int VERSION = 1;

    /** The number of bytes of a record before its entry. */
    private static final int FRAME = 18;

    /** The number of bytes of a record without an entry. */
    static final int LEAST_RECORD = FRAME + 1;

    private static final byte BEGIN = (byte) 0xC3;

    private static final byte END = (byte) 0xA5;

    private static final long MAGIC = 0x434F_4E43_4C41_5645L;

    private SectorFormat() {}

    /** The contents at a position where a record may begin. */
    sealed interface Piece {}

    /** A complete record. */
    record Framed(int length, int number, int forced, JournalEntry entry) implements Piece {}

    /** No record from here to the end of the sector. */
    enum Blank implements Piece {
        /** Nothing was written. */
        EMPTY,
        /** The first bytes of a record, and zeros. */
        UNFINISHED
    }

    /** The contents of sector 0. For an unknown version, only the version is meaningful. */
    record Title(int version, int length, int beginning) {}

    /** The bytes cannot result from correct writes. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String what) {
            super(what);
        }
    }

    static byte[] encode(JournalEntry entry, int number, int forced) {
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

    /**
     * Returns the position of a record of this length if the one before it ends at the given position: a record never crosses the
     * end of a sector.
     */
    static int place(int position, int length) {
        int left = SIZE - position % SIZE;
        return length <= left ? position : position + left;
    }

    /** Returns the end of the last of the records. */
    static int end(int position, List<byte[]> records) {
        int end = position;
        for (byte[] record : records) {
            end = Math.addExact(place(end, record.length), record.length);
        }
        return end;
    }

    /** Puts consecutive records into a buffer: the first at {@code position} of the file, where the buffer begins at {@code base} of the
     * file. */
    static void put(ByteBuffer buffer, int base, int position, List<byte[]> records) {
        int end = position;
        for (byte[] record : records) {
            end = place(end, record.length);
            buffer.put(end - base, record);
            end += record.length;
        }
    }

    /**
     * Reads the contents at a position.
     *
     * @throws DamagedException if the bytes cannot result from correct writes
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
            JournalEntry entry = JournalEntry.read(file.get(position + 1), said);
            return new Framed(length, file.getInt(position + 10), file.getInt(position + 14), entry);
        } catch (IllegalArgumentException | BufferUnderflowException senseless) {
            throw new DamagedException(
                    "the checksum of the record is right, but its contents are not valid (" + senseless + ")");
        }
    }

    /** Returns the number of bytes up to the last one that is not zero. */
    private static int written(ByteBuffer file, int position, int left) {
        int written = left;
        // Eight bytes at a time, since most of a journal is zeros.
        while (written >= Long.BYTES && file.getLong(position + written - Long.BYTES) == 0) {
            written -= Long.BYTES;
        }
        while (written > 0 && file.get(position + written - 1) == 0) {
            written--;
        }
        return written;
    }

    /** Returns the length of a record of which this many bytes were written. */
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

    /** Puts the title of a journal into sector 0 of the buffer: the version of the format, and where the journal begins and ends. */
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
