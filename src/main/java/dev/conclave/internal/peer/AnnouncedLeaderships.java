package dev.conclave.internal.peer;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Role;
import dev.conclave.logging.AsyncLogger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The announced leaderships of one {@link PeerActor}: the lease of each, and the users that have not yet answered that they have
 * stopped. Used on the thread of the peer's actor.
 */
final class AnnouncedLeaderships {

    private final ActorContext<?> context;
    private final PeerEnvironment environment;
    private final AsyncLogger log;
    private final SubscribersAndUsers participants;
    private final BiConsumer<ActorRef<?>, Long> answered;
    private final Map<Long, LeadershipLease> leases = new LinkedHashMap<>();
    private final Map<Long, List<ActorRef<Done>>> answers = new LinkedHashMap<>();

    private final SuspensionDetector suspensionDetector;

    private boolean ending;

    /**
     * Creates an instance without leaderships.
     *
     * @param answered called on any thread with a user that has stopped and the term; or with the peer's actor itself if there
     *     are no users
     */
    AnnouncedLeaderships(ActorContext<?> context, PeerEnvironment environment, BiConsumer<ActorRef<?>, Long> answered) {
        this.context = context;
        this.environment = environment;
        this.log = environment.logs().apply(PeerActor.class);
        this.participants = environment.participants();
        this.answered = answered;
        this.suspensionDetector = new SuspensionDetector(
                environment.time(),
                environment.current().settings().leaseNanos(),
                environment.self().stopMarginNanos());
    }

    /** Goes by the times of another configuration from now on (E5). */
    void goBy(Settings settings) {
        suspensionDetector.goBy(settings.leaseNanos());
    }

    /** Whether the leadership is void, because the machine was suspended. Called before every input. */
    boolean isAfterSuspension(Role role) {
        return suspensionDetector.isOver(role, leases.values());
    }

    /** Notes the role of the peer after an input, before the effects of that input are carried out. */
    void stepped(Role role) {
        suspensionDetector.note(role);
    }

    void elected(Effect.Elected elected, RegisterEntry found) {
        LeadershipLease lease = new LeadershipLease(
                environment.self().id(),
                elected.term(),
                found,
                suspensionDetector.endOf(elected.leaseUntil()),
                environment.time(),
                environment.vouched());
        leases.put(elected.term(), lease);
        environment.view().leading(lease, environment.time().wallMillis());
        environment.outgoing().leaderKnown();
        participants.tell(subscriber -> subscriber.elected(lease));
        participants.start(lease);
        log.info("{}: {} leads term {}", environment.election(), lease.leader(), Terms.show(lease.term()));
    }

    void renewed(Effect.Renewed renewed) {
        renew(renewed.term(), renewed.leaseUntil());
    }

    /**
     * R9: extends the lease of a leader that hands over: the core no longer announces its renewals, but its users may use that
     * time to stop.
     */
    void stretch(Peer peer) {
        if (peer.role() instanceof Leader leader && leader.retiring().isPresent()) {
            renew(peer.ballot().term(), leader.leaseUntil());
        }
    }

    private void renew(long term, long untilNanos) {
        LeadershipLease lease = leases.get(term);
        if (lease != null) {
            lease.renew(suspensionDetector.endOf(untilNanos));
        }
    }

    void dismissed(Effect.Dismissed dismissed) {
        LeadershipLease lease = leases.get(dismissed.term());
        if (lease == null || lease.isFinished()) {
            return;
        }
        lease.finish();
        environment.view().leaderless(dismissed.term(), environment.time().wallMillis());
        boolean held = participants.dismiss(
                lease, dismissed.reason(), dismissed.deadline(), whose -> answerOf(whose, dismissed.term()));
        if (!held) {
            answered.accept(context.getSelf(), dismissed.term());
        }
        log.info(
                "{}: {} no longer leads term {} ({})",
                environment.election(),
                lease.leader(),
                Terms.show(lease.term()),
                dismissed.reason());
    }

    /** Returns a separate reference for each answer, so that a late answer for an earlier term does not count for a later one. */
    private ActorRef<Done> answerOf(ActorRef<?> whose, long term) {
        if (ending) {
            return context.getSystem().ignoreRef();
        }
        // Not on the application's dispatcher: its threads may all be blocked (R14).
        ActorRef<Done> answer = context.spawnAnonymous(
                Behaviors.receiveMessage(done -> {
                    answered.accept(whose, term);
                    return Behaviors.stopped();
                }),
                DispatcherSelector.sameAsParent());
        answers.computeIfAbsent(term, none -> new ArrayList<>()).add(answer);
        return answer;
    }

    void ended(Effect.Ended ended) {
        LeadershipLease lease = leases.remove(ended.term());
        if (lease != null) {
            lease.release();
            participants.tell(subscriber -> subscriber.ended(lease, ended.reason(), ended.heldUntil()));
        }
    }

    /**
     * Stops waiting for users of leaderships that are over in the core. A void leadership no longer holds, but the core still
     * waits for its users (R10, R6).
     */
    void forgetTheEnded(Peer peer) {
        for (long term : List.copyOf(answers.keySet())) {
            boolean isEnding = (peer.role().holdsLease() && peer.ballot().term() == term)
                    || peer.endingLeaderships().stream().anyMatch(ending -> ending.term() == term);
            if (!isEnding) {
                participants.forgetStopping(term);
                List<ActorRef<Done>> unanswered = answers.remove(term);
                if (unanswered != null) {
                    unanswered.forEach(context::stop);
                }
            }
        }
    }

    /** Tells all users, because the peer's actor is about to stop, to stop, without waiting for their answers. */
    void dismissAll() {
        ending = true;
        for (LeadershipLease lease : List.copyOf(leases.values())) {
            dismissed(new Effect.Dismissed(lease.term(), Effect.Reason.VOID, lease.untilNanos()));
        }
    }

    /** Ends all leaderships now. Returns their ends. */
    List<Effect.Ended> endAll() {
        List<Effect.Ended> all = leases.keySet().stream()
                .map(term -> new Effect.Ended(
                        term, Effect.Reason.VOID, environment.time().nanoTime()))
                .toList();
        all.forEach(this::ended);
        List.copyOf(answers.keySet()).forEach(participants::forgetStopping);
        return all;
    }
}
