package dev.conclave.register;

import akka.util.ByteString;
import dev.conclave.ElectionRegister;
import dev.conclave.Register;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The bytes of {@link Datums} in a register: a mark, the revision, and for each entry its key, version and value, each text and
 * value after its length.
 *
 * @param revision the number of changes so far
 */
record DatumBytes(long revision, Map<String, Datum> entries) {

    private static final byte MARK = (byte) 0xD1;
    private static final int MAX_KEY_BYTES = 200;

    static DatumBytes read(Register register) {
        Optional<ByteString> value = register.value();
        if (value.isEmpty()) {
            return new DatumBytes(0, Map.of());
        }
        ByteBuffer from = value.get().asByteBuffer();
        try {
            if (from.get() != MARK) {
                throw new IllegalStateException("the register holds something else than a map of Datums");
            }
            long revision = from.getLong();
            Map<String, Datum> entries = new TreeMap<>();
            while (from.hasRemaining()) {
                String key = new String(bytes(from, Short.toUnsignedInt(from.getShort())), StandardCharsets.UTF_8);
                long version = from.getLong();
                entries.put(key, new Datum(ByteString.fromArrayUnsafe(bytes(from, from.getInt())), version));
            }
            return new DatumBytes(revision, Collections.unmodifiableMap(entries));
        } catch (BufferUnderflowException | NegativeArraySizeException cutShort) {
            throw new IllegalStateException("the register holds something else than a map of Datums", cutShort);
        }
    }

    private static byte[] bytes(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    /** Returns the bytes; empty if they do not fit a register. */
    static Optional<ByteString> write(long revision, Map<String, Datum> entries) {
        long size = 1 + Long.BYTES;
        for (Map.Entry<String, Datum> entry : entries.entrySet()) {
            int key = entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            if (key > MAX_KEY_BYTES) {
                throw new IllegalArgumentException("a key of " + key + " bytes is longer than " + MAX_KEY_BYTES);
            }
            size += Short.BYTES
                    + key
                    + Long.BYTES
                    + Integer.BYTES
                    + entry.getValue().value().size();
        }
        if (size > ElectionRegister.MAX_BYTES) {
            return Optional.empty();
        }
        ByteBuffer to = ByteBuffer.allocate((int) size).put(MARK).putLong(revision);
        entries.forEach((key, datum) -> {
            byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
            to.putShort((short) utf8.length).put(utf8).putLong(datum.version());
            to.putInt(datum.value().size()).put(datum.value().toArray());
        });
        return Optional.of(ByteString.fromArrayUnsafe(to.array()));
    }
}
