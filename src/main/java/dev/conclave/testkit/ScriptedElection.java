package dev.conclave.testkit;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import dev.conclave.ElectionEvent;
import dev.conclave.ElectionStatus;
import dev.conclave.Leadership;
import dev.conclave.Serve;
import dev.conclave.WhenServerEnds;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An election that is controlled by the test. Calls of the code under test and of the test exclude each other; none of them calls
 * code of the application, and every stage completes on the actor system's default dispatcher.
 */
final class ScriptedElection {

    private static final AsyncLogger LOG = AsyncLogger.of(ConclaveTestKit.class);

    /** The number of election timeouts for which a real leader waits for its users while it hands over (R9). */
    private static final int PATIENCE_IN_ELECTIONS = 10;

    /** Numbers the actors of tasks, since actors need unique names. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final ElectionName name;
    private final PeerId self;
    private final ActorSystem<?> system;
    private final KitClock clock;
    private final ScriptedRegister register;
    private final Duration electionTimeout;
    private final Duration wholeLease;
    private final Set<ActorRef<ElectionEvent>> subscribers = new LinkedHashSet<>();
    private final Map<ActorRef<Serve>, WhenServerEnds> users = new LinkedHashMap<>();
    private final Set<PeerId> candidates = new LinkedHashSet<>();

    /** Actors to remove when this node no longer leads, unless they are registered again before. */
    private final Set<ActorRef<?>> parting = new LinkedHashSet<>();

    private final List<CompletableFuture<Leadership>> whenElected = new ArrayList<>();

    private boolean stands;
    private boolean leaving;
    private boolean drained;
    private long term;
    private Optional<PeerId> other = Optional.empty();
    private Optional<ScriptedLeadership> leads = Optional.empty();
    private Optional<Ending> ending = Optional.empty();

    /** A leadership whose users are stopping. */
    private static final class Ending {
        private final ScriptedLeadership leadership;
        private final ElectionEvent.Reason reason;
        private final Set<ActorRef<Serve>> waitedFor;
        private final List<Runnable> next = new ArrayList<>();
        private Optional<PeerId> successor;
        private boolean isNamed;

        Ending(
                ScriptedLeadership leadership,
                ElectionEvent.Reason reason,
                Set<ActorRef<Serve>> waitedFor,
                Optional<PeerId> successor) {
            this.leadership = leadership;
            this.reason = reason;
            this.waitedFor = waitedFor;
            this.successor = successor;
        }
    }

    ScriptedElection(ElectionName name, PeerId self, ActorSystem<?> system, Duration electionTimeout, double drift) {
        this.name = name;
        this.self = self;
        this.system = system;
        this.clock = new KitClock(system);
        this.register = new ScriptedRegister(system, this::mayWrite);
        this.electionTimeout = electionTimeout;
        // The lease of a real leader right after a round (R7).
        this.wholeLease = Duration.ofNanos((long) (electionTimeout.toNanos() * (1 - drift) / (1 + drift)));
    }

    ScriptedRegister register() {
        return register;
    }

    /** Whether the register may be written: also while users stop, until the leadership is over. */
    private boolean mayWrite(Leadership leadership) {
        return leadership instanceof ScriptedLeadership own
                && own.election().equals(name.value())
                && !own.leaseRemaining().isZero();
    }

    // ---- what the test does

    /** Another node has led a term and left this value. */
    synchronized void registerHolds(ByteString value) {
        register.holds(value, ++term);
    }

    synchronized boolean stands() {
        return stands && !leaving && !drained;
    }

    synchronized void addCandidate(PeerId peer) {
        candidates.add(peer);
    }

    synchronized void removeCandidate(PeerId peer) {
        candidates.remove(peer);
    }

    synchronized Leadership elect() {
        if (leads.isPresent()) {
            throw new IllegalStateException(self + " already leads \"" + name + "\"; dismiss it first");
        }
        if (ending.isPresent()) {
            throw new IllegalStateException("the users of term " + Terms.show(term) + " of \"" + name
                    + "\" have not all stopped; wait for what dismiss() returned");
        }
        if (!stands()) {
            throw new IllegalStateException(self + " is not a candidate in \"" + name
                    + "\", so it cannot be elected: the code under test has not called stand() for this name, or has"
                    + " withdrawn");
        }
        other = Optional.empty();
        ScriptedLeadership leadership =
                new ScriptedLeadership(name.value(), ++term, register.found(term), wholeLease, clock);
        leads = Optional.of(leadership);
        tell(new ElectionEvent.Standing(name.value(), term));
        tell(elected(leadership));
        users.keySet().forEach(user -> user.tell(new Serve.Start(leadership)));
        whenElected.forEach(next -> next.completeAsync(() -> leadership, system.executionContext()));
        whenElected.clear();
        return leadership;
    }

