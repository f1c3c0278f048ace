package dev.conclave.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The journal of a data directory: one file for the head and the ballots of all elections, to which records are appended and
 * which is rewritten from time to time. {@link SectorFormat} defines its bytes.
 *
 * <p><b>How it is written.</b> A new journal is written under another name with the whole contents, followed by zeros up to its
 * full length; it is forced, renamed, and the directory is forced. From then on its length never changes, and only its zeros are
 * overwritten. A batch of records is written behind the last one, with one force; it is acknowledged, and the next batch is
 * written, only after that force has succeeded. When there is no room, or when ballots are forgotten, a new journal replaces the
 * old one; a changed head is appended like a ballot, since a new journal with many registers takes seconds. (Overwriting zeros is faster than appending to a file, whose new
 * length each force would have to make durable too.)
 *
 * <p><b>How a torn write is distinguished from a damaged record.</b> A disk writes a sector of 512 bytes completely or not at
 * all, in any order. No record crosses the end of a sector, and a written record never changes. So after a crash each sector of
 * the last batch has its old contents, that is, earlier records followed by zeros; or its new contents; or, if the system
 * accepted only the first bytes of the batch before the process died, its new contents up to some byte, followed by zeros. <em>A
 * record that was written up to its end mark but has a wrong checksum, and bytes other than zeros where there is no record,
 * cannot result from a crash</em>, at the end of the file as well as in its middle: the peer refuses to start. A crash cannot
 * change the length of the file either.
 *
 * <pre>
 *    sector 7                       sector 8                       sector 9
 *  | 41 | 42 | 43* | 44* | 0000 |  | 45* | 46* | 47* | 0000000 |  | 48* | 00000000000000 |    * one batch, forced 42
 *
 *  | 41 | 42 | 00000000000000000 |  | 45* | 46* | 47* | 0000000 |  | 0000000000000000000 |    after a power failure
 * </pre>
 *
 * <p>A crash can leave a gap: here 43 and 44 are missing while 45 to 47 exist. Records are numbered, and each contains the number
 * up to which all records had been forced when it was written. 45 contains 42: so no record after 42 was acknowledged, and 45 to
 * 47 are cut off, which is logged. If there were a record 49 that contains 48, then 43 had been forced and acknowledged, and the
 * disk has lost it: the peer refuses to start. (A record that is not written to its end counts as missing.) Sector 0 contains the
 * number of initial records, which were forced before the file got its name, so none of them may be missing.
 *
 * <p>This cannot detect a disk that has forced the last batch and then turns all of it, or its last part, into zeros; such a disk
 * violates the assumptions.
 *
 * <p><b>The contents that were read become durable before they are visible</b> (R3), since each start writes a new journal.
 * Forcing the old one does not suffice: after a failed force, a system may mark the pages as clean, return them to every reader,
 * and write nothing when the next life forces them. A new journal also drops torn records, and there is only one way in which a
 * journal is created.
 */
final class Journal implements Closeable {

    static final String NAME = "journal";

    /** The unfinished first journal of a directory. No other node knows of it yet, so it may be deleted. */
    static final String FIRST = "journal.first";

    /** The unfinished next journal. Its directory has a complete one. */
    static final String NEXT = "journal.next";

    /** The minimum length of a file; it has room for some three thousand ballots of a few elections. */
    static final int LEAST_LENGTH = 256 * 1024;

    /** The maximum room for further records in a new journal. */
    static final int MOST_ROOM = 64 * 1024 * 1024;

    private static final int ZEROS = 1024 * 1024;

    private final DataDirectory.Target file;
    private final int length;
    private int end;
    private int last;
    /** The length of the longest batch that was appended. */
    private int longest;

    private Journal(DataDirectory.Target file, int length, int end, int last) {
        this.file = file;
        this.length = length;
        this.end = end;
        this.last = last;
    }

    /**
     * Writes a new journal under a temporary name and renames it, durably.
     *
     * @param leastLength its minimum length in bytes
     * @throws IOException if that fails; the directory then has the old or the new journal, and no unfinished one unless it
     *     cannot be deleted either
     */
    static Journal begin(DataDirectory directory, String unfinished, JournalContents state, int leastLength)
            throws IOException {
        List<byte[]> records = encode(JournalEntry.of(state), 0, 0);
        int end = SectorFormat.end(SectorFormat.SIZE, records);
        int length = Math.max(leastLength, roomy(end));
        // Its zeros beyond this buffer are written from a smaller one: with many registers a journal is large.
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(length, Math.max(end, LEAST_LENGTH)));
        SectorFormat.putTitle(bytes, new SectorFormat.Title(SectorFormat.VERSION, length, records.size()));
        SectorFormat.put(bytes, 0, SectorFormat.SIZE, records);
        try {
            Journal journal = new Journal(directory.create(unfinished), length, end, records.size());
            return journal.begun(directory, unfinished, bytes);
        } catch (IOException | RuntimeException failed) {
            closeAfter(failed, () -> directory.delete(unfinished));
            throw failed;
        }
    }

    private Journal begun(DataDirectory directory, String unfinished, ByteBuffer bytes) throws IOException {
        try {
            write(bytes, 0);
            for (int at = bytes.capacity(); at < length; at += ZEROS) {
                write(ByteBuffer.allocate(Math.min(ZEROS, length - at)), at);
            }
            file.force();
            directory.rename(unfinished, NAME);
            directory.force();
            return this;
        } catch (IOException | RuntimeException failed) {
            closeAfter(failed, file);
            throw failed;
        }
    }

    private static void closeAfter(Exception failed, Closeable what) {
        try {
            what.close();
        } catch (IOException also) {
            failed.addSuppressed(also);
        }
    }

    /**
     * Returns the length of a new file: four times the initial contents, so that a journal is rewritten only after three times
     * as much was appended; but not more than {@link #MOST_ROOM} beside them, since a rewrite delays every vote.
     */
    private static int roomy(int end) {
        int sectors = end / SectorFormat.SIZE + 1;
        return Math.multiplyExact(SectorFormat.SIZE, sectors + Math.min(3 * sectors, MOST_ROOM / SectorFormat.SIZE));
    }

    private static List<byte[]> encode(List<JournalEntry> entries, int last, int forced) {
        List<byte[]> records = new ArrayList<>(entries.size());
        for (JournalEntry entry : entries) {
            records.add(SectorFormat.encode(entry, last + records.size() + 1, forced));
        }
        return records;
    }

    /** Appends entries, which are durable when this method returns. Returns false if there is no room. */
    boolean append(List<JournalEntry> entries) throws IOException {
        List<byte[]> records = encode(entries, last, last);
        int newEnd = SectorFormat.end(end, records);
        if (newEnd > length) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.allocate(newEnd - end);
        SectorFormat.put(bytes, end, end, records);
        write(bytes, end);
        file.force();
        longest = Math.max(longest, newEnd - end);
        end = newEnd;
        last += records.size();
        return true;
    }

    /** Whether there may be no room for another batch as long as the longest one, after a few short ones. */
    boolean isNearlyFull() {
        return length - end < longest + longest / 8;
    }

    private void write(ByteBuffer bytes, int position) throws IOException {
        while (bytes.hasRemaining()) {
            if (file.write(bytes, position + bytes.position()) <= 0) {
                throw new IOException("the disk takes no more bytes");
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
