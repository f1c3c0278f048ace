package dev.conclave.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What waits for the disk (R3): ballots not yet durable, each followed by the messages that must not leave before it is.
 * Nothing that gains overtakes a force in flight, not even the repetition of an answer that was given before.
 *
 * @param queue {@link Effect.Persist} and {@link Effect.Send} in the order in which they came about; begins with a ballot or
 *     is empty
 * @param since when the first ballot was written that is not durable, or the one before it became so; 0 if the gate is open
 */
public record Gate(List<Effect> queue, long since) {

    static final Gate OPEN = new Gate(List.of(), 0);

    /** How many effects wait, for a disk that hangs. A peer with so many hears nobody until it is written: a message may be lost. */
    static final int MAX_QUEUE = 1_024;

    /** Whether every ballot is durable. */
    boolean isOpen() {
        return queue.isEmpty();
    }

    boolean isFull() {
        return queue.size() >= MAX_QUEUE;
    }

    /**
     * With one more. While a disk hangs a leader goes on beating, so an acknowledgement takes the place of an older one to the same
     * peer that waits for the same ballot: the older one says less.
     */
    Gate with(Effect effect, long now) {
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
        return new Gate(List.copyOf(longer), queue.isEmpty() ? now : since);
    }

    private static boolean replaces(Effect.Send send, Effect former) {
        return former instanceof Effect.Send other
                && other.to().equals(send.to())
                && other.message() instanceof Message.HeartbeatAck
                && send.message() instanceof Message.HeartbeatAck;
    }

    /** Takes out what a durable ballot lets go, in order, and gives the gate without it. */
    Gate release(Ballot durable, List<Effect> released, long now) {
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
        return next == queue.size() ? OPEN : new Gate(List.copyOf(queue.subList(next, queue.size())), now);
    }
}