    /** Ends the leadership by the loss of its majority or by a pause beyond the lease. */
    synchronized CompletionStage<Done> dismiss(Duration leaseLeft) {
        ScriptedLeadership leadership = leads.orElseThrow(() -> notLeading("so it cannot be dismissed"));
        leadership.dismissed(leaseLeft);
        return over(end(leadership, ElectionEvent.Reason.LEASE_EXPIRED, leaseLeft, Optional.empty()));
    }

    synchronized CompletionStage<Done> electOther(PeerId leader, Duration leaseLeft) {
        candidates.add(leader);
        if (leads.isPresent()) {
            ScriptedLeadership leadership = leads.get();
            leadership.dismissed(leaseLeft);
            return over(end(leadership, ElectionEvent.Reason.HAND_OVER, leaseLeft, Optional.of(leader)));
        }
        if (ending.isPresent()) {
            ending.get().successor = Optional.of(leader);
        } else {
            follow(leader);
        }
        return over(ending);
    }

    private void follow(PeerId leader) {
        other = Optional.of(leader);
        tell(new ElectionEvent.Following(name.value(), leader, ++term));
    }

    synchronized void loseOther() {
        other.ifPresent(candidates::remove);
        if (other.isPresent()) {
            other = Optional.empty();
            tell(new ElectionEvent.Leaderless(name.value(), term));
        }
    }

    synchronized void oversleep() {
        leads.orElseThrow(() -> notLeading("so there is no lease to sleep through"))
                .dismissed(Duration.ZERO);
    }

    private IllegalStateException notLeading(String why) {
        return new IllegalStateException(self + " does not lead \"" + name + "\", " + why);
    }

    // ---- the end of a leadership

    /** R9: hands over; the lease is renewed while users stop. */
    private Optional<Ending> retire(ScriptedLeadership leadership, ElectionEvent.Reason reason) {
        Duration patience = electionTimeout.multipliedBy(PATIENCE_IN_ELECTIONS);
        leadership.retired(patience);
        return end(leadership, reason, patience, candidates.stream().findFirst());
    }

