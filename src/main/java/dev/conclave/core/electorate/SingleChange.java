package dev.conclave.core.electorate;

import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;

/** The difference between a configuration and the next one (E1). */
public sealed interface SingleChange {

    /** One voter more. The identity of its directory is fixed when the configuration is proposed for acceptance (E8). */
    record AddVoter(PeerId voter) implements SingleChange {
        @Override
        public String toString() {
            return "add " + voter;
        }
    }

    /** One voter less. */
    record RemoveVoter(PeerId voter) implements SingleChange {
        @Override
        public String toString() {
            return "remove " + voter;
        }
    }

    /** Other times; the voters in the settings are ignored. */
    record SetTimes(Settings times) implements SingleChange {
        @Override
        public String toString() {
            return "set election-timeout=" + times.electionNanos() / 1_000_000 + "ms heartbeat-interval="
                    + times.heartbeatNanos() / 1_000_000 + "ms max-clock-drift=" + times.maxClockDrift();
        }
    }
}
