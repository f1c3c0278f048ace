package dev.conclave.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk in memory that fails as disks and systems fail, at the operation that a test chooses, and that distinguishes forced
 * bytes from written ones: after {@link #losePower} any part of the bytes that were not forced is gone.
 *
 * <p>It assumes that a sector is written wholly or not at all, and that a file's name means the old file or the new one.
 */
class FakeDisk {

    static final int SECTOR = 512;

    /** The faults. */
    enum Fault {
        /** The operation has no effect and reports an error. */
        FAIL,
        /** The operation takes effect, a write half of it, and reports an error nevertheless. */
        FAIL_LATE,
        /** A write takes only some of the bytes, which is not an error. */
        SHORT,
        /**
         * A force fails, and from then on the system regards bytes as written that are not on disk: readers see them, a force
         * succeeds, and a power failure loses them.
         */
        FORGET,
        /** The process is killed, in the middle of the operation if that has one. */
        KILL
    }

    /** The process is dead: its operations have no effect any more. */
    static final class Killed extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final Random random;
    private Map<String, Inode> names = new TreeMap<>();
    private final List<Map<String, Inode>> unforcedNames = new ArrayList<>();
    private int operations;
    private int faultAt = Integer.MAX_VALUE;
    private Fault fault = Fault.FAIL;
    private int life;
    private boolean locked;
    private int forces;

    FakeDisk(long seed) {
        this.random = new Random(seed);
        unforcedNames.add(Map.of());
    }

    /** How many operations were tried. */
    synchronized int operations() {
        return operations;
    }

    /** How often a file was forced. */
    synchronized int forces() {
        return forces;
    }

    /** Lets an operation, counted from now, go wrong: 1 is the next. */
    synchronized void breakAt(int operation, Fault how) {
        faultAt = operations + operation;
        fault = how;
    }

    synchronized void healed() {
        faultAt = Integer.MAX_VALUE;
    }

    /** The process ends. The bytes that it wrote can still be read. */
    synchronized void kill() {
        life++;
        locked = false;
    }

    /** The process ends, and all bytes that were not forced, or some of them, are lost. */
    synchronized void losePower() {
        kill();
        // The system writes names in order: some of the changes since the last force survive, from the first on.
        names = new TreeMap<>(unforcedNames.get(random.nextInt(unforcedNames.size())));
        unforcedNames.clear();
        unforcedNames.add(Map.copyOf(names));
        names.values().forEach(inode -> inode.losePower(random));
    }

    synchronized byte[] bytes(String name) {
        Inode inode = names.get(name);
        assertThat(inode).as(name).isNotNull();
        return inode == null ? new byte[0] : inode.now.clone();
    }

    synchronized void put(String name, byte[] bytes) {
        Inode inode = new Inode();
        inode.write(bytes, 0);
        inode.force();
        names.put(name, inode);
        forceNames();
    }

    synchronized Set<String> names() {
        return new TreeSet<>(names.keySet());
    }

    private void forceNames() {
        unforcedNames.clear();
        unforcedNames.add(Map.copyOf(names));
    }

    /** The directory as the current process sees it. */
    synchronized DataDirectory directory() {
        return new FakeDirectory(life);
    }

    /** A hook for tests that must know when a force is under way. */
    void inForce() {}

    /** The bytes that the system has now, and those that the disk may have: each version of a sector since the last force. */
    private static final class Inode {

        private byte[] now = new byte[0];
        private byte[] forced = new byte[0];
        private final Map<Integer, List<byte[]>> unforced = new TreeMap<>();

        void write(byte[] bytes, int position) {
            now = Arrays.copyOf(now, Math.max(now.length, position + bytes.length));
            System.arraycopy(bytes, 0, now, position, bytes.length);
            for (int at = position / SECTOR; at * SECTOR < position + bytes.length; at++) {
                unforced.computeIfAbsent(at, none -> new ArrayList<>()).add(sector(now, at));
            }
        }

        private static byte[] sector(byte[] file, int at) {
            return Arrays.copyOfRange(file, at * SECTOR, (at + 1) * SECTOR);
        }

        void force() {
            forced = Arrays.copyOf(forced, now.length);
            unforced.forEach((at, versions) -> put(forced, at, versions.get(versions.size() - 1)));
            unforced.clear();
        }

        private static void put(byte[] file, int at, byte[] sector) {
            int start = at * SECTOR;
            if (start < file.length) {
                System.arraycopy(sector, 0, file, start, Math.min(SECTOR, file.length - start));
            }
        }

        void losePower(Random random) {
            byte[] left = Arrays.copyOf(forced, random.nextBoolean() ? forced.length : now.length);
            for (Map.Entry<Integer, List<byte[]>> sector : unforced.entrySet()) {
                int version = random.nextInt(sector.getValue().size() + 1) - 1;
                if (version >= 0) {
                    put(left, sector.getKey(), sector.getValue().get(version));
                }
            }
            now = left;
            forced = left.clone();
            unforced.clear();
        }
    }

    /** The effect of an operation that does not fail. */
    private interface Effect<T> {
        T happen() throws IOException;
    }

    private final class FakeDirectory implements DataDirectory {

        private final int mine;

        FakeDirectory(int mine) {
            this.mine = mine;
        }

        private void alive() throws IOException {
            if (mine != life) {
                throw new Killed();
            }
        }

        /** One operation: the fault if it is the chosen one, otherwise the effect. */
        private <T> T operate(Effect<T> effect) throws IOException {
            synchronized (FakeDisk.this) {
                alive();
                if (++operations != faultAt || fault == Fault.SHORT || fault == Fault.FORGET) {
                    return effect.happen();
                }
                if (fault == Fault.FAIL_LATE) {
                    effect.happen();
                }
                throw wrong();
            }
        }

        private IOException wrong() {
            if (fault == Fault.KILL) {
                kill();
                return new Killed();
            }
            return new IOException("Input/output error");
        }

        private void nothing(Effect<?> effect) throws IOException {
            Object ignored = operate(effect);
            assertThat(ignored).isNotNull();
        }

        private Inode inode(String name) throws IOException {
            Inode inode = names.get(name);
            if (inode == null) {
                throw new NoSuchFileException(name);
            }
            return inode;
        }

        private Map<String, Inode> named(Runnable change) {
            change.run();
            Map<String, Inode> changed = Map.copyOf(names);
            unforcedNames.add(changed);
            return changed;
        }

        @Override
        public Path path() {
            return Path.of("fake");
        }

        @Override
        public void lock() throws IOException {
            nothing(() -> {
                if (locked) {
                    throw new StoreException(path(), "in use", "wait");
                }
                locked = true;
                return locked;
            });
        }

        @Override
        public Set<String> list() throws IOException {
            return operate(FakeDisk.this::names);
        }

        @Override
        public byte[] read(String name) throws IOException {
            return operate(() -> inode(name).now.clone());
        }

        @Override
        public Target create(String name) throws IOException {
            Inode inode = new Inode();
            nothing(() -> named(() -> names.put(name, inode)));
            return new FakeTarget(this, inode);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            nothing(() -> {
                Inode inode = inode(from);
                return named(() -> {
                    names.remove(from);
                    names.put(to, inode);
                });
            });
        }

        @Override
        public void delete(String name) throws IOException {
            nothing(() -> named(() -> names.remove(name)));
        }

        @Override
        public void force() throws IOException {
            nothing(() -> {
                forceNames();
                return unforcedNames;
            });
        }

        @Override
        public void close() throws IOException {
            nothing(() -> {
                locked = false;
                return this;
            });
        }
    }

    private final class FakeTarget implements DataDirectory.Target {

        private final FakeDirectory directory;
        private final Inode inode;

        FakeTarget(FakeDirectory directory, Inode inode) {
            this.directory = directory;
            this.inode = inode;
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            synchronized (FakeDisk.this) {
                directory.alive();
                boolean wrong = ++operations == faultAt && fault != Fault.FORGET;
                int some = wrong ? random.nextInt(from.remaining()) : from.remaining();
                some = wrong && fault == Fault.FAIL ? 0 : some;
                byte[] bytes = new byte[wrong && fault == Fault.SHORT ? Math.max(1, some) : some];
                from.get(bytes);
                inode.write(bytes, (int) position);
                if (wrong && fault != Fault.SHORT) {
                    throw directory.wrong();
                }
                return bytes.length;
            }
        }

        @Override
        public void force() throws IOException {
            inForce();
            synchronized (FakeDisk.this) {
                forces++;
                if (operations + 1 == faultAt && fault == Fault.FORGET) {
                    operations++;
                    inode.unforced.clear();
                    directory.alive();
                    throw new IOException("Input/output error");
                }
                directory.nothing(() -> {
                    inode.force();
                    return inode;
                });
            }
        }

        @Override
        public void close() throws IOException {
            directory.nothing(() -> inode);
        }
    }
}
