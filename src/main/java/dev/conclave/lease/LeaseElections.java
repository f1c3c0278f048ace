package dev.conclave.lease;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import dev.conclave.Conclave;
import dev.conclave.ConclaveSettings;
import dev.conclave.ConclaveSetup;
import dev.conclave.Election;
import dev.conclave.internal.node.InternalElections;
import java.time.Duration;
import java.util.Optional;

/** Gives Akka leases access to their elections, whose names {@link Conclave#join} rejects. */
final class LeaseElections {

    private LeaseElections() {}

    /** Returns E as the electorate has it now: it may have changed since the file was written. */
    static Duration presentElectionTimeout(ActorSystem<?> system) {
        return Conclave.get(system).electorate().view().electionTimeout();
    }

    /**
     * Returns E of the file, also if a test has replaced {@link Conclave} by an implementation that needs no voters.
     *
     * @return empty if {@code conclave.voters} is not set
     */
    static Optional<Duration> electionTimeout(ActorSystem<?> system) {
        Config config = system.settings().config().getConfig("conclave");
        Optional<Duration> agreed = ConclaveSettings.fromConfig(config).electionTimeout();
        return agreed.or(() -> system.settings()
                .setup()
                .get(ConclaveSetup.class)
                .map(byTest -> config.getDuration("election-timeout")));
    }

    /**
     * Returns the elections of a system.
     *
     * @throws IllegalStateException if {@code conclave.voters} is not set, or if a test has replaced {@link Conclave} by its own
     *     implementation
     */
    @SuppressWarnings("unchecked") // All implementations of InternalElections that are also a Conclave have this type.
    static InternalElections<Election> of(ActorSystem<?> system) {
        if (Conclave.get(system) instanceof InternalElections<?> own) {
            return (InternalElections<Election>) own;
        }
        throw new IllegalStateException(
                "leases need the real Conclave or the one of ConclaveTestKit, but this actor system has another one");
    }
}
