package dev.conclave.testkit;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.Serve;
import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** An election as the test writes it. What is asked of it and what the test does are one after the other. */
final class ScriptedElection implements Election {

    /** In so many steps the rest of a lease passes, since with manual time nothing tells how far it has passed. */
    private static final int STEPS = 10;

    /** Actors need names of their own. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final ElectionName name;
    private final PeerId self;
    private final ActorSystem<?> system;
    private final Duration wholeLease;
    private final Set<ActorRef<ElectionEvent>> subscribers = new LinkedHashSet<>();
    private final Set<ActorRef<Serve>> users = new LinkedHashSet<>();

    private final List<CompletableFuture<Leadership>> whenElected = new ArrayList<>();

    private boolean stands;
    private long term;
    private Optional<PeerId> other = Optional.empty();
    private Optional<ScriptedLeadership> leads = Optional.empty();
    private Optional<Ending> ending = Optional.empty();

    /** A leadership whose users are stopping. */
    private record Ending(
            ScriptedLeadership leadership,
            Effect.Reason reason,
            Set<ActorRef<Serve>> waitedFor,
            CompletableFuture<Done> over) {}

    ScriptedElection(ElectionName name, PeerId self, ActorSystem<?> system, Duration wholeLease) {
        this.name = name;
        this.self = self;
        this.system = system;
        this.wholeLease = wholeLease;
    }

    // ---- what the test does

    synchronized boolean stands() {
        return stands;
    }

    synchronized Leadership elect() {
        if (leads.isPresent()) {
            throw new IllegalStateException(self + " leads \"" + name + "\" already; dismiss it first");
        }
        if (ending.isPresent()) {
            throw new IllegalStateException("the users of term " + term + " of \"" + name
                    + "\" have not all stopped; wait for what dismiss() returned");
        }
        other = Optional.empty();
        ScriptedLeadership leadership = new ScriptedLeadership(self, ++term, wholeLease);
        leads = Optional.of(leadership);
        tell(new ElectionEvent.Standing(name.value(), term));
        tell(elected(leadership));
        users.forEach(user -> user.tell(new Serve.Start(leadership)));
        whenElected.forEach(next -> next.completeAsync(() -> leadership, system.executionContext()));
        whenElected.clear();
        return leadership;
    }

    synchronized CompletionStage<Done> dismiss(Effect.Reason reason, Duration leaseLeft) {
        ScriptedLeadership leadership = leads.orElseThrow(() -> notLeading("so it cannot be dismissed"));
        leads = Optional.empty();
        leadership.dismissed(leaseLeft);
        Ending end = new Ending(leadership, reason, new LinkedHashSet<>(users), new CompletableFuture<>());
        ending = Optional.of(end);
        Instant deadline = Instant.now().plus(leaseLeft);
        tell(new ElectionEvent.Dismissed(name.value(), leadership, reason, deadline));
        users.forEach(user -> user.tell(new Serve.Stop(leadership, deadline, answerOf(user, end))));
        if (leaseLeft.isZero() || end.waitedFor.isEmpty()) {
            end(end);
        } else {
            pass(end, leaseLeft.dividedBy(STEPS), STEPS - 1);
        }
        return end.over;
    }

    private IllegalStateException notLeading(String why) {
        return new IllegalStateException(self + " does not lead \"" + name + "\", " + why);
    }

    synchronized CompletionStage<Done> electOther(PeerId leader, Duration leaseLeft) {
        if (leads.isPresent()) {
            return dismiss(Effect.Reason.HAND_OVER, leaseLeft).thenApply(over -> follow(leader));
        }
        return ending.map(end -> end.over.thenApply(over -> follow(leader)))
                .orElseGet(() -> CompletableFuture.completedFuture(follow(leader)));
    }

    private synchronized Done follow(PeerId leader) {
        other = Optional.of(leader);
        tell(new ElectionEvent.Following(name.value(), leader, ++term));
        return Done.getInstance();
    }

    synchronized void loseOther() {
        if (other.isPresent()) {
            other = Optional.empty();
            tell(new ElectionEvent.Leaderless(name.value(), term));
        }
    }

    synchronized void oversleep() {
        leads.orElseThrow(() -> notLeading("so there is no lease to sleep through"))
                .dismissed(Duration.ZERO);
    }

    // ---- the end of a leadership

    /** A step of the rest of the lease has passed. */
    private void pass(Ending end, Duration step, int stepsLeft) {
        var unused = system.scheduler()
                .scheduleOnce(
                        step,
                        () -> {
                            synchronized (this) {
                                end.leadership.dismissed(step.multipliedBy(stepsLeft));
                                if (stepsLeft == 0) {
                                    end(end);
                                } else if (ending.filter(end::equals).isPresent()) {
                                    pass(end, step, stepsLeft - 1);
                                }
                            }
                        },
                        system.executionContext());
    }

