package dev.conclave.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The journal of a data directory: one file for the head and the ballots of all elections, to which records are appended
 * and which is written anew from time to time. Its bytes are told at {@link Sectors}.
 *
 * <p><b>How it is written.</b> A journal is begun under another name with all that is to be remembered, followed by zeros
 * up to its full length; it is forced, renamed, and the directory is forced. From then on its length never changes and no
 * byte but the zeros is ever written again. A batch of records goes where the last one ended, with one force; the next
 * batch is not written before that force has succeeded, and only then is the batch acknowledged. When there is no room,
 * when the head changes in more than an identity, or when ballots are forgotten, the journal is begun anew. (To overwrite
 * zeros is faster than to let a file grow, whose new length each force would have to make durable too.)
 *
 * <p><b>How a torn write is told from a rotten record.</b> A disk writes a sector of 512 bytes wholly or not at all, in
 * any order. No record crosses the end of a sector, and a record once written stays as it is. So after a crash each sector
 * of the batch in flight is as it was, its earlier records followed by zeros; or as it was to be; or, if the system took
 * only the first bytes of the batch before the process died, as it was to be up to some byte and zeros behind. <em>So a
 * record that was written to its end mark but does not have its checksum, and anything but zeros where there is no record,
 * was never written by us</em>, at the very end of the file no less than in its middle: the peer does not start. Nor can a
 * crash change the length of the file.
 *
 * <pre>
 *    sector 7                       sector 8                       sector 9
 *  | 41 | 42 | 43* | 44* | 0000 |  | 45* | 46* | 47* | 0000000 |  | 48* | 00000000000000 |    * one batch, forced 42
 *
 *  | 41 | 42 | 00000000000000000 |  | 45* | 46* | 47* | 0000000 |  | 0000000000000000000 |    after a power failure
 * </pre>
 *
 * <p>What a crash can leave is a gap: here 43 and 44 are missing and 45 to 47 are there. Records are numbered, and each
 * says up to which number all had been forced when it was written. 45 says 42: so nothing after 42 was acknowledged, and
 * 45 to 47 are cut off, which is logged. Were there a 49 that says 48, then 43 had been forced and acknowledged, and the
 * disk has lost it: the peer does not start. (A record that is not written to its end is as good as missing.) The records
 * with which the journal began are counted in sector 0, forced before the file had its name, so none of them may be
 * missing.
 *
 * <p>What this cannot see is a disk that has forced the last batch and then turns all of it, or its last part, into zeros:
 * that disk breaks what is assumed of disks.
 *
 * <p><b>What was read is made durable before it is shown</b> (R3) by beginning the journal anew at each start. Merely to
 * force the old one is not enough: after a force that failed, a system may hold the pages for clean, show them to every
 * reader, and have nothing to write when the next life forces them. It also cuts off what is torn, and leaves one way
 * only in which a file comes into being.
 */
final class Journal implements Closeable {

    static final String NAME = "journal";

    /** The first of a directory, unfinished. Nothing was told about it yet, so it may be thrown away. */
    static final String FIRST = "journal.first";

    /** The next one, unfinished. Its directory has a journal. */
    static final String NEXT = "journal.next";

    /** The least length of a file; room for some three thousand ballots of a few elections. */
    static final int LEAST_LENGTH = 256 * 1024;

    private final Directory.Target file;
    private final int length;
    private int end;
    private int last;

    private Journal(Directory.Target file, int length, int end, int last) {
        this.file = file;
        this.length = length;
        this.end = end;
        this.last = last;
    }

    /**
     * Begins a journal under a name for the unfinished and puts it into its place, durably.
     *
     * @param leastLength how long it is at least, in bytes
     * @throws IOException if that fails; the directory then has the old journal or the new one, and no unfinished one
     *     unless it cannot be deleted either
     */
    static Journal begin(Directory directory, String unfinished, Contents contents, int leastLength)
            throws IOException {
        List<byte[]> records = encode(Entry.of(contents), 0, 0);
        int end = Sectors.end(Sectors.SIZE, records);
        int length = Math.max(leastLength, fourTimes(end));
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int version = contents.floor() > 0 ? Sectors.VERSION_WITH_FLOOR : Sectors.VERSION;
        Sectors.putTitle(bytes, new Sectors.Title(version, length, records.size()));
        Sectors.put(bytes, 0, Sectors.SIZE, records);
        try {
            Journal journal = new Journal(directory.create(unfinished), length, end, records.size());
            return journal.begun(directory, unfinished, bytes);
        } catch (IOException | RuntimeException failed) {
            closeAfter(failed, () -> directory.delete(unfinished));
            throw failed;
        }
    }

    private Journal begun(Directory directory, String unfinished, ByteBuffer bytes) throws IOException {
        try {
            write(bytes, 0);
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

    /** Four times what is to be remembered, so that a journal is begun anew only after three times as much was appended. */
    private static int fourTimes(int end) {
        return Math.multiplyExact(4 * Sectors.SIZE, end / Sectors.SIZE + 1);
    }

    private static List<byte[]> encode(List<Entry> entries, int last, int forced) {
        List<byte[]> records = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            records.add(Sectors.encode(entry, last + records.size() + 1, forced));
        }
        return records;
    }

    /** Whether there was room to append the entries; if so, they are durable when this returns. */
    boolean append(List<Entry> entries) throws IOException {
        List<byte[]> records = encode(entries, last, last);
        int newEnd = Sectors.end(end, records);
        if (newEnd > length) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.allocate(newEnd - end);
        Sectors.put(bytes, end, end, records);
        write(bytes, end);
        file.force();
        end = newEnd;
        last += records.size();
        return true;
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
