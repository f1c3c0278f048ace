package dev.conclave.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/**
 * The operations of the store on a data directory; tests replace it by a disk that fails, writes partially or loses unforced
 * data. Files are given by their plain names. Used by one thread at a time.
 */
interface DataDirectory extends Closeable {

    /** The path of the directory, for messages. */
    Path path();

    /**
     * Locks the directory until {@link #close()}.
     *
     * @throws StoreException if another store has locked it, in this process or in another one
     */
    void lock() throws IOException;

    /** The names of all files and directories in it. */
    Set<String> list() throws IOException;

    /** Reads a whole file. */
    byte[] read(String name) throws IOException;

    /** Creates an empty file, replacing one of the same name. */
    Target create(String name) throws IOException;

    /**
     * Renames a file atomically, replacing one of the new name: after a crash the new name refers to either the old or the new
     * file.
     */
    void rename(String from, String to) throws IOException;

    /** Deletes a file if it exists. */
    void delete(String name) throws IOException;

    /** Makes creations, renames and deletions durable. */
    void force() throws IOException;

    /** Unlocks the directory. */
    @Override
    void close() throws IOException;

    /** A file that is being written. */
    interface Target extends Closeable {

        /** Writes some of the bytes, as {@link java.nio.channels.FileChannel#write(ByteBuffer, long)} does. */
        int write(ByteBuffer from, long position) throws IOException;

        /** Makes the written bytes and the file's length durable. */
        void force() throws IOException;
    }
}
