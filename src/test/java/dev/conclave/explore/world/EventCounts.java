package dev.conclave.explore.world;

import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Role;
import java.util.EnumMap;
import java.util.Map;

/** Counts the events of an exploration, so that no proof is vacuous. One per thread. */
public final class EventCounts {

    public static final int INPUTS = 24;

    private static final String[] NAMES = {
        "Heartbeat",
        "HeartbeatAck",
        "RequestVote",
        "VoteGranted",
        "VoteRefused",
        "RequestPreVote",
        "PreVoteGranted",
        "PreVoteRefused",
        "HeartbeatRefused",
        "Release",
        "Observe",
        "Tick",
        "Persisted",
        "Stand",
        "Withdraw",
        "HandOver",
        "Leave",
        "UsersStopped",
        "ProcessGone",
        "IdentityReplaced",
        "Admitted",
        "LeadershipVoid",
        "",
        ""
    };

    private static final String[] ROLES = {"Follower", "Candidate", "Leader"};

    private final long[] met = new long[3 * INPUTS];
    public long steps;
    public long elected;
    public long renewed;
    public long standing;
    public long dismissed;
    public long ended;
    public long handOvers;
    public long refusedHandOvers;

    /** Hand-overs to a named peer, requested of a leader (R9). */
    public long namedHandOvers;

    public long refusedIdentities;
    private final Map<NodeEffect.Drop, Long> drops = new EnumMap<>(NodeEffect.Drop.class);

    /** Elections that a peer forgot and started again (R6). */
    public long forgotten;

    /** Peers that were admitted in the place of a lost one (R15). */
    public long readmitted;

    /** Votes pushed to a candidate that still asks for pre-votes (R11). */
    public long pushed;

    /** Refusals out of loyalty. */
    public long sticky;

    /** Refusals because another has the vote in that very term. */
    public long splits;

    public void met(Role role, Input input) {
        steps++;
        int at = role instanceof Follower ? 0 : role instanceof Candidate ? 1 : 2;
        met[at * INPUTS + number(input)]++;
        if (role instanceof Leader
                && input instanceof Input.HandOver handOver
                && handOver.to().isPresent()) {
            namedHandOvers++;
        }
        if (role instanceof Candidate candidate
                && candidate.phase() != Candidate.Phase.STANDING
                && input instanceof Input.Received received
                && received.message() instanceof Message.VoteGranted) {
            pushed++;
        }
    }

    private static int number(Input input) {
        if (input instanceof Input.Received received) {
            return InFlight.kind(received.message());
        } else if (input instanceof Input.Tick) {
            return 11;
        } else if (input instanceof Input.Persisted) {
            return 12;
        } else if (input instanceof Input.Stand) {
            return 13;
        } else if (input instanceof Input.Withdraw) {
            return 14;
        } else if (input instanceof Input.HandOver) {
            return 15;
        } else if (input instanceof Input.Leave) {
            return 16;
        } else if (input instanceof Input.UsersStopped) {
            return 17;
        } else if (input instanceof Input.ProcessGone) {
            return 18;
        } else if (input instanceof Input.IdentityReplaced) {
            return 19;
        } else if (input instanceof Input.Admitted) {
            return 20;
        }
        return 21;
    }

    public void happened(Effect effect) {
        if (effect instanceof Effect.Elected) {
            elected++;
        } else if (effect instanceof Effect.Renewed) {
            renewed++;
        } else if (effect instanceof Effect.Standing) {
            standing++;
        } else if (effect instanceof Effect.Dismissed) {
            dismissed++;
        } else if (effect instanceof Effect.Ended ended) {
            this.ended++;
            if (ended.reason() == Effect.Reason.HAND_OVER) {
                handOvers++;
            }
        } else if (effect instanceof Effect.HandOverRefused) {
            refusedHandOvers++;
        }
    }

    public void happened(NodeEffect effect) {
        if (effect instanceof NodeEffect.RefusedBy) {
            refusedIdentities++;
        } else if (effect instanceof NodeEffect.Dropped dropped) {
            dropped(dropped.kind());
        }
    }

    private void dropped(NodeEffect.Drop kind) {
        drops.merge(kind, 1L, Long::sum);
    }

    /** How often a frame was dropped for this reason (R13). */
    public long drops(NodeEffect.Drop kind) {
        return drops.getOrDefault(kind, 0L);
    }

    public void sent(Message message) {
        if (message instanceof Message.PreVoteRefused no && no.loyalForNanos() > 0) {
            sticky++;
        } else if (message instanceof Message.VoteRefused no && no.term() == no.asked()) {
            splits++;
        }
    }

    public void add(EventCounts other) {
        for (int i = 0; i < met.length; i++) {
            met[i] += other.met[i];
        }
        steps += other.steps;
        elected += other.elected;
        renewed += other.renewed;
        standing += other.standing;
        dismissed += other.dismissed;
        ended += other.ended;
        handOvers += other.handOvers;
        refusedHandOvers += other.refusedHandOvers;
        namedHandOvers += other.namedHandOvers;
        sticky += other.sticky;
        splits += other.splits;
        forgotten += other.forgotten;
        readmitted += other.readmitted;
        pushed += other.pushed;
        refusedIdentities += other.refusedIdentities;
        other.drops.forEach((kind, times) -> drops.merge(kind, times, Long::sum));
    }

    /** The pairs of role and input that never occurred. */
    public String missing() {
        StringBuilder text = new StringBuilder();
        for (int role = 0; role < 3; role++) {
            for (int input = 0; input < 22; input++) {
                if (met[role * INPUTS + input] == 0) {
                    text.append(text.isEmpty() ? "" : ", ")
                            .append(ROLES[role])
                            .append(" x ")
                            .append(NAMES[input]);
                }
            }
        }
        return text.toString();
    }

    /** The events that must happen in every large exploration and did not. */
    public String neverSeen() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            for (int input = 0; input < 22; input++) {
                if (met[i * INPUTS + input] == 0
                        && input != 19
                        && !(i > 0 && input == 20)
                        && !(i == 2 && input == 12)) {
                    text.append(ROLES[i]).append(" x ").append(NAMES[input]).append(' ');
                }
            }
        }
        return text
                + (elected == 0 ? "elected " : "")
                + (renewed == 0 ? "renewed " : "")
                + (handOvers == 0 ? "hand-over " : "")
                + (refusedHandOvers == 0 ? "refused hand-over " : "")
                + (namedHandOvers == 0 ? "hand-over to a named peer " : "")
                + (sticky == 0 ? "refusal out of loyalty " : "")
                + (splits == 0 ? "split vote " : "");
    }

    @Override
    public String toString() {
        return steps + " steps, stood " + standing + ", elected " + elected + ", renewed " + renewed + ", dismissed "
                + dismissed + ", ended " + ended + " (" + handOvers + " handed over, " + refusedHandOvers + " refused)";
    }
}
