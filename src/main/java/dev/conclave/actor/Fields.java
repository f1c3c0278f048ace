package dev.conclave.actor;

import dev.conclave.core.Identity;
import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The fields of one map of a {@link Frame}, each demanded by name and type. Whatever is not as demanded is refused with
 * an {@link IllegalArgumentException}, as the core refuses what is out of range; fields that nobody demands are ignored.
 */
record Fields(Map<?, ?> values) {

    static Fields of(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Fields(map);
        }
        throw new IllegalArgumentException("a value that must be a map is not a map");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    long number(String name) {
        return demand(name, Long.class);
    }

    /** A number that must fit; one that does not would otherwise come out as another. */
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

    PeerId peer(String name) {
        return PeerId.parse(text(name));
    }

    Identity identity(String name) {
        List<?> parts = list(name, 2);
        if (parts.size() == 2 && parts.get(0) instanceof Long generation && parts.get(1) instanceof Long random) {
            return new Identity(generation, random);
        }
        throw new IllegalArgumentException(name + " is not an identity");
    }

    List<PeerId> peers(String name, int most) {
        List<PeerId> peers = new ArrayList<>();
        for (Object item : list(name, most)) {
            if (!(item instanceof String text)) {
                throw new IllegalArgumentException(name + " holds something that is not a peer");
            }
            peers.add(PeerNames.read(text));
        }
        return peers;
    }

    /** Identities by peer; a peer that comes twice is refused, for which of the two would it be? */
    Map<PeerId, Identity> identities(String name, int most) {
        Map<PeerId, Identity> identities = new TreeMap<>();
        for (Object item : list(name, most)) {
            Fields entry = Fields.of(item);
            if (identities.put(entry.peer("f"), entry.identity("d")) != null) {
                throw new IllegalArgumentException(name + " names a peer twice");
            }
        }
        return identities;
    }

    List<?> list(String name, int most) {
        List<?> list = demand(name, List.class);
        if (list.size() > most) {
            throw new IllegalArgumentException(name + " has " + list.size() + " entries, more than " + most);
        }
        return list;
    }

    /** A field that says "none" by not being there. */
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
