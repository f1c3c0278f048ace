package dev.conclave.register;

import akka.util.ByteString;

/**
 * One entry of {@link Datums}.
 *
 * @param value its bytes
 * @param version grows with each change of any entry of the same map, and never comes back: a removed entry that is written again
 *     has a higher one
 */
public record Datum(ByteString value, long version) {

    /** The version of an entry that does not exist. */
    public static final long ABSENT = 0;
}
