package dev.conclave.internal.peer;

import akka.Done;
import akka.actor.typed.ActorRef;
import dev.conclave.core.peer.Effect;
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
 * The subscribers and the users that one election has on this node, and whether this node is to be a candidate. Survives a
 * restart of the {@link PeerActor}, on whose thread it is used.
 */
public final class SubscribersAndUsers {

    private final Map<ActorRef<?>, List<Subscriber>> subscribers = new LinkedHashMap<>();
    private final Map<ActorRef<?>, RegisterSubscriber> registerSubscribers = new LinkedHashMap<>();
    private final Map<ActorRef<?>, LeadershipUser> users = new LinkedHashMap<>();
    private final List<CompletableFuture<LeadershipLease>> waiting = new ArrayList<>();
    private final Map<Long, Set<ActorRef<?>>> stopping = new LinkedHashMap<>();

    private final Set<ActorRef<?>> parting = new LinkedHashSet<>();

    /** Whether the application on this node has joined the election, even without subscribers. */
    volatile boolean joined;

    /** The number of observers of a lease on this node; they stay when the election is left. */
    int observers;

    /** Whether the application wants the node to be a candidate. */
    volatile boolean stands;

    /** Whether this process has had a peer of this election before, which may have acknowledged a leader. */
    boolean hasLived;

    /** Whether the node is shutting down. */
    public boolean leaving;

    /** Whether the node is drained: its peer is not a candidate, whether {@link #stands} or not. */
    public boolean drained;

    /** Whether this node cannot lead again until it is restarted (R10). */
    public boolean voided;

    /** Whether another peer replaces the one that stops; set by the restarting node actor before it stops its peers. */
    public volatile boolean comesBack;

    Set<ActorRef<?>> members() {
        Set<ActorRef<?>> all = new LinkedHashSet<>(subscribers.keySet());
        all.addAll(registerSubscribers.keySet());
        all.addAll(users.keySet());
        return all;
    }

    /** Whether the application has joined the election. May be called from any thread. */
    public boolean isJoined() {
        return joined;
    }

    /** Whether the application wants the node to be a candidate. May be called from any thread. */
    public boolean isCandidate() {
        return stands;
    }

    /** The number of users. May be called from any thread, which may see a slightly earlier number. */
    public int userCount() {
        return users.size();
    }

    /** The number of subscribers. May be called from any thread, which may see a slightly earlier number. */
    public int subscriberCount() {
        return subscribers.size();
    }

    /** Whether this node needs a peer of the election. */
    boolean isWanting() {
        waiting.removeIf(CompletableFuture::isDone);
        return joined
                || observers > 0
                || stands
                || !subscribers.isEmpty()
                || !registerSubscribers.isEmpty()
                || !users.isEmpty()
                || !stopping.isEmpty()
                || !waiting.isEmpty();
    }

    /**
     * Marks all current subscribers and users for removal when this node no longer leads, and fails the futures that wait for a
     * leadership.
     */
    void resign(IllegalStateException why) {
        parting.addAll(members());
        failWaiting(why);
    }

    private void failWaiting(IllegalStateException why) {
        waiting.forEach(elected -> elected.completeExceptionally(why));
        waiting.clear();
    }

    /** Removes the subscribers and users that were marked and not added again since. Returns the removed actors. */
    Set<ActorRef<?>> part() {
        Set<ActorRef<?>> gone = Set.copyOf(parting);
        List<Subscriber> told = new ArrayList<>();
        gone.forEach(whose -> {
            List<Subscriber> theirs = subscribers.remove(whose);
            if (theirs != null) {
                told.addAll(theirs);
            }
            registerSubscribers.remove(whose);
            users.remove(whose);
        });
        parting.clear();
        each(told, Subscriber::stopped);
        return gone;
    }

    /** Adds a subscriber. Returns whether it is new. */
    boolean add(ActorRef<?> whose, Subscriber subscriber) {
        parting.remove(whose);
        List<Subscriber> theirs = subscribers.computeIfAbsent(whose, none -> new ArrayList<>());
        return !theirs.contains(subscriber) && theirs.add(subscriber);
    }

    /** Adds a user. Returns whether it is new; the same user is not started twice. */
    boolean add(ActorRef<?> whose, LeadershipUser user) {
        parting.remove(whose);
        LeadershipUser former = users.get(whose);
        users.put(whose, former == null ? user : former.replacedBy(user));
        return !user.equals(former);
    }

    /** Adds a subscriber of the register. Returns whether it is new; an actor subscribes once. */
    boolean add(ActorRef<?> whose, RegisterSubscriber subscriber) {
        parting.remove(whose);
        return registerSubscribers.putIfAbsent(whose, subscriber) == null;
    }

    /** Adds a future that completes when this node leads, and fails when it no longer takes part. */
    void add(CompletableFuture<LeadershipLease> elected) {
        waiting.removeIf(CompletableFuture::isDone);
        waiting.add(elected);
    }

    /** Removes an actor that has ended. Returns its user, if it was one. */
    Optional<LeadershipUser> remove(ActorRef<?> whose) {
        subscribers.remove(whose);
        registerSubscribers.remove(whose);
        parting.remove(whose);
        return Optional.ofNullable(users.remove(whose));
    }

    void tell(Consumer<Subscriber> what) {
        List<Subscriber> all = new ArrayList<>();
        subscribers.values().forEach(all::addAll);
        each(all, what);
    }

    void tellRegister(Consumer<RegisterSubscriber> what) {
        each(List.copyOf(registerSubscribers.values()), what);
    }

    /** Notifies subscribers that this node no longer takes part, unless another peer replaces this one. */
    void tellStopped(IllegalStateException why) {
        if (!comesBack) {
            failWaiting(why);
            tell(Subscriber::stopped);
        }
    }

    void start(LeadershipLease lease) {
        waiting.forEach(elected -> elected.complete(lease));
        waiting.clear();
        each(List.copyOf(users.values()), user -> user.start(lease));
    }

    /** Calls the action with all elements, even if it throws for one of them; then throws the first exception. */
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
     * Notifies subscribers and users that the leadership ends.
     *
     * @param answers returns the reference to which a user answers that it has stopped
     * @return whether there are users
     */
    boolean dismiss(
            LeadershipLease lease, Effect.Reason reason, long deadline, Function<ActorRef<?>, ActorRef<Done>> answers) {
        stopping.put(lease.term(), new LinkedHashSet<>(users.keySet()));
        List<Runnable> calls = new ArrayList<>();
        calls.add(() -> tell(subscriber -> subscriber.dismissed(lease, reason, deadline)));
        users.forEach((whose, user) -> calls.add(() -> user.stop(lease, deadline, answers.apply(whose))));
        each(calls, Runnable::run);
        return !users.isEmpty();
    }

    /** Notes that a user has stopped. Returns whether it was the last one. */
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

    /** Returns the terms whose users have not all stopped. */
    List<Long> stoppingTerms() {
        return List.copyOf(stopping.keySet());
    }

    /** Stops waiting for the users of a term. */
    void forgetStopping(long term) {
        stopping.remove(term);
    }
}
