package dev.conclave.lease;

import akka.Done;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.coordination.lease.LeaseException;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.Serve;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PrintableText;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.runtime.FutureTimeouts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The actor of one lease on one node: is a candidate in the lease's election while an owner on this node waits for the lease,
 * grants the leadership to the owner that has waited longest, and ends the leadership when that owner releases the lease. A
 * leadership never passes from owner to owner on one node: the term ends first, and all nodes with waiting owners have their
 * turn (R11), so that none starves.
 */
final class LeaseActor extends AbstractBehavior<LeaseActor.Command> {

    /** The messages that the actor of a lease receives. */
    sealed interface Command extends NoSerializationVerificationNeeded {}

    /** An owner on this node asks for the lease. */
    record Acquire(ConclaveLease by, String owner, Optional<Consumer<Optional<Throwable>>> whenLost, LeaseReply answer)
            implements Command {}

    /** An owner releases the lease, or cancels its acquire. */
    record Release(ConclaveLease by, String owner, LeaseReply answer) implements Command {}

    /** The time limit of a call of {@code acquire} or {@code release} is over. */
    record Expired() implements Command {}

    private record Happened(ElectionEvent event) implements Command {}

    private record Served(Serve what) implements Command {}

    private record Waited(LeaseReply answer) implements Command {}

    private record Left(long round) implements Command {}

    private record Unheard(long round) implements Command {}

    /** An owner that waits for the lease. */
    private static final class Waiting {
        private final Acquire acquire;

        /**
         * When the owner began to wait, for the metrics alone: decisions use the actor's timers, whose time a test may control.
         */
        private final long sinceNanos = System.nanoTime();

        private boolean hasWaited;

        Waiting(Acquire acquire) {
            this.acquire = acquire;
        }
    }

    private final String lease;
    private final ActorRef<Leases.Command> node;
    private final TimerScheduler<Command> timers;
    private final ActorRef<ElectionEvent> listener;
    private final ActorRef<Serve> server;
    private final LeaseMetrics metrics;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<Release> releases = new ArrayList<>();

    private @Nullable Election election;
    private @Nullable HeldLease heldLease;
    private @Nullable Leadership leads;
    private @Nullable ActorRef<Done> stop;
    private String reason = "its leadership has ended";
    private boolean anotherLeads;
    private boolean leaving;
    private long round;
    private long heard;

