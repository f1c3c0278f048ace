package dev.conclave.explore.electorate;

import static dev.conclave.explore.world.Fingerprint.mix;

import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.LeaderRegister;
import dev.conclave.core.peer.Peer;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of all of a {@link Cluster} on which its future depends, whatever its parts are: every component of every record, and every
 * field of every other object, unless it is listed here with the reason why it decides nothing. So a component that is added to the
 * core can make a search larger, and never wrong.
 *
 * <p>Times are taken as they are: a search counts its ticks, so two states are compared only at the same instant. Where it only
 * matters that a time has passed, all times that have passed are one value.
 */
final class ClusterFingerprint {

    private static final long PAST = 0;

    /** Components that decide nothing: each never changes during a search, is hashed in another way, or only counts or reports. */
    private static final Set<String> IGNORED = Set.of(
            // The same in all states: a node's constants, the order of the seats, and what the test chose.
            "Electorate.self",
            "Self.seating",
            "Cluster.size",
            "Cluster.listed",
            "Cluster.stopMarginNanos",
            "Cluster.core",
            "Cluster.hasDirectory",
            "Cluster.rates",
            "Cluster.offsets",
            // The model hashes these itself.
            "Cluster.peers",
            "Cluster.electorates",
            "Cluster.micros",
            "Cluster.startedAt",
            "Cluster.ballotAsVoter",
            "Cluster.follow",
            // Only reports that a disk is slow.
            "DurabilityGate.since",
            // Only reports how old a copy is.
            "HeldRegister.confirmedAt",
            "RegisterOracle.size",
            // Counts.
            "RegisterOracle.acknowledged",
            "ClusterOracle.electedUnder",
            "ClusterOracle.elections",
            "ClusterOracle.strangers",
            // Belongs to the term beside it, and is set with it.
            "ClusterOracle.heldUntil");

    /** Reads the parts of the objects of one class. */
    private record Parts(int kind, List<String> names, List<Function<Object, Object>> readers) {}

    private static final ClassValue<Parts> PARTS = new ClassValue<>() {
        @Override
        protected Parts computeValue(Class<?> type) {
            return partsOf(type);
        }
    };

    private static final int MOST_REMEMBERED = 20_000;

    /** The hashes of objects that many states share and in which no time passes. */
    private static final ThreadLocal<Map<Object, Long>> REMEMBERED = ThreadLocal.withInitial(IdentityHashMap::new);

    private final long now;

    /** Whether how long an answer took decides about a wish for other times. */
    private final boolean answersAreTimed;

    /** Whether the timers of this node's peer fire. */
    private final boolean isTimed;

    ClusterFingerprint(long now, boolean isTimed, boolean answersAreTimed) {
        this.now = now;
        this.isTimed = isTimed;
        this.answersAreTimed = answersAreTimed;
    }

