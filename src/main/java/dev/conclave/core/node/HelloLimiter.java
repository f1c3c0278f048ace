package dev.conclave.core.node;

import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import java.util.Optional;

/**
 * Limits how many senders without a pass of this life a node answers (R13). A sender can prove its address only if it gets an
 * answer; but the transport keeps state for each address to which it ever sent, so a flood of hellos under new names would
 * exhaust memory. A value.
 *
 * <p>Unknown senders (strangers) are answered at {@value #MAX_STRANGERS} addresses, and a place becomes free when its stranger
 * was not answered for {@link #FORGOTTEN_NANOS}. All strangers share {@value #MAX_TO_STRANGERS} answers per E. A known peer needs
 * no place and has {@value #MAX_TO_ONE} answers per E of its own, so neither any number of strangers nor a sender that forges
 * another peer's name can starve it.
 *
 * @param from when the current count of answers began
 * @param toStrangers how many answers strangers got since then
 * @param toKnown how many answers each known peer got since then
 * @param strangers addresses that have not proven themselves yet, and when each was last answered
 */
public record HelloLimiter(long from, int toStrangers, PeerMap<Integer> toKnown, PeerMap<Long> strangers) {

    public static final int MAX_STRANGERS = 256;
    static final int MAX_TO_STRANGERS = 256;
    static final int MAX_TO_ONE = 64;

    /**
     * The time in nanoseconds after which Artery has certainly forgotten an address. Artery forgets an address from which it
     * received nothing when it has not sent to it for one hour.
     */
    public static final long FORGOTTEN_NANOS = 2L * 3600 * 1_000_000_000;

    /** Creates limits before the first answer. */
    public static HelloLimiter none(long now) {
        return new HelloLimiter(now, 0, PeerMap.empty(), PeerMap.empty());
    }

    /** Returns the limits after an answer to a known peer; empty if it must not be answered now. */
    Optional<HelloLimiter> answeringKnown(PeerId peer, long now, long electionNanos) {
        HelloLimiter counted = countingFrom(now, electionNanos);
        int answers = counted.toKnown.getOrDefault(peer, 0) + 1;
        if (answers > MAX_TO_ONE) {
            return Optional.empty();
        }
        return Optional.of(new HelloLimiter(
                counted.from, counted.toStrangers, counted.toKnown.with(peer, answers), counted.strangers));
    }

    /** Returns the limits after an answer to a stranger; empty if it must not be answered now. */
    public Optional<HelloLimiter> answeringStranger(PeerId stranger, long now, long electionNanos) {
        HelloLimiter counted = countingFrom(now, electionNanos);
        if (counted.toStrangers >= MAX_TO_STRANGERS || !counted.hasPlaceFor(stranger, now)) {
            return Optional.empty();
        }
        PeerMap<Long> rest = counted.strangers.withoutAll(at -> now - at >= FORGOTTEN_NANOS);
        return Optional.of(
                new HelloLimiter(counted.from, counted.toStrangers + 1, counted.toKnown, rest.with(stranger, now)));
    }

    /** Whether there is a place for the stranger, so that it may at least be answered in the next E. */
    public boolean hasPlaceFor(PeerId stranger, long now) {
        return strangers.size() < MAX_STRANGERS
                || strangers.containsKey(stranger)
                || strangers.values().stream().anyMatch(at -> now - at >= FORGOTTEN_NANOS);
    }

    /** Returns the limits after the sender has proven its address. */
    HelloLimiter without(PeerId proven) {
        return strangers.containsKey(proven)
                ? new HelloLimiter(from, toStrangers, toKnown, strangers.without(proven))
                : this;
    }

    private HelloLimiter countingFrom(long now, long electionNanos) {
        return now - from >= electionNanos ? new HelloLimiter(now, 0, PeerMap.empty(), strangers) : this;
    }
}
