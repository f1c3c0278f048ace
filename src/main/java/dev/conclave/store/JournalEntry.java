package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.JournalHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The contents of one record of the journal. Numbers are big-endian; a text is its length in two bytes and its UTF-8 bytes; an
 * optional value is a byte 0, or a byte 1 and the value.
 */
sealed interface JournalEntry {

    /**
     * The entry for the head without its lists, whose elements have entries of their own. Exactly the first record of every
     * journal.
     */
    record OfHead(JournalHead head) implements JournalEntry {
        @Override
        public int type() {
            return 1;
        }

        @Override
        public void write(ByteBuffer to) {
            put(to, head.self());
            put(to, head.identity());
            to.putLong(head.longestElectionNanos()).putLong(head.floor()).putLong(head.starts());
            put(to, head.admitted());
            put(to, head.replaces().isPresent());
            head.replaces().ifPresent(lost -> put(to, lost));
        }
    }

    /** The entry for one voter of the head. */
    record OfVoter(PeerId voter) implements JournalEntry {
        @Override
        public int type() {
            return 2;
        }

        @Override
        public void write(ByteBuffer to) {
            put(to, voter);
        }
    }

    /** The entry for the identity of another peer, which replaces an earlier one. */
    record OfIdentity(PeerId peer, DirectoryIdentity identity) implements JournalEntry {
        @Override
        public int type() {
            return 3;
        }

        @Override
        public void write(ByteBuffer to) {
            put(to, peer);
            put(to, identity);
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

    /** The number of this kind of entry. */
    int type();

    /** Writes the entry without its kind. */
    void write(ByteBuffer to);

    /** Returns the entries that represent the contents. */
    static List<JournalEntry> of(JournalContents state) {
        JournalHead head = state.head();
        List<JournalEntry> entries = new ArrayList<>();
        entries.add(new OfHead(head));
        head.voters().forEach(voter -> entries.add(new OfVoter(voter)));
        head.known().forEach((peer, its) -> entries.add(new OfIdentity(peer, its)));
        if (state.floor() > 0) {
            entries.add(new OfFloor(state.floor()));
        }
        state.byAge().forEach((election, ballot) -> entries.add(new OfBallot(election, ballot)));
        return entries;
    }

    /** Returns the entries to append to change one head into another; empty if that is not possible by appending. */
    static Optional<List<JournalEntry>> between(JournalHead before, JournalHead after) {
        JournalHead reached = before;
        List<JournalEntry> entries = new ArrayList<>();
        for (Map.Entry<PeerId, DirectoryIdentity> known : after.known().entrySet()) {
            if (!known.getValue().equals(before.known().get(known.getKey()))) {
                reached = reached.knowing(known.getKey(), known.getValue());
                entries.add(new OfIdentity(known.getKey(), known.getValue()));
            }
        }
        return reached.equals(after) ? Optional.of(entries) : Optional.empty();
    }

    /**
     * Reads an entry as written by {@link #write}.
     *
     * @throws RuntimeException if the bytes are not valid
     */
    static JournalEntry read(int type, ByteBuffer from) {
        JournalEntry entry = switch (type) {
            case 1 -> new OfHead(readHead(from));
            case 2 -> new OfVoter(readPeer(from));
            case 3 -> new OfIdentity(readPeer(from), readIdentity(from));
            case 4 ->
                new OfBallot(
                        new ElectionName(readText(from)),
                        new Ballot(from.getLong(), readFlag(from) ? Optional.of(readPeer(from)) : Optional.empty()));
            case 5 -> new OfFloor(from.getLong());
            default -> throw new IllegalArgumentException("there are no records of kind " + type);
        };
        if (from.hasRemaining()) {
            throw new IllegalArgumentException("it is " + from.remaining() + " bytes too long");
        }
        return entry;
    }

    private static JournalHead readHead(ByteBuffer from) {
        PeerId self = readPeer(from);
        DirectoryIdentity identity = readIdentity(from);
        long election = from.getLong();
        long floor = from.getLong();
        long starts = from.getLong();
        boolean admitted = readFlag(from);
        Optional<DirectoryIdentity> replaces = readFlag(from) ? Optional.of(readIdentity(from)) : Optional.empty();
        return new JournalHead(self, identity, List.of(), election, admitted, replaces, floor, Map.of(), starts);
    }

    private static void put(ByteBuffer to, DirectoryIdentity identity) {
        to.putLong(identity.generation()).putLong(identity.random());
    }

    private static DirectoryIdentity readIdentity(ByteBuffer from) {
        return new DirectoryIdentity(from.getLong(), from.getLong());
    }

    private static void put(ByteBuffer to, PeerId peer) {
        put(to, peer.host());
        to.putShort((short) peer.port());
    }

    private static PeerId readPeer(ByteBuffer from) {
        return new PeerId(readText(from), Short.toUnsignedInt(from.getShort()));
    }

    private static void put(ByteBuffer to, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        to.putShort((short) utf8.length).put(utf8);
    }

    private static String readText(ByteBuffer from) {
        byte[] utf8 = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void put(ByteBuffer to, boolean flag) {
        to.put((byte) (flag ? 1 : 0));
    }

    private static boolean readFlag(ByteBuffer from) {
        byte flag = from.get();
        if (flag != 0 && flag != 1) {
            throw new IllegalArgumentException("a flag must be 0 or 1, not " + flag);
        }
        return flag == 1;
    }
}
