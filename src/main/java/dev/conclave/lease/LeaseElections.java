package dev.conclave.lease;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import dev.conclave.Conclave;
import dev.conclave.ConclaveSettings;
import dev.conclave.ConclaveSetup;
import dev.conclave.Election;
import dev.conclave.actor.OwnElections;
import java.time.Duration;
import java.util.Optional;

/** How leases reach their elections, whose names {@link Conclave#join} refuses. */
final class LeaseElections {

    private LeaseElections() {}

    /**
     * E, also where a test has put another {@link Conclave} in the place of the real one, which needs no voters.
     *
     * @return empty if {@code conclave.voters} is not set
     */
    static Optional<Duration> electionTimeout(ActorSystem<?> system) {
        Config config = system.settings().config().getConfig("conclave");
        Optional<Duration> agreed = ConclaveSettings.fromConfig(config)
                .agreed()
                .map(settings -> Duration.ofNanos(settings.electionNanos()));
        return agreed.or(() -> system.settings()
                .setup()
                .get(ConclaveSetup.class)
                .map(byTest -> config.getDuration("election-timeout")));
    }

    /**
     * Those of a system.
     *
     * @throws IllegalStateException if {@code conclave.voters} is not set, or a test has put a {@link Conclave} of its own in
     *     the place of the real one
     */
    @SuppressWarnings("unchecked") // The one implementation for each Conclave has elections of this type.
    static OwnElections<Election> of(ActorSystem<?> system) {
        if (Conclave.get(system) instanceof OwnElections<?> own) {
            return (OwnElections<Election>) own;
        }
        throw new IllegalStateException(
                "leases need the real Conclave or the one of ConclaveTestKit, but this actor system has another one");
    }
}
