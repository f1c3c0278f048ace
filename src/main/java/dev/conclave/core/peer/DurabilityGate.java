package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import java.util.ArrayList;
import java.util.List;

/**
 * The effects that wait for the disk (R3): ballots not yet durable, each followed by the messages that must not leave before it
 * is. No message that makes a promise ({@link Message#gains}) is sent while a force is in progress, not even the repetition of
 * an earlier answer.
 *
 * @param queue {@link Effect.Persist} and {@link Effect.Send} in the order in which they arose; begins with a ballot or is empty
 * @param since when the first ballot that is not yet durable was written, or when the one before it became durable; 0 if the gate
 *     is open
 */
public record DurabilityGate(List<Effect> queue, long since) {

    static final DurabilityGate OPEN = new DurabilityGate(List.of(), 0);

    /**
     * The maximum number of effects that wait while the disk hangs. Beyond that the peer drops messages, as any message may be
     * lost.
     */
    public static final int MAX_QUEUE = 1_024;

    /**
     * Returns this gate with its ballots and without its messages: those were made under an earlier configuration (E5). A gate
     * without its ballots would let the next acknowledgement leave before they are durable.
     */
    DurabilityGate withoutMessages() {
        List<Effect> ballots = queue.stream()
                .filter(effect -> effect instanceof Effect.Persist)
                .toList();
        return ballots.size() == queue.size() ? this : new DurabilityGate(ballots, since);
    }

    /** Whether every ballot is durable. */
    boolean isOpen() {
        return queue.isEmpty();
    }

    boolean isFull() {
        return queue.size() >= MAX_QUEUE;
    }

    /**
     * Adds an effect. A leader keeps sending heartbeats while this disk hangs, so an acknowledgement replaces an older one to the
     * same peer that waits for the same ballot.
     */
    DurabilityGate with(Effect effect, long now) {
        List<Effect> longer = new ArrayList<>(queue.size() + 1);
        longer.addAll(queue);
        if (effect instanceof Effect.Send send) {
            int last = longer.size() - 1;
            while (last >= 0 && !replaces(send, longer.get(last)) && !(longer.get(last) instanceof Effect.Persist)) {
                last--;
            }
            if (last >= 0 && replaces(send, longer.get(last))) {
                longer.remove(last);
            }
        }
        longer.add(effect);
        return new DurabilityGate(List.copyOf(longer), queue.isEmpty() ? now : since);
    }

    private static boolean replaces(Effect.Send send, Effect former) {
        return former instanceof Effect.Send other
                && other.to().equals(send.to())
                && other.message() instanceof Message.HeartbeatAck
                && send.message() instanceof Message.HeartbeatAck;
    }

    /**
     * Adds to {@code released} the messages that a durable ballot allows to leave, in order, and returns the gate without them.
     */
    DurabilityGate release(Ballot durable, List<Effect> released, long now) {
        int next = 0;
        while (next < queue.size()) {
            Effect effect = queue.get(next);
            if (effect instanceof Effect.Persist persist) {
                if (persist.ballot().isAbove(durable)) {
                    break;
                }
            } else {
                released.add(effect);
            }
            next++;
        }
        if (next == 0) {
            return this;
        }
        return next == queue.size() ? OPEN : new DurabilityGate(List.copyOf(queue.subList(next, queue.size())), now);
    }
}
