package dev.conclave.internal.peer;

import dev.conclave.core.RegisterEntry;
import dev.conclave.core.Terms;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Peer;
import dev.conclave.logging.AsyncLogger;

/**
 * Announces what a step of a peer decided: notifies subscribers and users first, then the node, and logs last. Used on the thread
 * of the peer's actor.
 */
final class Announcements {

    private final PeerEnvironment environment;
    private final SubscribersAndUsers participants;
    private final AnnouncedLeaderships leaderships;
    private final AsyncLogger log;

    /** Announces to the participants of the environment; {@code leaderships} are those of the same peer. */
    Announcements(PeerEnvironment environment, AnnouncedLeaderships leaderships) {
        this.environment = environment;
        this.participants = environment.participants();
        this.leaderships = leaderships;
        this.log = environment.logs().apply(PeerActor.class);
    }

    /** U3: what the register holds as this node begins to lead. */
    private RegisterEntry found() {
        return environment
                .view()
                .peer()
                .map(Peer::role)
                .filter(role -> role instanceof Leader)
                .flatMap(role -> ((Leader) role).register().truth())
                .orElse(RegisterEntry.NONE);
    }

    /** Announces one effect. */
    void announce(Effect effect) {
        if (effect instanceof Effect.Following following) {
            environment
                    .view()
                    .following(
                            following.leader(),
                            following.term(),
                            environment.time().wallMillis());
            environment.outgoing().leaderKnown();
            participants.tell(subscriber -> subscriber.following(following.leader(), following.term()));
            changed("{}: {} leads term {}", environment.election(), following.leader(), Terms.show(following.term()));
        } else if (effect instanceof Effect.Leaderless leaderless) {
            environment.view().leaderless(leaderless.term(), environment.time().wallMillis());
            participants.tell(subscriber -> subscriber.leaderless(leaderless.term()));
            changed("{}: no known leader, term {}", environment.election(), Terms.show(leaderless.term()));
        } else if (effect instanceof Effect.Standing standing) {
            participants.tell(subscriber -> subscriber.standing(standing.term()));
            log.info(
                    "{}: {} is a candidate in term {}",
                    environment.election(),
                    environment.self().id(),
                    Terms.show(standing.term()));
        } else if (effect instanceof Effect.Elected elected) {
            leaderships.elected(elected, found());
        } else if (effect instanceof Effect.Dismissed dismissed) {
            leaderships.dismissed(dismissed);
        } else if (effect instanceof Effect.Ended ended) {
            leaderships.ended(ended);
        } else if (effect instanceof Effect.Implausible implausible) {
            environment.outgoing().implausible(implausible.from(), implausible.term());
        } else if (effect instanceof Effect.NoTermLeft none) {
            log.warn(
                    "{}: {} knows term {} and cannot stand, since configuration {} has no higher one; any change of the electorate"
                            + " gives new terms, for example electorate set max-clock-drift",
                    environment.election(),
                    environment.self().id(),
                    Terms.show(none.term()),
                    none.configuration());
        } else if (effect instanceof Effect.Crowded crowded) {
            environment.outgoing().crowded(crowded.observer());
        } else if (effect instanceof Effect.DiskBehind behind) {
            environment.outgoing().diskBehind(behind.from());
        }
    }

    /**
     * Logs at INFO if this node takes part in the election, otherwise at DEBUG: a voter sees the changes of every election, and
     * there may be any number of leases.
     */
    private void changed(String format, Object... arguments) {
        if (participants.stands
                || (participants.isWanting() && !environment.election().isOfLease())) {
            log.info(format, arguments);
        } else {
            log.debug(format, arguments);
        }
    }
}
