package dev.conclave.core;

/**
 * An announced leadership of this peer that has been told to end, whose users may still be stopping. As long as there is
 * one, the peer is loyal to itself, whatever its role has become (R6), announces no other leadership (R7) and releases
 * nothing (R9).
 *
 * @param term the term that it led
 * @param reason why it ends
 * @param until the end of its last lease, when it is over at the latest
 * @param isVoid whether it is over already for whoever asks (R10), and kept only because its users may still be at work
 */
public record Reign(long term, Effect.Reason reason, long until, boolean isVoid) {}