    static Behavior<Command> create(String lease, ActorRef<Leases.Command> node) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new LeaseActor(context, timers, lease, node)));
    }

    private LeaseActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            String lease,
            ActorRef<Leases.Command> node) {
        super(context);
        this.lease = lease;
        this.node = node;
        this.timers = timers;
        this.listener = context.messageAdapter(ElectionEvent.class, Happened::new);
        this.server = context.messageAdapter(Serve.class, Served::new);
        this.metrics = new LeaseMetrics(Telemetry.get(context.getSystem()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Acquire.class, this::acquire)
                .onMessage(Release.class, this::release)
                .onMessage(Expired.class, this::expired)
                .onMessage(Waited.class, this::waited)
                .onMessage(Happened.class, this::happened)
                .onMessage(Served.class, this::served)
                .onMessage(Left.class, this::left)
                .onMessage(Unheard.class, this::unheard)
                .onSignal(PostStop.class, signal -> stopped())
                .build();
    }

    // ---- owners

    private Behavior<Command> acquire(Acquire asked) {
        heard++;
        HeldLease held = heldLease;
        if (held != null && held.isOf(asked.owner)) {
            if (held.lasts()) {
                grant(asked, held);
                return this;
            }
            // An owner that asks again after the loss has stopped using the lease.
            lose(held);
            letGo();
        }
        waiting.add(new Waiting(asked));
        timers.startSingleTimer(asked.answer, new Waited(asked.answer), electionTimeout());
        return settled();
    }

    private Behavior<Command> release(Release asked) {
        heard++;
        HeldLease held = heldLease;
        if (held != null && held.isOf(asked.owner)) {
            held.giveUp();
            letGo();
            releases.add(asked);
            leave();
        } else if (waiting.removeIf(one -> takenBack(one, asked.owner))) {
            if (waiting.isEmpty() && held == null) {
                releases.add(asked);
            } else {
                answer(asked);
            }
        } else if (releases.stream().anyMatch(other -> other.owner.equals(asked.owner))) {
            releases.add(asked);
        } else if (asked.by.hasNotLetGo()) {
            answer(asked);
        } else {
            asked.answer.fail(new LeaseException("the lease \"" + shown() + "\" cannot be released by "
                    + PrintableText.of(asked.owner) + ", which neither holds it nor waits for it"));
        }
        return settled();
    }

    private boolean takenBack(Waiting one, String owner) {
        if (!one.acquire.owner.equals(owner)) {
            return false;
        }
        timers.cancel(one.acquire.answer);
        one.acquire.answer.give(false);
        return true;
    }

    private Behavior<Command> waited(Waited over) {
        waiting.stream().filter(one -> one.acquire.answer.equals(over.answer)).forEach(one -> one.hasWaited = true);
        return settled();
    }

    private Behavior<Command> expired(Expired expired) {
        heard++;
        return settled();
    }

    private boolean grant(Acquire asked, HeldLease held) {
        timers.cancel(asked.answer);
        asked.whenLost.ifPresent(listener -> held.listen(asked.by, listener, asked.answer));
        return asked.answer.give(true, () -> asked.by.hold(held));
    }

    private static void answer(Release asked) {
        asked.answer.give(true, () -> asked.by.hold(null));
    }

    // ---- the election

    private Behavior<Command> happened(Happened happened) {
        ElectionEvent event = happened.event;
        if (event instanceof ElectionEvent.Following) {
            anotherLeads = true;
        } else if (event instanceof ElectionEvent.Leaderless || event instanceof ElectionEvent.Elected) {
            anotherLeads = false;
        } else if (event instanceof ElectionEvent.Dismissed dismissed) {
            reason = "its leadership has ended: "
                    + dismissed.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        } else if (event instanceof ElectionEvent.Ended) {
            over();
        } else if (event instanceof ElectionEvent.Stopped && !leaving) {
            nodeHasStopped();
        }
        return settled();
    }

    private Behavior<Command> served(Served served) {
        if (served.what instanceof Serve.Start start) {
            leads = start.leadership();
        } else if (served.what instanceof Serve.Stop told) {
            stop = told.replyTo();
            HeldLease held = heldLease;
            if (held == null) {
                letGo();
            } else {
                // The owner releases the lease, or has until the lease ends (R8).
                lose(held);
            }
        }
        return settled();
    }

    private void over() {
        HeldLease held = heldLease;
        if (held != null) {
            lose(held);
        }
        heldLease = null;
        leads = null;
        stop = null;
    }

    private void lose(HeldLease held) {
        if (!held.isOver()) {
            metrics.lost();
            held.lose("the lease \"" + shown() + "\" is lost, " + reason);
        }
    }

    /**
     * Releases the lease in the election, since no owner on this node holds it any longer: other nodes need not wait for its
     * end.
     */
    private void letGo() {
        heldLease = null;
        ActorRef<Done> asked = stop;
        if (asked != null) {
            asked.tell(Done.getInstance());
            stop = null;
        }
    }

    private String shown() {
        return PrintableText.of(lease);
    }

    private void nodeHasStopped() {
        over();
        LeaseException why = new LeaseException(
                "this node no longer takes part in elections, so it cannot hold the lease \"" + shown() + "\"");
        refuse(why);
        releases.forEach(asked -> asked.answer.fail(why));
        releases.clear();
        election = null;
        leaving = false;
    }

    // ---- what follows

    /** Runs after every message: grants, refuses, and leaves or joins the election as needed. */
    private Behavior<Command> settled() {
        waiting.removeIf(one -> one.acquire.answer.isGiven());
        grantToTheFirst();
        refuseWhoHasWaited();
        metrics.stands(heldLease != null, waiting.size());
        if (heldLease == null && waiting.isEmpty()) {
            leave();
        }
        if (leaving || leads != null) {
            return this;
        }
        releases.forEach(LeaseActor::answer);
        releases.clear();
        if (!waiting.isEmpty()) {
            stand();
        } else if (election == null) {
            node.tell(new Leases.Idle(lease, getContext().getSelf(), heard));
        }
        return this;
    }

    private void grantToTheFirst() {
        Leadership held = leads;
        while (held != null && held.holds() && !leaving && heldLease == null && !waiting.isEmpty()) {
            Waiting longest = waiting.remove();
            Acquire first = longest.acquire;
            HeldLease granted = new HeldLease(first.owner, held);
            if (grant(first, granted)) {
                heldLease = granted;
                metrics.acquired(System.nanoTime() - longest.sinceNanos);
                waiting.removeIf(one -> one.acquire.owner.equals(first.owner) && grant(one.acquire, granted));
            }
        }
    }

    /**
     * Refuses owners that have waited for a whole election timeout: a leader that this node still knows after that time has sent
     * a heartbeat within it, so it is alive; before, it may have crashed already.
     */
    private void refuseWhoHasWaited() {
        if (!anotherLeads && heldLease == null) {
            return;
        }
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (one.hasWaited) {
                if (one.acquire.answer.give(false)) {
                    metrics.refused();
                }
                timers.cancel(one.acquire.answer);
                all.remove();
            }
        }
    }

    /**
     * Calls {@code stand()} again whenever there is a reason to, since it costs one message, and a lost one would leave the
     * owners waiting.
     */
    private void stand() {
        Election joined = election;
        if (joined == null) {
            joined = LeaseElections.of(getContext().getSystem()).own(ElectionName.ofLease(lease));
            joined.subscribe(listener);
            joined.serve(server);
            election = joined;
        }
        joined.stand();
    }

    private void refuse(LeaseException why) {
        waiting.forEach(one -> {
            timers.cancel(one.acquire.answer);
            one.acquire.answer.fail(why);
        });
        waiting.clear();
    }

    /** Leaves the election; {@link Left} arrives when this node no longer leads and has left. */
    private void leave() {
        if (election != null && !leaving) {
            leaving = true;
            askToLeave(election);
        }
    }

    private Duration electionTimeout() {
        return LeaseElections.presentElectionTimeout(getContext().getSystem());
    }

    private void askToLeave(Election joined) {
        long asked = ++round;
        ActorRef<Command> me = getContext().getSelf();
        var unused = FutureTimeouts.failing(
                        joined.leave().toCompletableFuture(), electionTimeout().multipliedBy(2))
                .whenComplete((done, failure) ->
                        me.tell(failure instanceof TimeoutException ? new Unheard(asked) : new Left(asked)));
    }

    private Behavior<Command> left(Left answer) {
        if (answer.round == round && leaving) {
            over();
            leaving = false;
            anotherLeads = false;
            election = null;
        }
        return settled();
    }

    /** Repeats a request: the election's actor ended before it processed the request, and another one has replaced it. */
    private Behavior<Command> unheard(Unheard answer) {
        Election joined = election;
        if (answer.round == round && leaving && joined != null) {
            askToLeave(joined);
        }
        return settled();
    }

    /** Completes all open calls, since the actor system ends or this actor has failed. */
    private Behavior<Command> stopped() {
        leave();
        nodeHasStopped();
        metrics.stands(false, 0);
        return this;
    }
}
