package dev.conclave.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The journal's bytes: where a record may lie and how one knows that it is whole. What the order of records means is told
 * at {@link Journal}.
 *
 * <pre>
 * sector 0    | "CONCLAVE" | version 4 | crc 4 | length of the file 4 | records of the beginning 4 | zeros |
 * sector 1..  | record | record | ... | zeros |
 *
 * record      | length 2 | kind 2 | crc 4 | number 4 | forced 4 | what it says (see Entry) |
 * </pre>
 *
 * <p>A length counts all of its record, a CRC32C is over all of its record or sector without the CRC itself. The first 16
 * bytes of the file, and that the CRC is over one sector, stay so in every version to come: a damaged file can then be
 * told from one of a later version.
 */
final class Sectors {

    /** What a disk writes wholly or not at all. Some write more at a time, which is a multiple. */
    static final int SIZE = 512;

    static final int VERSION = 1;

    /** Bytes of a record that are not its entry. */
    static final int FRAME = 16;

    private static final long MAGIC = 0x434F_4E43_4C41_5645L;

    private Sectors() {}

    /** A record as it stands in the file. */
    record Framed(int length, int number, int forced, Entry entry) {}

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
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        buffer.position(FRAME);
        entry.write(buffer);
        int length = buffer.position();
        buffer.putShort(0, (short) length).putShort(2, (short) entry.type());
        buffer.putInt(8, number).putInt(12, forced);
        buffer.putInt(4, crc(buffer, 0, 4, length));
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
     * The record at a position; empty if the rest of the sector is zeros.
     *
     * @throws DamagedException if there is neither
     */
    static Optional<Framed> decode(ByteBuffer file, int position) throws DamagedException {
        int left = SIZE - position % SIZE;
        int length = left < FRAME ? 0 : Short.toUnsignedInt(file.getShort(position));
        if (length == 0) {
            if (isZero(file, position, left)) {
                return Optional.empty();
            }
            throw new DamagedException("there is something where nothing was written");
        }
        if (length < FRAME || length > left || file.getInt(position + 4) != crc(file, position, 4, length)) {
            throw new DamagedException("the record there does not have its checksum");
        }
        try {
            Entry entry = Entry.read(
                    Short.toUnsignedInt(file.getShort(position + 2)), file.slice(position + FRAME, length - FRAME));
            return Optional.of(new Framed(length, file.getInt(position + 8), file.getInt(position + 12), entry));
        } catch (IllegalArgumentException | BufferUnderflowException senseless) {
            throw new DamagedException("the record there has its checksum but makes no sense (" + senseless + ")");
        }
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
            throw new DamagedException("the first sector does not have its checksum, or this is no journal");
        }
        return new Title(file.getInt(8), file.getInt(16), file.getInt(20));
    }

    private static boolean isZero(ByteBuffer buffer, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (buffer.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(ByteBuffer buffer, int start, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start, from));
        crc.update(buffer.slice(start + from + 4, length - from - 4));
        return (int) crc.getValue();
    }
}
