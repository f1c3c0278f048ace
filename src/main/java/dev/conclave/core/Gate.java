package dev.conclave.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What waits for the disk (R3): ballots not yet durable, each followed by the messages that must not leave before it is.
 * Nothing that gains overtakes a force in flight, not even the repetition of an answer that was given before.
 *
 * @param queue {@link Effect.Persist} and {@link Effect.Send} in the order in which they came about; begins with a ballot or
 *     is empty
 */
public record Gate(List<Effect> queue) {

    static final Gate OPEN = new Gate(List.of());

    /** Whether every ballot is durable. */
    boolean isOpen() {
        return queue.isEmpty();
    }

    Gate with(Effect effect) {
        List<Effect> longer = new ArrayList<>(queue.size() + 1);
        longer.addAll(queue);
        longer.add(effect);
        return new Gate(List.copyOf(longer));
    }

    /** Takes out what a durable ballot lets go, in order, and gives the gate without it. */
    Gate release(Ballot durable, List<Effect> released) {
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
        return next == 0 ? this : new Gate(List.copyOf(queue.subList(next, queue.size())));
    }
}
