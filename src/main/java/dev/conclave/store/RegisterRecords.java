package dev.conclave.store;

import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.store.JournalEntry.OfRegister;
import dev.conclave.store.JournalEntry.OfRegisterBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of one entry of a register: a value may be larger than a sector, which no record leaves. All are written in one
 * batch; an entry whose last records are missing at the end of a journal belongs to a write that was never acknowledged.
 */
final class RegisterRecords {

    private final OfRegister begun;
    private final ByteBuffer bytes;

    /** Begins to read an entry. */
    RegisterRecords(OfRegister begun) {
        this.begun = begun;
        this.bytes = ByteBuffer.allocate(begun.valueBytes().orElse(0));
    }

    static List<JournalEntry> of(ElectionName election, RegisterEntry entry) {
        List<JournalEntry> records = new ArrayList<>();
        Optional<byte[]> value = entry.value().map(RegisterValue::toBytes);
        records.add(new OfRegister(election, entry.version(), value.map(all -> all.length)));
        byte[] bytes = value.orElse(new byte[0]);
        for (int from = 0; from < bytes.length; from += OfRegisterBytes.MOST) {
            int length = Math.min(OfRegisterBytes.MOST, bytes.length - from);
            records.add(new OfRegisterBytes(ByteBuffer.wrap(bytes, from, length)));
        }
        return records;
    }

    ElectionName election() {
        return begun.election();
    }

    /** Takes the next bytes; returns false if there are more than the first record says. */
    boolean add(ByteBuffer next) {
        if (next.remaining() > bytes.remaining()) {
            return false;
        }
        bytes.put(next);
        return true;
    }

    boolean isWhole() {
        return !bytes.hasRemaining();
    }

    RegisterEntry entry() {
        return new RegisterEntry(begun.version(), begun.valueBytes().map(length -> new RegisterValue(bytes.array())));
    }
}
