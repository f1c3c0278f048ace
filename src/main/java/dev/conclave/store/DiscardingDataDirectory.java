package dev.conclave.store;

import java.io.FileNotFoundException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/** An empty data directory that takes all bytes and keeps none: for a warm-up of the store's code without a disk. */
final class DiscardingDataDirectory implements DataDirectory {

    private static final class Discarded implements Target {
        @Override
        public int write(ByteBuffer from, long position) {
            int taken = from.remaining();
            from.position(from.limit());
            return taken;
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }

    @Override
    public Path path() {
        return Path.of("nowhere");
    }

    @Override
    public void lock() {}

    @Override
    public Set<String> list() {
        return Set.of();
    }

    @Override
    public byte[] read(String name) throws FileNotFoundException {
        throw new FileNotFoundException(name);
    }

    @Override
    public Target create(String name) {
        return new Discarded();
    }

    @Override
    public void rename(String from, String to) {}

    @Override
    public void delete(String name) {}

    @Override
    public void force() {}

    @Override
    public void close() {}
}
