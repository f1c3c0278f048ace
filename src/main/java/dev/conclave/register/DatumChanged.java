package dev.conclave.register;

import akka.actor.NoSerializationVerificationNeeded;
import java.util.Optional;

/**
 * Tells a subscriber of {@link Datums} what a key holds.
 *
 * @param key the key
 * @param datum what it holds; empty if the entry does not exist, or was removed
 */
public record DatumChanged(String key, Optional<Datum> datum) implements NoSerializationVerificationNeeded {}
