package dev.conclave.core;

import java.util.Arrays;

/** The bytes of a register: data of the application, which nothing but its own code interprets. */
public final class RegisterValue {

    /** The maximum size of a value in bytes. */
    public static final int MAX_BYTES = 65_536;

    private final byte[] bytes;

    /**
     * Copies the bytes.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX_BYTES}
     */
    public RegisterValue(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a register holds at most " + MAX_BYTES + " bytes, not " + bytes.length
                    + "; keep what is larger in a database, fenced by the token of the leadership");
        }
        this.bytes = bytes.clone();
    }

    /** Returns a copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegisterValue value && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
