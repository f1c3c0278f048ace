package dev.conclave.store;

import dev.conclave.core.Terms;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.JournalHead;
import dev.conclave.store.JournalEntry.OfBallot;
import dev.conclave.store.JournalEntry.OfElectorate;
import dev.conclave.store.JournalEntry.OfFloor;
import dev.conclave.store.JournalEntry.OfHead;
import dev.conclave.store.JournalEntry.OfRegister;
import dev.conclave.store.JournalEntry.OfRegisterBytes;
import dev.conclave.store.SectorFormat.Blank;
import dev.conclave.store.SectorFormat.DamagedException;
import dev.conclave.store.SectorFormat.Framed;
import dev.conclave.store.SectorFormat.Piece;
import dev.conclave.store.SectorFormat.Title;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Reads and verifies a journal. {@link Journal} explains the checks. */
final class JournalReader {

    /**
     * The result of reading a journal.
     *
     * @param state the head and the ballots
     * @param cut how many records of an unacknowledged write were cut off
     * @param shortened how many zeros are missing at the end of the file
     */
    record Found(JournalContents state, int cut, int shortened) {}

    private final Path path;
    private final ByteBuffer file;
    private int shortened;
    private Optional<JournalContents> state = Optional.empty();

    /** The bytes of the electorate that are still missing. */
    private ByteBuffer electorate = ByteBuffer.allocate(0);

    /** An entry of a register whose bytes are still missing. */
    private Optional<RegisterRecords> register = Optional.empty();

    private int position;
    private int believed;
    private int last;
    private int cut;

    /** The number of the last record with which the journal began; a floor may not stand behind it. */
    private int beginning;

    private JournalReader(Path path, byte[] bytes) {
        this.path = path;
        this.file = ByteBuffer.wrap(bytes);
    }

    /**
     * Reads a journal.
     *
     * @throws StoreException if it is damaged
     */
    static Found read(Path path, byte[] bytes) {
        return new JournalReader(path, bytes).read();
    }

    private Found read() {
        try {
            Title title = readTitle();
            position = SectorFormat.SIZE;
            // If zeros are missing, ignore the incomplete last sector, which is empty.
            int end = shortened == 0 ? title.length() : file.capacity() / SectorFormat.SIZE * SectorFormat.SIZE;
            while (position < end) {
                Piece piece = SectorFormat.decode(file, position);
                if (piece instanceof Framed record) {
                    accept(record);
                    position += record.length();
                } else {
                    cut += piece == Blank.UNFINISHED ? 1 : 0;
                    position += SectorFormat.SIZE - position % SectorFormat.SIZE;
                }
            }
            if (state.isEmpty() || believed < title.beginning()) {
                throw new DamagedException("record " + (believed + 1) + " of the " + title.beginning()
                        + " with which the journal began is missing");
            }
            if (electorate.hasRemaining() && believed <= title.beginning()) {
                throw electorateIsMissing();
            }
            if (register.isPresent() && believed <= title.beginning()) {
                throw new DamagedException(
                        "bytes of the register of election \"" + register.get().election() + "\" are missing");
            }
            // Otherwise it is the last entry, of a batch that was not finished.
            cut += register.isPresent() || electorate.hasRemaining() ? 1 : 0;
            return new Found(state.get(), cut, shortened);
        } catch (DamagedException damaged) {
            throw new StoreException(
                    path,
                    "damaged at byte " + position + ": " + damaged.getMessage(),
                    "nothing in it can be trusted, so keep a copy to find the cause, empty the directory, start the node,"
                            + " and let the other voters readmit it (electorate readmit)",
                    damaged);
        }
    }

    private Title readTitle() throws DamagedException {
        Title title = SectorFormat.decodeTitle(file);
        if (title.version() != SectorFormat.VERSION) {
            throw new StoreException(
                    path,
                    "the journal is of version " + title.version() + ", this Conclave reads version "
                            + SectorFormat.VERSION,
                    "start the version of Conclave that wrote it");
        }
        beginning = title.beginning();
        if (title.length() % SectorFormat.SIZE != 0) {
            throw new DamagedException(
                    "the file was created " + title.length() + " bytes long, which is not a journal's length");
        }
        if (endsInZeros(title)) {
            shortened = title.length() - file.capacity();
        }
        if (title.length() - shortened != file.capacity()) {
            throw new DamagedException("the file is " + file.capacity() + " bytes long, but was created "
                    + title.length() + " bytes long");
        }
        return title;
    }