    private ActorRef<Done> answerOf(ActorRef<Serve> user, Ending end) {
        return spawn(
                Behaviors.receiveMessage(done -> {
                    stopped(user, end);
                    return Behaviors.stopped();
                }),
                "answer");
    }

    private synchronized void stopped(ActorRef<Serve> user, Ending end) {
        if (end.waitedFor.remove(user) && end.waitedFor.isEmpty()) {
            end(end);
        }
    }

    private synchronized void end(Ending end) {
        if (ending.filter(end::equals).isEmpty()) {
            return;
        }
        ending = Optional.empty();
        end.leadership.dismissed(Duration.ZERO);
        tell(new ElectionEvent.Ended(name.value(), end.leadership, end.reason, System.nanoTime()));
        tell(new ElectionEvent.Leaderless(name.value(), term));
        end.over.complete(Done.getInstance());
    }

    // ---- what the node under test does

    @Override
    public String name() {
        return name.value();
    }

    @Override
    public synchronized void stand() {
        stands = true;
    }

    @Override
    public synchronized void withdraw() {
        stands = false;
        if (leads.isPresent()) {
            var unused = dismiss(Effect.Reason.WITHDRAWN, wholeLease);
        }
    }

    @Override
    public synchronized CompletionStage<Done> handOver() {
        return leads.isPresent()
                ? dismiss(Effect.Reason.HAND_OVER, wholeLease)
                : CompletableFuture.failedFuture(notLeading("so it cannot hand it over"));
    }

    @Override
    public synchronized CompletionStage<Done> leave() {
        withdraw();
        return ending.map(end -> end.over.thenApply(over -> left()))
                .orElseGet(() -> CompletableFuture.completedFuture(left()));
    }

    private synchronized Done left() {
        tell(new ElectionEvent.Stopped(name.value(), term));
        subscribers.clear();
        users.clear();
        return Done.getInstance();
    }

    @Override
    public synchronized CompletionStage<Leadership> whenElected() {
        return leads.<CompletionStage<Leadership>>map(CompletableFuture::completedFuture)
                .orElseGet(() -> {
                    CompletableFuture<Leadership> next = new CompletableFuture<>();
                    whenElected.add(next);
                    return next;
                });
    }

    @Override
    public synchronized Leadership leadership() {
        return leads.<Leadership>map(leadership -> leadership).orElseGet(() -> new Elsewhere(other, term));
    }

    /** Nobody's leadership that this node knows of, or another node's. */
    private record Elsewhere(Optional<PeerId> leader, long term) implements Leadership {
        @Override
        public boolean holds() {
            return false;
        }

        @Override
        public Duration leaseRemaining() {
            return Duration.ZERO;
        }
    }

    @Override
    public synchronized void subscribe(ActorRef<ElectionEvent> subscriber) {
        subscribers.add(subscriber);
        watch(subscriber);
        subscriber.tell(leads.<ElectionEvent>map(ScriptedElection.this::elected)
                .or(() -> other.map(leader -> new ElectionEvent.Following(name.value(), leader, term)))
                .orElseGet(() -> new ElectionEvent.Leaderless(name.value(), term)));
    }

    @Override
    public synchronized void serve(ActorRef<Serve> user) {
        users.add(user);
        watch(user);
        leads.ifPresent(leadership -> user.tell(new Serve.Start(leadership)));
    }

    private ElectionEvent elected(ScriptedLeadership leadership) {
        return new ElectionEvent.Elected(name.value(), leadership, System.nanoTime() + wholeLease.toNanos());
    }

    private void tell(ElectionEvent event) {
        List.copyOf(subscribers).forEach(subscriber -> subscriber.tell(event));
    }

    /** An actor that has ended hears nothing any more, and holds nothing. */
    private void watch(ActorRef<?> whose) {
        var unused = spawn(
                Behaviors.<Done>setup(context -> {
                    context.watch(whose);
                    return Behaviors.receive(Done.class)
                            .onSignal(Terminated.class, signal -> {
                                forget(whose);
                                return Behaviors.stopped();
                            })
                            .build();
                }),
                "watch");
    }

    private synchronized void forget(ActorRef<?> whose) {
        subscribers.removeIf(whose::equals);
        for (ActorRef<Serve> user : new ArrayList<>(users)) {
            if (user.equals(whose)) {
                users.remove(user);
                ending.ifPresent(end -> stopped(user, end));
            }
        }
    }

    private ActorRef<Done> spawn(Behavior<Done> behavior, String kind) {
        return system.systemActorOf(
                behavior, "conclave-testkit-" + kind + "-" + NUMBERS.incrementAndGet(), Props.empty());
    }
}
