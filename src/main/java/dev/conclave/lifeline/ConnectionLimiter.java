package dev.conclave.lifeline;

import dev.conclave.core.PeerId;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds the accepted connections of one kind, lifelines or express lanes, and decides which one is dropped when there are too
 * many.
 *
 * <p>A connection that names an expected peer and comes from an address of that peer has a reserved place: {@value #MAX_OF_ONE}
 * for each peer, since a broken connection may not have ended here when its successor arrives. All other connections share a
 * limited number of places, evenly between the networks of their senders: a network that opens many connections displaces its own
 * connections, and not those of another network.
 *
 * @param <C> the type of the connections
 */
final class ConnectionLimiter<C> {

    /** The number of reserved places of one expected peer. */
    static final int MAX_OF_ONE = 2;

    /** The number of bytes of an IPv6 address that count as its network: a host may choose the second half freely. */
    private static final int NETWORK_BYTES = 8;

    /** Which connection is dropped when the largest network opens another one. */
    enum Crowded {
        OLDEST_GOES,
        NEWEST_GOES
    }

    private final int mostUnexpected;
    private final Crowded crowded;
    private final Map<PeerId, Set<InetAddress>> expected = new HashMap<>();
    private final Map<C, Guest> reserved = new LinkedHashMap<>();
    private final Map<PeerId, Integer> reservedOf = new HashMap<>();
    private final Map<C, Guest> unexpected = new LinkedHashMap<>();
    private final Map<ByteBuffer, Integer> perNetwork = new LinkedHashMap<>();

    private record Guest(PeerId claims, InetAddress sender) {
        ByteBuffer network() {
            byte[] bytes = sender.getAddress();
            return ByteBuffer.wrap(sender instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
        }
    }

    /** Creates a limiter without connections, and with this many places for unexpected ones. */
    ConnectionLimiter(int mostUnexpected, Crowded crowded) {
        this.mostUnexpected = mostUnexpected;
        this.crowded = crowded;
    }

    /** Reserves places for connections of this peer from these addresses, including existing ones. */
    void expect(PeerId peer, List<InetAddress> addresses) {
        expected.put(peer, Set.copyOf(addresses));
        for (Map.Entry<C, Guest> entry : List.copyOf(unexpected.entrySet())) {
            if (hasReservedPlace(entry.getValue())) {
                leave(entry.getKey());
                reserve(entry.getKey(), entry.getValue());
            }
        }
    }

    /**
     * Moves the connections of this peer to the shared places.
     *
     * @return the connections that were removed for lack of room
     */
    List<C> expectNoMore(PeerId peer) {
        expected.remove(peer);
        List<C> mustGo = new ArrayList<>();
        for (Map.Entry<C, Guest> entry : List.copyOf(reserved.entrySet())) {
            if (entry.getValue().claims.equals(peer)) {
                leave(entry.getKey());
                enter(entry.getKey(), entry.getValue()).ifPresent(mustGo::add);
            }
        }
        return mustGo;
    }

    /**
     * Adds a connection.
     *
     * @param claims the peer that the connection names
     * @param sender the address of its sender
     * @return the connection that was removed for lack of room; it may be this one
     */
    Optional<C> enter(C connection, PeerId claims, InetAddress sender) {
        return enter(connection, new Guest(claims, sender));
    }

    private Optional<C> enter(C connection, Guest guest) {
        if (hasReservedPlace(guest)) {
            reserve(connection, guest);
            return Optional.empty();
        }
        if (unexpected.size() < mostUnexpected) {
            share(connection, guest);
            return Optional.empty();
        }
        ByteBuffer crowd = largestNetwork();
        boolean ofTheCrowd = perNetwork.getOrDefault(guest.network(), 0) >= perNetwork.getOrDefault(crowd, 0);
        if (ofTheCrowd && crowded == Crowded.NEWEST_GOES) {
            return Optional.of(connection);
        }
        C oldest = oldestOf(ofTheCrowd ? guest.network() : crowd);
        leave(oldest);
        share(connection, guest);
        return Optional.of(oldest);
    }

    private C oldestOf(ByteBuffer network) {
        return unexpected.entrySet().stream()
                .filter(entry -> entry.getValue().network().equals(network))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private ByteBuffer largestNetwork() {
        return perNetwork.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private boolean hasReservedPlace(Guest guest) {
        return expected.getOrDefault(guest.claims, Set.of()).contains(guest.sender)
                && reservedOf.getOrDefault(guest.claims, 0) < MAX_OF_ONE;
    }

    private void reserve(C connection, Guest guest) {
        reserved.put(connection, guest);
        reservedOf.merge(guest.claims, 1, Integer::sum);
    }

    private void share(C connection, Guest guest) {
        unexpected.put(connection, guest);
        perNetwork.merge(guest.network(), 1, Integer::sum);
    }

    /** Removes a connection that has ended. */
    void leave(C connection) {
        Guest guest = reserved.remove(connection);
        if (guest != null) {
            reservedOf.computeIfPresent(guest.claims, (peer, count) -> count > 1 ? count - 1 : null);
        }
        Guest other = unexpected.remove(connection);
        if (other != null) {
            perNetwork.computeIfPresent(other.network(), (network, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Returns the oldest of the unexpected connections. */
    Optional<C> oldestUnexpected() {
        return unexpected.keySet().stream().findFirst();
    }

    /** Returns all connections. A copy. */
    List<C> all() {
        List<C> all = new ArrayList<>(reserved.keySet());
        all.addAll(unexpected.keySet());
        return all;
    }
}
