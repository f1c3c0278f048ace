package dev.conclave.actor;

import akka.Done;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whom one election has on this node: what its owner wants, who listens, and who holds something. It outlives a restart of the
 * {@link PeerActor}, on whose thread alone it is used.
 */
final class Company {

    private final Map<ActorRef<?>, List<Subscriber>> subscribers = new LinkedHashMap<>();
    private final Map<ActorRef<?>, User> users = new LinkedHashMap<>();
    private final Map<Long, Set<ActorRef<?>>> stopping = new LinkedHashMap<>();

    /** Whether the node wants to lead. */
    boolean stands;

    /** Whether a peer of this election has begun before in the life of this process, and may have acknowledged somebody. */
    boolean hasLived;

    /** Whether the node is shutting down. */
    boolean leaving;

    Set<ActorRef<?>> members() {
        Set<ActorRef<?>> all = new LinkedHashSet<>(subscribers.keySet());
        all.addAll(users.keySet());
        return all;
    }

    void add(ActorRef<?> whose, Subscriber subscriber) {
        subscribers.computeIfAbsent(whose, none -> new ArrayList<>()).add(subscriber);
    }

    void add(ActorRef<?> whose, User user) {
        users.put(whose, user);
    }

    /** An actor that has ended hears nothing and holds nothing any more. */
    void remove(ActorRef<?> whose) {
        subscribers.remove(whose);
        users.remove(whose);
    }

    void tell(Consumer<Subscriber> what) {
        subscribers.values().forEach(list -> list.forEach(what));
    }

    void start(Lease lease) {
        users.values().forEach(user -> user.start(lease));
    }

    /**
     * Tells everybody that the leadership ends.
     *
     * @param answers gives the reference to which a user answers that it has let go
     * @return whether anybody holds anything
     */
    boolean dismiss(Lease lease, Effect.Reason reason, long deadline, Function<ActorRef<?>, ActorRef<Done>> answers) {
        tell(subscriber -> subscriber.dismissed(lease, reason, deadline));
        stopping.put(lease.term(), new LinkedHashSet<>(users.keySet()));
        List.copyOf(users.entrySet())
                .forEach(user -> user.getValue().stop(lease, deadline, answers.apply(user.getKey())));
        return !users.isEmpty();
    }

    /** One of them has let go. Gives whether it was the last that was waited for. */
    boolean hasStopped(ActorRef<?> whose, long term) {
        Set<ActorRef<?>> rest = stopping.get(term);
        if (rest == null) {
            return false;
        }
        rest.remove(whose);
        if (!rest.isEmpty()) {
            return false;
        }
        stopping.remove(term);
        return true;
    }

    /** The terms whose users are still waited for. */
    List<Long> stoppingTerms() {
        return List.copyOf(stopping.keySet());
    }

    /** Nobody is waited for any more. */
    void forgetStopping(long term) {
        stopping.remove(term);
    }
}
