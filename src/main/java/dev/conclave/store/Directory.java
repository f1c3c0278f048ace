package dev.conclave.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/**
 * The few things that the store does to a data directory, so that a test can be a disk that fails, writes short or loses
 * what was not forced. Files are named by their plain names. Used by one thread at a time.
 */
interface Directory extends Closeable {

    /** Where it is; for messages. */
    Path path();

    /**
     * Takes the directory for this life alone, until {@link #close()}.
     *
     * @throws StoreException if another store has it, in this process or in another
     */
    void lock() throws IOException;

    /** The names of all that is in it. */
    Set<String> list() throws IOException;

    /** The whole of a file. */
    byte[] read(String name) throws IOException;

    /** A new empty file in the place of any other of that name. */
    Target create(String name) throws IOException;

    /** Gives a file a name that another may have had; after a crash the name means either the one or the other, whole. */
    void rename(String from, String to) throws IOException;

    /** Removes a file if there is one. */
    void delete(String name) throws IOException;

    /** Makes durable what was created, renamed and deleted. */
    void force() throws IOException;

    /** Gives the directory free. */
    @Override
    void close() throws IOException;

    /** A file that is being written. */
    interface Target extends Closeable {

        /** Writes some of the bytes, as {@link java.nio.channels.FileChannel#write(ByteBuffer, long)} does. */
        int write(ByteBuffer from, long position) throws IOException;

        /** Makes durable what was written, and the file's length. */
        void force() throws IOException;
    }
}
