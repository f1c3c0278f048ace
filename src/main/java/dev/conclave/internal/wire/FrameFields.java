package dev.conclave.internal.wire;

import akka.util.ByteString;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The fields of one map of a {@link Frame}, read by name and type. A missing field, or one of another type, causes an {@link
 * IllegalArgumentException}, like a value out of range in the core; fields that are not read are ignored.
 */
record FrameFields(Map<?, ?> values) {

    static FrameFields of(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new FrameFields(map);
        }
        throw new IllegalArgumentException("a value that must be a map is not a map");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    long number(String name) {
        return demand(name, Long.class);
    }

    /** Reads a number that must fit an int. */
    int smallNumber(String name) {
        long number = number(name);
        if (number != (int) number) {
            throw new IllegalArgumentException(name + " is " + number + ", which is out of range");
        }
        return (int) number;
    }

    double fraction(String name) {
        return demand(name, Double.class);
    }

    boolean flag(String name) {
        return demand(name, Boolean.class);
    }

    String text(String name) {
        return demand(name, String.class);
    }

    ByteString bytes(String name) {
        return demand(name, ByteString.class);
    }

    PeerId peer(String name) {
        return PeerId.parse(text(name));
    }

    DirectoryIdentity identity(String name) {
        return new DirectoryIdentity(number(name));
    }

    List<PeerId> peers(String name, int most) {
        List<PeerId> peers = new ArrayList<>();
        for (Object item : list(name, most)) {
            if (!(item instanceof String text)) {
                throw new IllegalArgumentException(name + " holds something that is not a peer");
            }
            peers.add(PeerIdCache.read(text));
        }
        return peers;
    }

    List<Long> numbers(String name, int most) {
        List<Long> numbers = new ArrayList<>();
        for (Object item : list(name, most)) {
            if (!(item instanceof Long number)) {
                throw new IllegalArgumentException(name + " holds something that is not a number");
            }
            numbers.add(number);
        }
        return numbers;
    }

    /** Reads identities by peer; a peer that occurs twice is rejected as ambiguous. */
    Map<PeerId, DirectoryIdentity> identities(String name, int most) {
        Map<PeerId, DirectoryIdentity> identities = new TreeMap<>();
        for (Object item : list(name, most)) {
            FrameFields entry = FrameFields.of(item);
            if (identities.put(entry.peer("f"), entry.identity("d")) != null) {
                throw new IllegalArgumentException(name + " names a peer twice");
            }
        }
        return identities;
    }

    /** Returns a field of any type. */
    Object demandValue(String name) {
        return demand(name, Object.class);
    }

    List<?> list(String name, int most) {
        List<?> list = demand(name, List.class);
        if (list.size() > most) {
            throw new IllegalArgumentException(name + " has " + list.size() + " entries, more than " + most);
        }
        return list;
    }

    /** Reads an optional field, which is left out if it has no value. */
    <T> Optional<T> ifThere(String name, Function<String, T> read) {
        return has(name) ? Optional.of(read.apply(name)) : Optional.empty();
    }

    private <T> T demand(String name, Class<T> type) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(name + " is not a " + type.getSimpleName());
        }
        return type.cast(value);
    }
}
