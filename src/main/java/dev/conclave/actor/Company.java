package dev.conclave.actor;

import akka.Done;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whom one election has on this node: what its owner wants, who listens, and who holds something. It outlives a restart of the
 * {@link PeerActor}, on whose thread alone it is used.
 */
final class Company {

    private final Map<ActorRef<?>, List<Subscriber>> subscribers = new LinkedHashMap<>();
    private final Map<ActorRef<?>, User> users = new LinkedHashMap<>();
    private final List<CompletableFuture<Lease>> waiting = new ArrayList<>();
    private final Map<Long, Set<ActorRef<?>>> stopping = new LinkedHashMap<>();

    private final Set<ActorRef<?>> parting = new LinkedHashSet<>();

    /** Whether the node wants to know who leads, also if nobody subscribes. */
    boolean joined;

    /** How many on this node only watch the election, which nobody else's leaving ends. */
    int observers;

    /** Whether the node wants to lead. */
    boolean stands;

    /** Whether a peer of this election has begun before in the life of this process, and may have acknowledged somebody. */
    boolean hasLived;

    /** Whether the node is shutting down. */
    boolean leaving;

    /** Whether the node can never lead again in its life (R10). */
    boolean voided;

    /** Whether the peer that stops now is followed by another one: set by its node, which restarts, before it stops its peers. */
    volatile boolean comesBack;

    Set<ActorRef<?>> members() {
        Set<ActorRef<?>> all = new LinkedHashSet<>(subscribers.keySet());
        all.addAll(users.keySet());
        return all;
    }

    /** Whether anybody on this node wants anything of the election. */
    boolean isWanting() {
        waiting.removeIf(CompletableFuture::isDone);
        return joined
                || observers > 0
                || stands
                || !subscribers.isEmpty()
                || !users.isEmpty()
                || !stopping.isEmpty()
                || !waiting.isEmpty();
    }

    /** All that are members now go, as soon as this node leads nothing; who waits for it to lead waits in vain. */
    void resign(IllegalStateException why) {
        parting.addAll(members());
        failWaiting(why);
    }

    private void failWaiting(IllegalStateException why) {
        waiting.forEach(elected -> elected.completeExceptionally(why));
        waiting.clear();
    }

    /** Lets those go that resigned and have not come back since. Gives who is no member any more. */
    Set<ActorRef<?>> part() {
        Set<ActorRef<?>> gone = Set.copyOf(parting);
        List<Subscriber> told = new ArrayList<>();
        gone.forEach(whose -> {
            List<Subscriber> theirs = subscribers.remove(whose);
            if (theirs != null) {
                told.addAll(theirs);
            }
            users.remove(whose);
        });
        parting.clear();
        each(told, Subscriber::stopped);
        return gone;
    }

    /** Returns whether it is new: the same subscriber once more changes nothing. */
    boolean add(ActorRef<?> whose, Subscriber subscriber) {
        parting.remove(whose);
        List<Subscriber> theirs = subscribers.computeIfAbsent(whose, none -> new ArrayList<>());
        return !theirs.contains(subscriber) && theirs.add(subscriber);
    }

    /** Returns whether it is new: the same user once more is not started again. */
    boolean add(ActorRef<?> whose, User user) {
        parting.remove(whose);
        return !user.equals(users.put(whose, user));
    }

    /** Completes when this node leads; fails when it takes part no more. */
    void add(CompletableFuture<Lease> elected) {
        waiting.removeIf(CompletableFuture::isDone);
        waiting.add(elected);
    }

    /** An actor that has ended hears nothing and holds nothing any more. Returns the user that it was, if it was one. */
    Optional<User> remove(ActorRef<?> whose) {
        subscribers.remove(whose);
        parting.remove(whose);
        return Optional.ofNullable(users.remove(whose));
    }

    void tell(Consumer<Subscriber> what) {
        List<Subscriber> all = new ArrayList<>();
        subscribers.values().forEach(all::addAll);
        each(all, what);
    }

    /** The node takes no part any more, unless another peer follows. */
    void tellStopped(IllegalStateException why) {
        if (!comesBack) {
            failWaiting(why);
            tell(Subscriber::stopped);
        }
    }

    void start(Lease lease) {
        waiting.forEach(elected -> elected.complete(lease));
        waiting.clear();
        each(List.copyOf(users.values()), user -> user.start(lease));
    }

    /** One that fails keeps nobody else from hearing it. */
    private static <T> void each(List<T> all, Consumer<? super T> what) {
        Optional<RuntimeException> first = Optional.empty();
        for (T one : all) {
            try {
                what.accept(one);
            } catch (RuntimeException failed) {
                first = first.or(() -> Optional.of(failed));
            }
        }
        first.ifPresent(failed -> {
            throw failed;
        });
    }

    /**
     * Tells everybody that the leadership ends.
     *
     * @param answers gives the reference to which a user answers that it has let go
     * @return whether anybody holds anything
     */
    boolean dismiss(Lease lease, Effect.Reason reason, long deadline, Function<ActorRef<?>, ActorRef<Done>> answers) {
        stopping.put(lease.term(), new LinkedHashSet<>(users.keySet()));
        List<Runnable> calls = new ArrayList<>();
        calls.add(() -> tell(subscriber -> subscriber.dismissed(lease, reason, deadline)));
        users.forEach((whose, user) -> calls.add(() -> user.stop(lease, deadline, answers.apply(whose))));
        each(calls, Runnable::run);
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