    private static Parts partsOf(Class<?> type) {
        List<String> names = new ArrayList<>();
        List<Function<Object, Object>> readers = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            if (type.isRecord()) {
                for (RecordComponent component : type.getRecordComponents()) {
                    String name = type.getSimpleName() + "." + component.getName();
                    if (!IGNORED.contains(name)) {
                        names.add(name.intern());
                        readers.add(reader(lookup, lookup.unreflect(component.getAccessor())));
                    }
                }
            } else {
                for (Field field : type.getDeclaredFields()) {
                    String name = type.getSimpleName() + "." + field.getName();
                    if (!Modifier.isStatic(field.getModifiers()) && !IGNORED.contains(name)) {
                        names.add(name.intern());
                        readers.add(reader(lookup.unreflectGetter(field)));
                    }
                }
            }
        } catch (Throwable hidden) {
            throw new IllegalStateException(hidden);
        }
        return new Parts(type.getName().hashCode(), List.copyOf(names), List.copyOf(readers));
    }

    /** A call that the compiler can inline; there are ten of them in every fingerprint. */
    @SuppressWarnings("unchecked")
    private static Function<Object, Object> reader(MethodHandles.Lookup lookup, MethodHandle accessor)
            throws Throwable {
        return (Function<Object, Object>) LambdaMetafactory.metafactory(
                        lookup,
                        "apply",
                        MethodType.methodType(Function.class),
                        MethodType.methodType(Object.class, Object.class),
                        accessor,
                        accessor.type().wrap())
                .getTarget()
                .invoke();
    }

    private static Function<Object, Object> reader(MethodHandle field) {
        MethodHandle any = field.asType(MethodType.methodType(Object.class, Object.class));
        return owner -> {
            try {
                return any.invokeExact(owner);
            } catch (Throwable thrown) {
                throw new IllegalStateException(thrown);
            }
        };
    }

    /** A value of any kind that occurs in the core. */
    long of(@Nullable Object value) {
        if (value == null) {
            return 1;
        } else if (value instanceof Number number) {
            return mix(2, number instanceof Double real ? Double.doubleToLongBits(real) : number.longValue());
        } else if (value instanceof PeerId peer) {
            return mix(3, peer.port());
        } else if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? 4 : mix(5, of(optional.get()));
        } else if (value instanceof Configuration
                || value instanceof StoredElectorate
                || value instanceof Settings
                || value instanceof Cluster.Flight) {
            return remembered(value);
        } else if (value instanceof Electorate electorate) {
            return electorate(electorate);
        } else if (value instanceof Record) {
            return parts(value);
        } else if (value instanceof Boolean
                || value instanceof String
                || value instanceof OptionalLong
                || value instanceof OptionalDouble) {
            return mix(6, value.hashCode());
        } else if (value instanceof Enum<?> one) {
            return mix(7, one.name().hashCode());
        } else if (value instanceof Map<?, ?> map) {
            return map(map);
        } else if (value instanceof Set<?> set) {
            long sum = set.size();
            for (Object element : set) {
                sum += mix(9, of(element));
            }
            return mix(10, sum);
        } else if (value instanceof List<?> list) {
            long hash = mix(11, list.size());
            for (int i = 0; i < list.size(); i++) {
                hash = mix(hash, of(list.get(i)));
            }
            return hash;
        } else if (value instanceof Object[] array) {
            long hash = mix(12, array.length);
            for (Object element : array) {
                hash = mix(hash, of(element));
            }
            return hash;
        } else if (value instanceof long[] array) {
            long hash = mix(13, array.length);
            for (long element : array) {
                hash = mix(hash, element);
            }
            return hash;
        } else if (value instanceof int[] array) {
            long hash = mix(14, array.length);
            for (int element : array) {
                hash = mix(hash, element);
            }
            return hash;
        } else if (value instanceof byte[] array) {
            return mix(18, Arrays.hashCode(array));
        } else if (value instanceof boolean[] array) {
            long hash = mix(15, array.length);
            for (boolean element : array) {
                hash = mix(hash, element ? 1 : 0);
            }
            return hash;
        } else if (value.getClass().getName().startsWith("dev.conclave.")
                && !value.getClass().isHidden()) {
            return parts(value);
        }
        throw new IllegalStateException("no part of a cluster was of this kind so far: " + value.getClass());
    }

    private long parts(Object owner) {
        Parts parts = PARTS.get(owner.getClass());
        long hash = parts.kind;
        for (int i = 0; i < parts.names.size(); i++) {
            hash = mix(
                    hash, part(owner, parts.names.get(i), parts.readers.get(i).apply(owner)));
        }
        return hash;
    }

    private long part(Object owner, String name, @Nullable Object value) {
        return switch (name) {
            // It only matters that these times have passed, once they have.
            case "Loyalty.until", "Peer.yieldsUntil", "Leader.beatAt" ->
                value instanceof Long time && time > now ? of(value) : PAST;
            case "Leader.givesUpAt" -> ((Leader) owner).holdsLease() ? PAST : of(value);
            // A leader that has been announced no longer waits for what it repeats (U3).
            case "Leader.register" ->
                value instanceof LeaderRegister register && ((Leader) owner).announced()
                        ? of(withoutDeadline(register))
                        : of(value);
            // Before its first hint a peer does not ask at once, and at rest a voter does not ask at all.
            case "HeldRegister.asksAt", "CatchUp.asksAt" ->
                value instanceof Long time && (time > now || time == Long.MIN_VALUE) ? of(value) : PAST;
            // A peer whose timers never fire follows, whatever it waits for.
            case "Peer.role" -> !isTimed && value instanceof Follower ? PAST : of(value);
            // Each step that changes these makes a new map.
            case "ClusterOracle.ledBy", "ClusterOracle.chain" -> value == null ? PAST : remembered(value);
            default -> of(value);
        };
    }

    private static LeaderRegister withoutDeadline(LeaderRegister register) {
        return new LeaderRegister(
                register.needed(),
                register.issued(),
                register.storedBy(),
                register.isDone(),
                register.truth(),
                register.write(),
                PAST);
    }

    private long remembered(Object shared) {
        Map<Object, Long> known = REMEMBERED.get();
        Long hash = known.get(shared);
        if (hash == null) {
            if (known.size() > MOST_REMEMBERED) {
                known.clear();
            }
            hash = shared instanceof Map<?, ?> map ? map(map) : parts(shared);
            known.put(shared, hash);
        }
        return hash;
    }

    private long map(Map<?, ?> map) {
        long sum = map.size();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            sum += mix(of(entry.getKey()), of(entry.getValue()));
        }
        return mix(8, sum);
    }

    private long electorate(Electorate electorate) {
        Parts parts = PARTS.get(Electorate.class);
        boolean isWaiting = electorate.configuration().isEmpty()
                || electorate.durable().number()
                        > electorate.switchedTo().map(Configuration::number).orElse(-1);
        boolean isLonger = electorate.pending().longestElectionNanos()
                > electorate.settings().electionNanos();
        long hash = 16;
        for (int i = 0; i < parts.names.size(); i++) {
            Object value = parts.readers.get(i).apply(electorate);
            hash = mix(
                    hash,
                    switch (parts.names.get(i)) {
                        // Read while the node waits for others, and set when it begins to.
                        case "Electorate.storedAt", "Electorate.askAgainAt" -> isWaiting ? of(value) : PAST;
                        // Read while the node may forget a longer E (E7), and set by each switch.
                        case "Electorate.whollySince" -> isLonger ? of(value) : PAST;
                        case "Electorate.seen" -> seen(electorate, isWaiting);
                        case "Electorate.shown" -> shown(electorate);
                        default -> of(value);
                    });
        }
        return hash;
    }

    /** When another node has said something only matters beside the instant from which a waiting node counts. */
    private long seen(Electorate electorate, boolean isWaiting) {
        boolean isExact = answersAreTimed && electorate.proposal().isPresent();
        long sum = electorate.seen().size();
        for (Map.Entry<PeerId, Electorate.Seen> entry : electorate.seen().entrySet()) {
            Electorate.Seen said = entry.getValue();
            long at = isExact || said.saidAt() >= now
                    ? said.saidAt()
                    : isWaiting && said.saidAt() >= electorate.storedAt() ? 1 : PAST;
            long hash = mix(of(entry.getKey()), of(said.identity()));
            hash = mix(mix(hash, said.group()), said.stored() * 1000L + said.obeyed());
            hash = mix(hash, said.registers() ? 1 : 0);
            sum += mix(mix(hash, said.stopMarginNanos()), at);
        }
        return sum;
    }

    /** A configuration that was shown a heartbeat interval ago or earlier may be shown again, as if it never was. */
    private long shown(Electorate electorate) {
        long since = now - electorate.settings().heartbeatNanos();
        long sum = 0;
        for (Map.Entry<PeerId, Electorate.ShownTo> entry : electorate.shown().entrySet()) {
            if (entry.getValue().at() > since) {
                sum += mix(of(entry.getKey()), of(entry.getValue()));
            }
        }
        return sum;
    }

    /** A node's peer and its electorate. */
    static long node(Cluster cluster, int node, boolean isTimed, boolean answersAreTimed) {
        if (!cluster.isUp(node)) {
            return 17;
        }
        ClusterFingerprint own = new ClusterFingerprint(cluster.now(node), isTimed, answersAreTimed);
        Peer peer = cluster.peer(node);
        return mix(own.of(peer), own.of(cluster.electorate(node)));
    }

    /** All that lies outside the nodes' processes, and the oracle. */
    static long rest(Cluster cluster) {
        ClusterFingerprint all = new ClusterFingerprint(0, true, false);
        long hash = all.parts(cluster);
        for (int i = 0; i < cluster.size; i++) {
            if (cluster.oracle.heldTerm(i) != 0) {
                hash = mix(hash, cluster.oracle.heldUntil(i) * 8 + i);
            }
            if (cluster.isUp(i) && !cluster.peer(i).takesPart()) {
                hash = mix(hash, cluster.startedAt(i) * 8 + i);
            }
            if (cluster.forgetsBallotsOfOutsiders()) {
                hash = mix(hash, all.of(cluster.ballotAsVoter(i)));
            }
        }
        return hash;
    }

    static long of(Cluster.Flight flight) {
        return new ClusterFingerprint(0, true, false).of((Object) flight);
    }
}
