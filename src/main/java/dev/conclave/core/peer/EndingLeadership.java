package dev.conclave.core.peer;

/**
 * An announced leadership of this peer that is ending: it was told to end, but its users may still be stopping. While there is
 * one, the peer votes for no other candidate, whatever its role (R6), announces no other leadership (R7) and releases no term
 * (R9).
 *
 * @param term the term of the leadership
 * @param reason why it ends
 * @param until the end of its last lease, at which it is over at the latest
 * @param isVoid whether it no longer holds (R10) and is kept only because its users may still be active
 */
public record EndingLeadership(long term, Effect.Reason reason, long until, boolean isVoid) {}
