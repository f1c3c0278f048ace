package dev.conclave.explore.world;

import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Role;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts the steps and {@link Milestone}s of an exploration. One per thread. */
public final class EventCounts {

    public static final int INPUTS = 27;

    /** The number of {@link Input.Switched}, which this world never makes: its configuration stays 0. */
    private static final int SWITCHED = 21;

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
        "Admitted",
        "LeadershipVoid",
        "Switched",
        "StoreRegister",
        "RegisterStored",
        "RequestRegister",
        "RegisterPersisted",
        "WriteRegister"
    };

    private static final String[] ROLES = {"Follower", "Candidate", "Leader"};

    private final long[] met = new long[3 * INPUTS];
    private final Map<Milestone, Long> reached = new EnumMap<>(Milestone.class);
    public long steps;
    public long standing;
    public long ended;

    public void met(Role role, Input input) {
        steps++;
        int at = role instanceof Follower ? 0 : role instanceof Candidate ? 1 : 2;
        met[at * INPUTS + number(input)]++;
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
        } else if (input instanceof Input.Admitted) {
            return 19;
        } else if (input instanceof Input.LeadershipVoid) {
            return 20;
        } else if (input instanceof Input.RegisterPersisted) {
            return 25;
        } else if (input instanceof Input.WriteRegister) {
            return 26;
        }
        return SWITCHED;
    }

    public void happened(Effect effect) {
        if (effect instanceof Effect.Standing) {
            standing++;
        } else if (effect instanceof Effect.Ended) {
            ended++;
        }
    }

    public void reach(Milestone milestone) {
        reached.merge(milestone, 1L, Long::sum);
    }

    /** How often the milestone was reached. */
    public long of(Milestone milestone) {
        return reached.getOrDefault(milestone, 0L);
    }

    /** How often each of the milestones was reached, in words. */
    public String reached(Collection<Milestone> milestones) {
        return milestones.stream()
                .sorted()
                .map(one -> one + ": " + of(one))
                .collect(Collectors.joining(", ", "reached [", "]"));
    }

    /** Those of the milestones that were never reached. */
    public List<Milestone> missed(Collection<Milestone> milestones) {
        return milestones.stream().filter(one -> of(one) == 0).toList();
    }

    public void add(EventCounts other) {
        for (int i = 0; i < met.length; i++) {
            met[i] += other.met[i];
        }
        other.reached.forEach((milestone, times) -> reached.merge(milestone, times, Long::sum));
        steps += other.steps;
        standing += other.standing;
        ended += other.ended;
    }

    /** The pairs of role and input that never occurred. */
    public String missing() {
        StringBuilder text = new StringBuilder();
        for (int role = 0; role < 3; role++) {
            for (int input = 0; input < SWITCHED; input++) {
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

    /** The pairs of role and input that must occur in every large exploration and did not. */
    public String neverSeen() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            for (int input = 0; input < SWITCHED; input++) {
                if (met[i * INPUTS + input] == 0 && !(i > 0 && input == 19) && !(i == 2 && input == 12)) {
                    text.append(ROLES[i]).append(" x ").append(NAMES[input]).append(' ');
                }
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return steps + " steps, stood " + standing + ", elected " + of(Milestone.ELECTED) + ", renewed "
                + of(Milestone.RENEWED) + ", dismissed " + of(Milestone.USERS_MUST_STOP) + ", ended " + ended + " ("
                + of(Milestone.HANDED_OVER) + " handed over, " + of(Milestone.HAND_OVER_REFUSED) + " refused)";
    }
}
