package dev.conclave.internal.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Role;
import dev.conclave.internal.telemetry.ChangeHistory;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes the changes of one election into the node's {@link ChangeHistory}, each with its cause. Several steps may lie between a
 * cause and its effect: the end of a process makes this peer a candidate, and acknowledgements make it the leader later. So the
 * cause of the last step that took the leader away stays until there is a leader again. Used on the thread of the peer's actor.
 */
final class ChangeRecorder {

    private final PeerEnvironment environment;

    /** The cause of the present step. */
    private String cause = "its start";

    /** The cause of the search for a leader; empty while one is known. */
    private String search = "";

    /** The cause of the end of the last leadership of this peer. */
    private String end = "";

    private boolean hadLeader;

    ChangeRecorder(PeerEnvironment environment) {
        this.environment = environment;
    }

    /** Notes the command that leads to the next step. */
    void commanded(String by) {
        cause = by;
    }

    /** Notes a step, before its effects are recorded. */
    void stepped(Role before, Input input, Role after) {
        causeOf(input).ifPresent(words -> cause = words);
        if (after instanceof Candidate && !(before instanceof Candidate) && search.isEmpty()) {
            search = cause;
        }
    }

    /** Returns the cause that an input is; empty if the cause is the command behind it, or an earlier step. */
    private Optional<String> causeOf(Input input) {
        if (input instanceof Input.ProcessGone gone) {
            return Optional.of("proof of death of " + gone.peer());
        }
        if (input instanceof Input.Received received) {
            Message message = received.message();
            return Optional.of(
                    message instanceof Message.Release
                            ? "released by " + received.from()
                            : message instanceof Message.Heartbeat
                                    ? "a heartbeat of " + received.from()
                                    : "a message of " + received.from());
        }
        if (input instanceof Input.Tick || input instanceof Input.Deferred || input instanceof Input.Resumed) {
            return Optional.of(hadLeader ? "no heartbeat for an election timeout" : "no leader is known");
        }
        if (input instanceof Input.Admitted) {
            return Optional.of("this node takes part now");
        }
        if (input instanceof Input.Switched switched) {
            return Optional.of("configuration " + switched.configuration());
        }
        if (input instanceof Input.Leave) {
            return Optional.of("shutdown");
        }
        if (input instanceof Input.LeadershipVoid) {
            return Optional.of("this node cannot vouch for its leadership");
        }
        return Optional.empty();
    }

    /** Records an effect, if it is a change. */
    void record(Effect effect) {
        if (effect instanceof Effect.Following following) {
            add("following", following.term(), Optional.of(following.leader()), found(), Optional.empty());
        } else if (effect instanceof Effect.Leaderless leaderless) {
            search = cause;
            add("leaderless", leaderless.term(), Optional.empty(), cause, Optional.empty());
        } else if (effect instanceof Effect.Standing standing) {
            add("standing", standing.term(), Optional.empty(), search.isEmpty() ? cause : search, Optional.empty());
        } else if (effect instanceof Effect.Elected elected) {
            add("elected", elected.term(), self(), found(), Optional.empty());
        } else if (effect instanceof Effect.Dismissed dismissed) {
            end = dismissed.reason() == Effect.Reason.LEASE_EXPIRED
                    ? "no majority acknowledged in time"
                    : dismissed.reason() == Effect.Reason.HIGHER_TERM ? "a higher term, from " + cause : cause;
        } else if (effect instanceof Effect.Ended ended) {
            String reason = ended.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
            add("ended", ended.term(), self(), end.isEmpty() ? reason : end, Optional.of(reason));
            end = "";
        }
    }

    private String found() {
        String why = search.isEmpty() ? cause : search;
        search = "";
        hadLeader = true;
        return why;
    }

    private Optional<PeerId> self() {
        return Optional.of(environment.self().id());
    }

    private void add(String what, long term, Optional<PeerId> leader, String why, Optional<String> reason) {
        environment
                .changes()
                .add(environment.time().wallMillis(), environment.election(), what, term, leader, why, reason);
    }
}
