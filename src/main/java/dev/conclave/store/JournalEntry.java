package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.node.JournalHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The contents of one record of the journal. Numbers are big-endian; a text is its length in two bytes and its UTF-8 bytes; an
 * optional value is a byte 0, or a byte 1 and the value.
 */
sealed interface JournalEntry {

    /**
     * The entry for the head without its electorate, whose bytes have entries of their own and follow at once. The first record of
     * every journal, and one for each later head of the same start.
     *
     * @param electorateBytes how many bytes of the electorate follow
     */
    record OfHead(PeerId self, DirectoryIdentity identity, long starts, int electorateBytes) implements JournalEntry {
        public OfHead {
            if (starts < 0) {
                throw new IllegalArgumentException(starts + " starts are out of range");
            }
        }

        @Override
        public int type() {
            return 1;
        }

        @Override
        public void write(ByteBuffer to) {
            put(to, self);
            to.putLong(identity.value()).putLong(starts).putInt(electorateBytes);
        }
    }

    /** The entry for the next bytes of the electorate ({@link ElectorateBytes}). */
    record OfElectorate(ByteBuffer bytes) implements JournalEntry {
        /** So many bytes fit into a record. */
        static final int MOST = 400;

        @Override
        public int type() {
            return 2;
        }

        @Override
        public void write(ByteBuffer to) {
            to.put(bytes.duplicate());
        }
    }

    /** The entry for the ballot of an election, above every earlier one. */
    record OfBallot(ElectionName election, Ballot ballot) implements JournalEntry {
        @Override
        public int type() {
            return 4;
        }

        @Override
        public void write(ByteBuffer to) {
            put(to, election.value());
            to.putLong(ballot.term());
            put(to, ballot.votedFor().isPresent());
            ballot.votedFor().ifPresent(candidate -> put(to, candidate));
        }
    }

    /**
     * The entry for the floor under the ballots that were forgotten ({@link Ballot#afterForgetting}). At most one, among the
     * records with which a journal begins.
     */
    record OfFloor(long term) implements JournalEntry {
        public OfFloor {
            if (term < 1 || term > Ballot.MAX_TERM) {
                throw new IllegalArgumentException("a floor of " + term + " is not between 1 and " + Ballot.MAX_TERM);
            }
        }

        @Override
        public int type() {
            return 5;
        }

        @Override
        public void write(ByteBuffer to) {
            to.putLong(term);
        }
    }

    /**
     * The entry for what a register holds; the bytes of its value follow in entries of their own.
     *
     * @param valueBytes how many bytes of the value follow; empty if the register is empty
     */
    record OfRegister(ElectionName election, RegisterVersion version, Optional<Integer> valueBytes)
            implements JournalEntry {
        public OfRegister {
            if (!version.exists() || valueBytes.orElse(0) < 0 || valueBytes.orElse(0) > RegisterValue.MAX_BYTES) {
                throw new IllegalArgumentException("a register of " + version + " with " + valueBytes + " bytes");
            }
        }

        @Override
        public int type() {
            return 6;
        }

        @Override
        public void write(ByteBuffer to) {
            put(to, election.value());
            to.putLong(version.term()).putLong(version.count()).putInt(valueBytes.orElse(-1));
        }
    }

    /** The entry for the next bytes of the value of a register. */
    record OfRegisterBytes(ByteBuffer bytes) implements JournalEntry {
        /** So many bytes fit into a record that fills a sector. */
        static final int MOST = SectorFormat.SIZE - SectorFormat.LEAST_RECORD;

        @Override
        public int type() {
            return 7;
        }

        @Override
        public void write(ByteBuffer to) {
            to.put(bytes.duplicate());
        }
    }

    /** The number of this kind of entry. */
    int type();

    /** Writes the entry without its kind. */
    void write(ByteBuffer to);

    /** Returns the entries that represent the contents. */
    static List<JournalEntry> of(JournalContents state) {
        List<JournalEntry> entries = of(state.head());
        if (state.floor() > 0) {
            entries.add(new OfFloor(state.floor()));
        }
        state.byAge().forEach((election, ballot) -> entries.add(new OfBallot(election, ballot)));
        state.registers().forEach((election, entry) -> entries.addAll(RegisterRecords.of(election, entry)));
        return entries;
    }

    /** Returns the entries that represent a head. */
    static List<JournalEntry> of(JournalHead head) {
        List<JournalEntry> entries = new ArrayList<>();
        byte[] electorate = ElectorateBytes.of(head.electorate());
        entries.add(new OfHead(head.self(), head.identity(), head.starts(), electorate.length));
        for (int from = 0; from < electorate.length; from += OfElectorate.MOST) {
            int length = Math.min(OfElectorate.MOST, electorate.length - from);
            entries.add(new OfElectorate(ByteBuffer.wrap(electorate, from, length)));
        }
        return entries;
    }

    /**
     * Reads an entry as written by {@link #write}.
     *
     * @throws RuntimeException if the bytes are not valid
     */
    static JournalEntry read(int type, ByteBuffer from) {
        JournalEntry entry = switch (type) {
            case 1 -> new OfHead(readPeer(from), new DirectoryIdentity(from.getLong()), from.getLong(), from.getInt());
            case 2 -> {
                ByteBuffer bytes = from.slice();
                from.position(from.limit());
                yield new OfElectorate(bytes);
            }
            case 4 ->
                new OfBallot(
                        new ElectionName(readText(from)),
                        new Ballot(from.getLong(), readFlag(from) ? Optional.of(readPeer(from)) : Optional.empty()));
            case 5 -> new OfFloor(from.getLong());
            case 6 -> {
                ElectionName election = new ElectionName(readText(from));
                RegisterVersion version = new RegisterVersion(from.getLong(), from.getLong());
                int bytes = from.getInt();
                yield new OfRegister(election, version, bytes == -1 ? Optional.empty() : Optional.of(bytes));
            }
            case 7 -> {
                ByteBuffer bytes = from.slice();
                from.position(from.limit());
                yield new OfRegisterBytes(bytes);
            }
            default -> throw new IllegalArgumentException("there are no records of kind " + type);
        };
        if (from.hasRemaining()) {
            throw new IllegalArgumentException("it is " + from.remaining() + " bytes too long");
        }
        return entry;
    }

    static void put(ByteBuffer to, PeerId peer) {
        put(to, peer.host());
        to.putShort((short) peer.port());
    }

    static PeerId readPeer(ByteBuffer from) {
        return new PeerId(readText(from), Short.toUnsignedInt(from.getShort()));
    }

    static void put(ByteBuffer to, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        to.putShort((short) utf8.length).put(utf8);
    }

    static String readText(ByteBuffer from) {
        byte[] utf8 = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static void put(ByteBuffer to, boolean flag) {
        to.put((byte) (flag ? 1 : 0));
    }

    static boolean readFlag(ByteBuffer from) {
        byte flag = from.get();
        if (flag != 0 && flag != 1) {
            throw new IllegalArgumentException("a flag must be 0 or 1, not " + flag);
        }
        return flag == 1;
    }
}
