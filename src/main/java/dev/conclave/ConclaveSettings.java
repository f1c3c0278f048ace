package dev.conclave;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The settings below {@code conclave}, read and checked as a whole. {@code reference.conf} documents each.
 *
 * @param agreed what all nodes must agree on; empty if no voters are set, and then Conclave is dormant
 * @param stopMargin how long before the end of a lease its users are told to stop
 * @param dataDir where ballots are kept; empty for a node that only watches
 * @param rehearses whether this process plays a fail-over in memory once somebody leads
 */
public record ConclaveSettings(
        Optional<Settings> agreed, Duration stopMargin, Optional<Path> dataDir, boolean rehearses) {

    /** Of an actor system. */
    public static ConclaveSettings create(ActorSystem<?> system) {
        return fromConfig(system.settings().config().getConfig("conclave"));
    }

    /**
     * Of a configuration with the layout of {@code conclave}.
     *
     * @throws IllegalArgumentException if a setting cannot be: with its path, its value, and what to write instead
     */
    public static ConclaveSettings fromConfig(Config config) {
        List<PeerId> voters =
                read(config, "voters", "a list of host:port", () -> config.getStringList("voters")).stream()
                        .map(text -> {
                            try {
                                return PeerId.parse(text);
                            } catch (IllegalArgumentException notAPeer) {
                                throw new IllegalArgumentException(
                                        "conclave.voters: " + notAPeer.getMessage(), notAPeer);
                            }
                        })
                        .toList();
        Duration heartbeat = duration(config, "heartbeat-interval");
        Duration election = duration(config, "election-timeout");
        Duration margin = duration(config, "stop-margin");
        double drift =
                read(config, "max-clock-drift", "a number such as 0.01", () -> config.getDouble("max-clock-drift"));
        boolean rehearses = read(config, "rehearsal", "on or off", () -> config.getBoolean("rehearsal"));
        String dir = read(config, "data-dir", "a path", () -> config.getString("data-dir"));
        Optional<Settings> agreed = voters.isEmpty()
                ? Optional.empty()
                : Optional.of(new Settings(voters, heartbeat.toNanos(), election.toNanos(), drift));
        agreed.ifPresent(settings -> new Peer.Self(voters.get(0), settings, margin.toNanos(), true));
        try {
            return new ConclaveSettings(
                    agreed, margin, dir.isBlank() ? Optional.empty() : Optional.of(Path.of(dir)), rehearses);
        } catch (InvalidPathException notAPath) {
            throw new IllegalArgumentException(
                    "conclave.data-dir is \"" + dir + "\", which is no path: " + notAPath.getReason(), notAPath);
        }
    }

    private static Duration duration(Config config, String key) {
        Duration duration = read(config, key, "a duration such as 200ms or 1s", () -> config.getDuration(key));
        if (duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "conclave." + key + " is " + duration + "; it must not be above one day");
        }
        return duration;
    }

    private static <T> T read(Config config, String key, String kind, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ConfigException unreadable) {
            String value = config.hasPathOrNull(key)
                    ? config.getIsNull(key) ? "null" : config.getValue(key).render()
                    : "missing";
            throw new IllegalArgumentException("conclave." + key + " is " + value + "; it must be " + kind, unreadable);
        }
    }
}
