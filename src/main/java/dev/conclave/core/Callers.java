package dev.conclave.core;

import java.util.Optional;

/**
 * Whom a node answers though it has shown no pass of this life (R13). Who is really at the address that it claims must be
 * answered, or it could never prove it; but a transport keeps something for each address that it ever spoke to, so that
 * hellos under ever new names would fill the memory. A value.
 *
 * <p>Strangers are answered at {@value #MAX_STRANGERS} addresses, and a place becomes free when its stranger was not answered
 * for {@link #FORGOTTEN_NANOS}. All of them share {@value #MAX_TO_STRANGERS} answers per E. Whom the node knows needs no place
 * and has {@value #MAX_TO_ONE} answers per E of its own, so that no number of strangers starves it, nor one that uses the
 * name of another peer.
 *
 * @param from when the count of answers began
 * @param toStrangers how many answers strangers got since
 * @param toKnown how many answers each known peer got since
 * @param strangers addresses that have proven nothing yet, and when each was last answered
 */
record Callers(long from, int toStrangers, PeerMap<Integer> toKnown, PeerMap<Long> strangers) {

    static final int MAX_STRANGERS = 256;
    static final int MAX_TO_STRANGERS = 256;
    static final int MAX_TO_ONE = 64;

    /** Artery forgets an address of which it never heard when it has not spoken to it for one hour. */
    static final long FORGOTTEN_NANOS = 2L * 3600 * 1_000_000_000;

    /** Nobody yet. */
    static Callers none(long now) {
        return new Callers(now, 0, PeerMap.empty(), PeerMap.empty());
    }

    /** After an answer to one whom the node knows; empty if it must not be answered now. */
    Optional<Callers> answeringKnown(PeerId peer, long now, long electionNanos) {
        Callers counted = countingFrom(now, electionNanos);
        int answers = counted.toKnown.getOrDefault(peer, 0) + 1;
        if (answers > MAX_TO_ONE) {
            return Optional.empty();
        }
        return Optional.of(
                new Callers(counted.from, counted.toStrangers, counted.toKnown.with(peer, answers), counted.strangers));
    }

    /** After an answer to a stranger; empty if it must not be answered now. */
    Optional<Callers> answeringStranger(PeerId stranger, long now, long electionNanos) {
        Callers counted = countingFrom(now, electionNanos);
        if (counted.toStrangers >= MAX_TO_STRANGERS || !counted.hasPlaceFor(stranger, now)) {
            return Optional.empty();
        }
        PeerMap<Long> rest = counted.strangers.withoutAll(at -> now - at >= FORGOTTEN_NANOS);
        return Optional.of(
                new Callers(counted.from, counted.toStrangers + 1, counted.toKnown, rest.with(stranger, now)));
    }

    /** Whether the only hindrance to an answer is time: the next E may bring it. */
    boolean hasPlaceFor(PeerId stranger, long now) {
        return strangers.size() < MAX_STRANGERS
                || strangers.containsKey(stranger)
                || strangers.values().stream().anyMatch(at -> now - at >= FORGOTTEN_NANOS);
    }

    /** It has proven that it is where it says. */
    Callers without(PeerId proven) {
        return strangers.containsKey(proven)
                ? new Callers(from, toStrangers, toKnown, strangers.without(proven))
                : this;
    }

    private Callers countingFrom(long now, long electionNanos) {
        return now - from >= electionNanos ? new Callers(now, 0, PeerMap.empty(), strangers) : this;
    }
}
