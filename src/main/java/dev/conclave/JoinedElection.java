package dev.conclave;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.core.peer.Effect;
import dev.conclave.internal.node.NodeCommand;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.internal.peer.LeadershipUser;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.peer.Subscriber;
import dev.conclave.internal.runtime.ApplicationRecipient;
import dev.conclave.internal.runtime.CallerFutures;
import dev.conclave.internal.wire.NodeMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@link Election}: turns calls into messages to the peer's actor, and the peer's notifications into {@link
 * ElectionEvent} and {@link Serve} messages.
 */
final class JoinedElection implements Election {

    private final ElectionName name;
    private final ActorSystem<?> system;
    private final ActorRef<NodeMessage> node;
    private final NodeEnvironment.Elections elections;
    private final CallerFutures futures;
    private final WhenServerEnds whenServerEnds;
    private final Consumer<Election> left;

    private final ElectionRegister register;

    private volatile KnownLeader view = KnownLeader.NOBODY;

    /**
     * Creates the handle of one election on one node.
     *
     * @param futures the futures that callers wait for
     * @param whenServerEnds the default for actors that serve without a choice of their own
     * @param left called when the election is left
     */
    JoinedElection(
            ElectionName name,
            ActorSystem<?> system,
            ActorRef<NodeMessage> node,
            NodeEnvironment.Elections elections,
            CallerFutures futures,
            WhenServerEnds whenServerEnds,
            Consumer<Election> left) {
        this.name = name;
        this.system = system;
        this.node = node;
        this.elections = elections;
        this.futures = futures;
        this.whenServerEnds = whenServerEnds;
        this.left = left;
        this.register = new JoinedRegister(name, system, futures, this::tell, this::known);
    }

    @Override
    public String name() {
        return name.value();
    }

    @Override
    public void stand() {
        tell(new PeerCommand.Stand());
    }

    @Override
    public void withdraw() {
        tell(new PeerCommand.Withdraw());
    }

    @Override
    public CompletionStage<Done> handOver() {
        return handOver(Optional.empty());
    }

    @Override
    public CompletionStage<Done> handOver(PeerId to) {
        return handOver(Optional.of(to));
    }

    private CompletionStage<Done> handOver(Optional<PeerId> to) {
        return futures.<Done, Done>ask(done -> tell(new PeerCommand.HandOver(done, to)), this::failEnded, done -> done);
    }

    @Override
    public CompletionStage<Leadership> whenElected() {
        return futures.<LeadershipLease, Leadership>ask(
                elected -> tell(new PeerCommand.WhenElected(elected)), this::failEnded, this::held);
    }

    private void failEnded(CompletableFuture<?> asked, String why) {
        asked.completeExceptionally(
                new IllegalStateException("this node no longer takes part in \"" + name + "\": " + why));
    }

    @Override
    public Optional<Leadership> leadership() {
        return sight().lease().filter(LeadershipLease::holds).map(this::held);
    }

    @Override
    public ElectionStatus status() {
        KnownLeader.Sight now = sight();
        // This node's lease may have ended while the process was paused: another node may lead by now.
        boolean mayBeOver = now.lease().isPresent() && !now.lease().get().holds();
        return new Seen(mayBeOver ? Optional.empty() : now.leader(), now.term());
    }

    private KnownLeader.Sight sight() {
        return known().sight();
    }

    private KnownLeader known() {
        KnownLeader last = view;
        if (last.isOver()) {
            last = elections.view(name);
            view = last;
        }
        return last;
    }

    private Leadership held(LeadershipLease lease) {
        return new Held(name.value(), lease);
    }

    @Override
    public CompletionStage<Done> leave() {
        left.accept(this);
        return futures.<Done, Done>ask(
                done -> tell(new PeerCommand.Resign(done)),
                (done, why) -> done.complete(Done.getInstance()),
                done -> done);
    }

    @Override
    public void subscribe(ActorRef<ElectionEvent> subscriber) {
        tell(new PeerCommand.Subscribe(
                subscriber, new Events(name.value(), subscriber, new ApplicationRecipient<>(system, subscriber))));
    }

    @Override
    public void serve(ActorRef<Serve> user) {
        serve(user, whenServerEnds);
    }

    @Override
    public void serve(ActorRef<Serve> user, WhenServerEnds choice) {
        tell(new PeerCommand.Serve(
                user, new Server(name.value(), user, new ApplicationRecipient<>(system, user), choice)));
    }

    @Override
    public LeadingTaskHandle whileLeading(Executor executor, LeadingTask task) {
        return LeadingTaskActor.start(system, this, executor, task);
    }

    @Override
    public ElectionRegister register() {
        return register;
    }

    private void tell(PeerCommand command) {
        node.tell(new NodeCommand.ForPeer(name, command));
    }