    private Optional<Ending> end(
            ScriptedLeadership leadership,
            ElectionEvent.Reason reason,
            Duration leaseLeft,
            Optional<PeerId> successor) {
        leads = Optional.empty();
        Ending end = new Ending(leadership, reason, new LinkedHashSet<>(users.keySet()), successor);
        ending = Optional.of(end);
        long deadline = System.nanoTime() + leadership.leaseRemaining().toNanos();
        tell(new ElectionEvent.Dismissed(name.value(), leadership, reason, deadline));
        users.keySet().forEach(user -> user.tell(new Serve.Stop(leadership, deadline, answerOf(user, end))));
        if (leaseLeft.isZero() || end.waitedFor.isEmpty()) {
            ended(end);
        } else {
            var unused = system.scheduler().scheduleOnce(leaseLeft, () -> ended(end), system.executionContext());
        }
        return ending;
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
            ended(end);
        }
    }

    private synchronized void ended(Ending end) {
        if (ending.filter(end::equals).isEmpty()) {
            return;
        }
        ending = Optional.empty();
        end.leadership.dismissed(Duration.ZERO);
        tell(new ElectionEvent.Ended(name.value(), end.leadership, end.reason, System.nanoTime()));
        end.successor.ifPresentOrElse(this::follow, () -> tell(new ElectionEvent.Leaderless(name.value(), term)));
        end.next.forEach(Runnable::run);
    }

    /** Returns a stage that completes when the leadership is over; at once if there is none. */
    private CompletionStage<Done> over(Optional<Ending> end) {
        CompletableFuture<Done> over = new CompletableFuture<>();
        Runnable completes = () -> over.completeAsync(Done::getInstance, system.executionContext());
        end.ifPresentOrElse(open -> open.next.add(completes), completes);
        return over;
    }

    // ---- what the node under test does

    synchronized void stand() {
        stands = true;
    }

    synchronized void withdraw() {
        stands = false;
        leads.ifPresent(leadership -> retire(leadership, ElectionEvent.Reason.WITHDRAWN));
    }

    /** Hands over to the named peer, or to the first candidate. */
    synchronized CompletionStage<Done> handOver(Optional<PeerId> to) {
        Optional<RuntimeException> refusal = refusal(to);
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(refusal.get());
        }
        leads.ifPresent(leadership -> retire(leadership, ElectionEvent.Reason.HAND_OVER));
        ending.filter(end -> to.isPresent()).ifPresent(end -> {
            end.successor = to;
            end.isNamed = true;
        });
        return over(ending);
    }

    private Optional<RuntimeException> refusal(Optional<PeerId> to) {
        if (to.filter(self::equals).isPresent()) {
            return Optional.of(new IllegalArgumentException(self + " cannot hand over \"" + name + "\" to itself"));
        }
        if (leads.isEmpty() && ending.isEmpty()) {
            return Optional.of(notLeading("so it cannot hand it over"));
        }
        if (ending.filter(end -> end.isNamed && to.isPresent() && !end.successor.equals(to))
                .isPresent()) {
            return Optional.of(new IllegalStateException("\"" + name
                    + "\" is already being handed over to another peer, so it is not handed over to " + to.get()));
        }
        if (to.isPresent() && !candidates.contains(to.get())) {
            return Optional.of(new IllegalStateException(
                    to.get() + " is not a candidate in \"" + name + "\", so " + self + " keeps leading it"));
        }
        return leads.isPresent() && candidates.isEmpty()
                ? Optional.of(new IllegalStateException(
                        "there is no other candidate in \"" + name + "\", so " + self + " keeps leading it"))
                : Optional.empty();
    }

    /** Shuts the node down: it no longer leads and is no longer a candidate. */
    synchronized CompletionStage<Done> leaveAll() {
        leaving = true;
        leads.ifPresent(leadership -> retire(leadership, ElectionEvent.Reason.LEAVING));
        return over(ending);
    }

    /** Drains the node: it no longer leads, and is not a candidate until it is undrained. */
    synchronized CompletionStage<Done> drain() {
        drained = true;
        leads.ifPresent(leadership -> retire(leadership, ElectionEvent.Reason.WITHDRAWN));
        return over(ending);
    }

    synchronized void undrain() {
        drained = false;
    }

    synchronized CompletionStage<Done> leave() {
        parting.addAll(subscribers);
        parting.addAll(users.keySet());
        register.left();
        IllegalStateException why =
                new IllegalStateException(self + " no longer takes part in \"" + name + "\": it has left the election");
        whenElected.forEach(next -> system.executionContext().execute(() -> next.completeExceptionally(why)));
        whenElected.clear();
        withdraw();
        ending.ifPresentOrElse(end -> end.next.add(this::part), this::part);
        return over(ending);
    }

    private void part() {
        List<ActorRef<ElectionEvent>> told =
                subscribers.stream().filter(parting::contains).toList();
        subscribers.removeAll(parting);
        users.keySet().removeAll(parting);
        parting.clear();
        told.forEach(subscriber -> subscriber.tell(new ElectionEvent.Stopped(name.value(), term)));
    }

    synchronized CompletionStage<Leadership> whenElected() {
        CompletableFuture<Leadership> next = new CompletableFuture<>();
        leads.ifPresentOrElse(
                leadership -> next.completeAsync(() -> leadership, system.executionContext()),
                () -> whenElected.add(next));
        return next;
    }

    synchronized Optional<Leadership> leadership() {
        return leads.filter(ScriptedLeadership::holds).map(leadership -> leadership);
    }

    synchronized ElectionStatus status() {
        // Without a lease the process was paused beyond it: another node may lead by now.
        return new Seen(
                leads.map(leadership -> Optional.of(self).filter(me -> leadership.holds()))
                        .orElse(other),
                term);
    }

    private record Seen(Optional<PeerId> leader, long term) implements ElectionStatus {}

    synchronized void subscribe(ActorRef<ElectionEvent> subscriber) {
        parting.remove(subscriber);
        if (!subscribers.add(subscriber)) {
            return;
        }
        watch(subscriber);
        subscriber.tell(leads.<ElectionEvent>map(this::elected)
                .or(() -> other.map(leader -> new ElectionEvent.Following(name.value(), leader, term)))
                .orElseGet(() -> new ElectionEvent.Leaderless(name.value(), term)));
    }

    synchronized void serve(ActorRef<Serve> user, WhenServerEnds whenItEnds) {
        parting.remove(user);
        if (users.put(user, whenItEnds) == null) {
            watch(user);
            leads.ifPresent(leadership -> user.tell(new Serve.Start(leadership)));
        }
    }

    private ElectionEvent elected(ScriptedLeadership leadership) {
        return new ElectionEvent.Elected(name.value(), leadership, System.nanoTime() + wholeLease.toNanos());
    }

    private void tell(ElectionEvent event) {
        List.copyOf(subscribers).forEach(subscriber -> subscriber.tell(event));
    }

    /** Removes an actor from subscribers and users when it has ended. */
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
        for (Map.Entry<ActorRef<Serve>, WhenServerEnds> one : Map.copyOf(users).entrySet()) {
            ActorRef<Serve> user = one.getKey();
            WhenServerEnds choice = one.getValue();
            if (user.equals(whose)) {
                users.remove(user);
                ending.ifPresent(end -> stopped(user, end));
                leads.ifPresent(leadership -> servesNoMore(user, leadership, choice));
            }
        }
    }

    private void servesNoMore(ActorRef<Serve> user, ScriptedLeadership leadership, WhenServerEnds choice) {
        LOG.warn("{}: {} ended although it was serving in term {} ({})", name, user, Terms.show(term), choice);
        if (choice == WhenServerEnds.HAND_OVER && !candidates.isEmpty()) {
            retire(leadership, ElectionEvent.Reason.HAND_OVER);
        }
    }

    private ActorRef<Done> spawn(Behavior<Done> behavior, String kind) {
        return system.systemActorOf(
                behavior, "conclave-testkit-" + kind + "-" + NUMBERS.incrementAndGet(), Props.empty());
    }
}
