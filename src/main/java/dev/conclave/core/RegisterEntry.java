package dev.conclave.core;

import java.util.Optional;

/**
 * The content of a register, as one leader wrote it (U1).
 *
 * @param version its place in the order of all values
 * @param value empty if the register is empty, since nothing was written yet or its leader has cleared it
 */
public record RegisterEntry(RegisterVersion version, Optional<RegisterValue> value) {

    /** The entry of an election that has no register. */
    public static final RegisterEntry NONE = new RegisterEntry(RegisterVersion.NONE, Optional.empty());

    /** Rejects a value without a version. */
    public RegisterEntry {
        if (!version.exists() && value.isPresent()) {
            throw new IllegalArgumentException("a value without a version");
        }
    }

    /** Whether this entry is newer than the other one. */
    public boolean isAbove(RegisterEntry other) {
        return version.isAbove(other.version);
    }
}