    private static ElectionEvent.Reason publicly(Effect.Reason reason) {
        return switch (reason) {
            case LEASE_EXPIRED -> ElectionEvent.Reason.LEASE_EXPIRED;
            case HAND_OVER -> ElectionEvent.Reason.HAND_OVER;
            case WITHDRAWN -> ElectionEvent.Reason.WITHDRAWN;
            case LEAVING -> ElectionEvent.Reason.LEAVING;
            case HIGHER_TERM -> ElectionEvent.Reason.HIGHER_TERM;
            case VOID -> ElectionEvent.Reason.VOID;
        };
    }

    private record Seen(Optional<PeerId> leader, long term) implements ElectionStatus {}

    /** A leadership of this node, computed from its lease. Two with the same lease are equal. */
    private static final class Held implements Leadership {
        private final String election;
        private final LeadershipLease lease;

        Held(String election, LeadershipLease lease) {
            this.election = election;
            this.lease = lease;
        }

        @Override
        public String election() {
            return election;
        }

        @Override
        public long fencingToken() {
            return lease.term();
        }

        @Override
        public Register register() {
            return JoinedRegister.truth(lease.found());
        }

        @Override
        public boolean holds() {
            return lease.holds();
        }

        @Override
        public Duration leaseRemaining() {
            return Duration.ofNanos(lease.remainingNanos());
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Held held && held.lease.equals(lease);
        }

        @Override
        public int hashCode() {
            return lease.hashCode();
        }

        @Override
        public String toString() {
            return "the leadership of \"" + PrintableText.of(election) + "\" in term " + term() + ", fencing token "
                    + fencingToken();
        }
    }

    /** Forwards the start and the stop of leaderships to an actor of the application. Two with the same actor are equal. */
    private static final class Server implements LeadershipUser {
        private final String election;
        private final ActorRef<Serve> actor;
        private final ApplicationRecipient<Serve> to;
        private final WhenServerEnds choice;

        Server(String election, ActorRef<Serve> actor, ApplicationRecipient<Serve> to, WhenServerEnds choice) {
            this.election = election;
            this.actor = actor;
            this.to = to;
            this.choice = choice;
        }

        @Override
        public void start(LeadershipLease lease) {
            to.tell(new Serve.Start(new Held(election, lease)));
        }

        @Override
        public void stop(LeadershipLease lease, long deadlineNanos, ActorRef<Done> stopped) {
            to.tell(new Serve.Stop(new Held(election, lease), deadlineNanos, stopped));
        }

        @Override
        public boolean handsOverWhenItEnds() {
            return choice == WhenServerEnds.HAND_OVER;
        }

        /**
         * Returns the user to keep if an actor is registered again: the one with the queue of messages that wait for room in
         * the actor's mailbox: those of another queue could overtake them.
         */
        @Override
        public LeadershipUser replacedBy(LeadershipUser again) {
            return again instanceof Server server ? new Server(election, actor, to, server.choice) : again;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Server server && server.actor.equals(actor);
        }

        @Override
        public int hashCode() {
            return actor.hashCode();
        }
    }

    /** Forwards the events of the election to an actor of the application. Two with the same actor are equal. */
    private static final class Events implements Subscriber {
        private final String election;
        private final ActorRef<ElectionEvent> actor;
        private final ApplicationRecipient<ElectionEvent> to;
        private long term;

        Events(String election, ActorRef<ElectionEvent> actor, ApplicationRecipient<ElectionEvent> to) {
            this.election = election;
            this.actor = actor;
            this.to = to;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Events events && events.actor.equals(actor);
        }

        @Override
        public int hashCode() {
            return actor.hashCode();
        }

        private void tell(ElectionEvent event) {
            term = event.term();
            to.tell(event);
        }

        @Override
        public void following(PeerId leader, long term) {
            tell(new ElectionEvent.Following(election, leader, term));
        }

        @Override
        public void leaderless(long term) {
            tell(new ElectionEvent.Leaderless(election, term));
        }

        @Override
        public void standing(long term) {
            tell(new ElectionEvent.Standing(election, term));
        }

        @Override
        public void elected(LeadershipLease lease) {
            tell(new ElectionEvent.Elected(election, new Held(election, lease), lease.untilNanos()));
        }

        @Override
        public void dismissed(LeadershipLease lease, Effect.Reason reason, long deadlineNanos) {
            tell(new ElectionEvent.Dismissed(election, new Held(election, lease), publicly(reason), deadlineNanos));
        }

        @Override
        public void ended(LeadershipLease lease, Effect.Reason reason, long heldUntilNanos) {
            tell(new ElectionEvent.Ended(election, new Held(election, lease), publicly(reason), heldUntilNanos));
        }

        @Override
        public void stopped() {
            tell(new ElectionEvent.Stopped(election, term));
        }
    }
}
