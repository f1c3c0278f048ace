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
import dev.conclave.actor.Insight;
import dev.conclave.actor.TimeLimits;
import dev.conclave.core.ElectionName;
import dev.conclave.core.SafeText;
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
 * What one node does for one lease: stands in its election as long as an owner here waits for it, gives the leadership to the
 * one that has waited longest, and ends it when that one lets go. A leadership is never handed on from owner to owner on this
 * node: the term ends first, and all nodes whose owners wait have their turn (R11), so that none starves.
 */
final class LeaseActor extends AbstractBehavior<LeaseActor.Command> {

    /** What a lease's actor is told. */
    sealed interface Command extends NoSerializationVerificationNeeded {}

    /** An owner wants the lease. */
    record Acquire(ConclaveLease by, String owner, Optional<Consumer<Optional<Throwable>>> whenLost, Answer answer)
            implements Command {}

    /** An owner lets go of it, or wants it no more. */
    record Release(ConclaveLease by, String owner, Answer answer) implements Command {}

    /** Somebody's time for an answer is over. */
    record Expired() implements Command {}

    private record Happened(ElectionEvent event) implements Command {}

    private record Served(Serve what) implements Command {}

    private record Waited(Answer answer) implements Command {}

    private record Left(long round) implements Command {}

    private record Unheard(long round) implements Command {}

    /** An owner that waits for the lease. */
    private static final class Waiting {
        private final Acquire acquire;

        /** For the figures alone: a test may own the time that decides. */
        private final long sinceNanos = System.nanoTime();

        private boolean hasWaited;

        Waiting(Acquire acquire) {
            this.acquire = acquire;
        }
    }

    private final String lease;
    private final Duration electionTimeout;
    private final ActorRef<Leases.Command> node;
    private final TimerScheduler<Command> timers;
    private final ActorRef<ElectionEvent> listener;
    private final ActorRef<Serve> server;
    private final LeaseFigures figures;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<Release> releases = new ArrayList<>();

    private @Nullable Election election;
    private @Nullable Tenure tenure;
    private @Nullable Leadership leads;
    private @Nullable ActorRef<Done> stop;
    private String reason = "its leadership has ended";
    private boolean anotherLeads;
    private boolean leaving;
    private long round;
    private long heard;

    static Behavior<Command> create(String lease, Duration electionTimeout, ActorRef<Leases.Command> node) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new LeaseActor(context, timers, lease, electionTimeout, node)));
    }

    private LeaseActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            String lease,
            Duration electionTimeout,
            ActorRef<Leases.Command> node) {
        super(context);
        this.lease = lease;
        this.electionTimeout = electionTimeout;
        this.node = node;
        this.timers = timers;
        this.listener = context.messageAdapter(ElectionEvent.class, Happened::new);
        this.server = context.messageAdapter(Serve.class, Served::new);
        this.figures = new LeaseFigures(Insight.get(context.getSystem()));
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
        Tenure held = tenure;
        if (held != null && held.isOf(asked.owner)) {
            if (held.lasts()) {
                grant(asked, held);
                return this;
            }
            // Who asks anew has let go of what it held.
            lose(held);
            letGo();
        }
        waiting.add(new Waiting(asked));
        timers.startSingleTimer(asked.answer, new Waited(asked.answer), electionTimeout);
        return settled();
    }

    private Behavior<Command> release(Release asked) {
        heard++;
        Tenure held = tenure;
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
                    + SafeText.of(asked.owner) + ", which neither holds it nor waits for it"));
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

    private boolean grant(Acquire asked, Tenure held) {
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
            Tenure held = tenure;
            if (held == null) {
                letGo();
            } else {
                // Its owner lets go by releasing it, or has until the end of the lease (R8).
                lose(held);
            }
        }
        return settled();
    }

    private void over() {
        Tenure held = tenure;
        if (held != null) {
            lose(held);
        }
        tenure = null;
        leads = null;
        stop = null;
    }

    private void lose(Tenure held) {
        if (!held.isOver()) {
            figures.lost();
            held.lose("the lease \"" + shown() + "\" is lost, " + reason);
        }
    }

    /** Nobody here holds anything any more: the others need not wait for the end of the lease. */
    private void letGo() {
        tenure = null;
        ActorRef<Done> asked = stop;
        if (asked != null) {
            asked.tell(Done.getInstance());
            stop = null;
        }
    }

    private String shown() {
        return SafeText.of(lease);
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

    /** What is to be done whatever has just happened. */
    private Behavior<Command> settled() {
        waiting.removeIf(one -> one.acquire.answer.isGiven());
        grantToTheFirst();
        refuseWhoHasWaited();
        figures.stands(tenure != null, waiting.size());
        if (tenure == null && waiting.isEmpty()) {
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
        while (held != null && held.holds() && !leaving && tenure == null && !waiting.isEmpty()) {
            Waiting longest = waiting.remove();
            Acquire first = longest.acquire;
            Tenure granted = new Tenure(first.owner, held);
            if (grant(first, granted)) {
                tenure = granted;
                figures.acquired(System.nanoTime() - longest.sinceNanos);
                waiting.removeIf(one -> one.acquire.owner.equals(first.owner) && grant(one.acquire, granted));
            }
        }
    }

    /**
     * A leader that this node knew for a whole election timeout has been heard in that time, so it is one for certain; before,
     * it may be a dead one's memory.
     */
    private void refuseWhoHasWaited() {
        if (!anotherLeads && tenure == null) {
            return;
        }
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (one.hasWaited) {
                if (one.acquire.answer.give(false)) {
                    figures.refused();
                }
                timers.cancel(one.acquire.answer);
                all.remove();
            }
        }
    }

    /** Says so whenever there is reason to, also if it has said so before: it costs a message, and who is deaf stands never. */
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

    /** Ends in {@link Left} when this node leads nothing in the election and hears nothing of it any more. */
    private void leave() {
        if (election != null && !leaving) {
            leaving = true;
            askToLeave(election);
        }
    }

    private void askToLeave(Election joined) {
        long asked = ++round;
        ActorRef<Command> me = getContext().getSelf();
        var unused = TimeLimits.failing(joined.leave().toCompletableFuture(), electionTimeout.multipliedBy(2))
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

    /** The election's actor ended with the question in its mailbox; another one has taken its place. */
    private Behavior<Command> unheard(Unheard answer) {
        Election joined = election;
        if (answer.round == round && leaving && joined != null) {
            askToLeave(joined);
        }
        return settled();
    }

    /** The actor system ends, or this actor has failed: nobody is left without an answer. */
    private Behavior<Command> stopped() {
        leave();
        nodeHasStopped();
        figures.stands(false, 0);
        return this;
    }
}