    /**
     * Whether a file that is too short lacks only zeros. A crash cannot shorten a file whose length never changes, but an
     * incomplete copy can; a whole empty sector after the last record shows that no record is missing. If an acknowledged record
     * may be missing, the file is refused.
     */
    private boolean endsInZeros(Title title) {
        int whole = file.capacity() / SectorFormat.SIZE;
        if (file.capacity() >= title.length() || whole < 2) {
            return false;
        }
        for (int at = (whole - 1) * SectorFormat.SIZE; at < file.capacity(); at++) {
            if (file.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Accepts records with consecutive numbers. After a gap there may only be records of the same batch as the missing ones; a
     * record which shows that the missing ones had been forced proves that the disk lost them.
     */
    private void accept(Framed record) throws DamagedException {
        if (record.number() <= last || record.forced() >= record.number()) {
            throw new DamagedException(
                    "record " + record.number() + " (forced " + record.forced() + ") follows record " + last);
        }
        last = record.number();
        if (record.forced() > believed) {
            throw new DamagedException("record " + (believed + 1) + " is missing, though record " + record.forced()
                    + " and all before it had been forced");
        }
        if (record.number() == believed + 1) {
            apply(record.entry());
            believed++;
        } else {
            cut++;
        }
    }

    private void apply(JournalEntry entry) throws DamagedException {
        if (entry instanceof OfHead of && state.isEmpty()) {
            state = Optional.of(new JournalContents(
                    new JournalHead(of.self(), of.identity(), StoredElectorate.EMPTY, of.starts())));
            expectElectorate(of);
        } else if (state.isEmpty()) {
            throw new DamagedException("a journal begins with a head");
        } else {
            apply(entry, state.get());
        }
    }

    /** The head counts once its electorate is complete; until then the one before it does. */
    private void expectElectorate(OfHead of) throws DamagedException {
        if (of.electorateBytes() < 0 || of.electorateBytes() > file.capacity()) {
            throw new DamagedException("an electorate of " + of.electorateBytes() + " bytes is out of range");
        }
        electorate = ByteBuffer.allocate(of.electorateBytes());
    }

    private DamagedException electorateIsMissing() {
        return new DamagedException(electorate.remaining() + " bytes of the electorate are missing");
    }

    private void apply(JournalEntry entry, JournalContents to) throws DamagedException {
        if (register.isPresent() && !(entry instanceof OfRegisterBytes)) {
            throw new DamagedException(
                    "bytes of the register of election \"" + register.get().election() + "\" are missing");
        }
        if (electorate.hasRemaining() && !(entry instanceof OfElectorate)) {
            throw electorateIsMissing();
        }
        if (entry instanceof OfHead of) {
            JournalHead before = to.head();
            if (of.electorateBytes() == 0
                    || !before.equals(new JournalHead(of.self(), of.identity(), before.electorate(), of.starts()))) {
                throw new DamagedException("a head that is not of this start of the node follows another one");
            }
            expectElectorate(of);
        } else if (entry instanceof OfElectorate of) {
            if (of.bytes().remaining() > electorate.remaining()) {
                throw new DamagedException("the electorate has more bytes than the head says");
            }
            electorate.put(of.bytes());
            if (!electorate.hasRemaining()) {
                to.head(to.head().with(read(electorate.flip())));
                electorate.limit(electorate.position());
            }
        } else if (entry instanceof OfFloor of) {
            if (to.floor() > 0 || last > beginning) {
                throw new DamagedException("a floor may stand only at the beginning of a journal, and only once");
            }
            to.floor(of.term());
        } else if (entry instanceof OfRegister of) {
            register = Optional.of(new RegisterRecords(of));
            applyRegister(to);
        } else if (entry instanceof OfRegisterBytes of) {
            if (register.isEmpty() || !register.get().add(of.bytes())) {
                throw new DamagedException("there are more bytes of a register than its first record says");
            }
            applyRegister(to);
        } else if (entry instanceof OfBallot of) {
            // Not compared with either floor, which may have risen since.
            if (!of.ballot().isAbove(to.stored(of.election()))) {
                throw new DamagedException("in election \"" + of.election() + "\" term "
                        + Terms.show(of.ballot().term()) + " follows term "
                        + Terms.show(to.stored(of.election()).term()));
            }
            to.put(of.election(), of.ballot());
        }
    }

    private void applyRegister(JournalContents to) throws DamagedException {
        RegisterRecords read = register.orElseThrow();
        if (!read.isWhole()) {
            return;
        }
        Optional<String> refusal = to.refusal(read.election(), read.entry());
        if (refusal.isPresent()) {
            throw new DamagedException(refusal.get());
        }
        to.put(read.election(), read.entry());
        register = Optional.empty();
    }

    private static StoredElectorate read(ByteBuffer bytes) throws DamagedException {
        try {
            return ElectorateBytes.read(bytes);
        } catch (IllegalArgumentException | BufferUnderflowException senseless) {
            throw new DamagedException("the electorate is not valid (" + senseless.getMessage() + ")");
        }
    }
}
