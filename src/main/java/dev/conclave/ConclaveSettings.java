package dev.conclave;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The settings below {@code conclave}, read and checked as a whole. {@code reference.conf} documents each.
 *
 * @param agreed what all nodes must agree on; empty if no voters are set, and then Conclave is dormant
 * @param stopMargin how long before the end of a lease its users are told to stop
 * @param dataDir where ballots are kept; empty for a node that only watches
 * @param lifeline whether nodes hold connections by which they learn that a process is gone (R10)
 * @param lifelinePort where this node listens for them, 0 for any free port
 * @param rehearses whether this process plays a fail-over in memory once somebody leads
 */
public record ConclaveSettings(
        Optional<Settings> agreed,
        Duration stopMargin,
        Optional<Path> dataDir,
        boolean lifeline,
        int lifelinePort,
        boolean rehearses) {

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
        Optional<Settings> agreed = agreed(config);
        Duration margin = duration(config, "stop-margin");
        boolean lifeline = read(config, "lifeline", "on or off", () -> config.getBoolean("lifeline"));
        int port = read(config, "lifeline-port", "a port, or 0 for any", () -> config.getInt("lifeline-port"));
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(
                    "conclave.lifeline-port is " + port + "; it must be a port, or 0 for any");
        }
        boolean rehearses = read(config, "rehearsal", "on or off", () -> config.getBoolean("rehearsal"));
        String dir = read(config, "data-dir", "a path", () -> config.getString("data-dir"));
        agreed.ifPresent(settings -> new Peer.Self(settings.voters().get(0), settings, margin.toNanos(), true));
        try {
            return new ConclaveSettings(
                    agreed,
                    margin,
                    dir.isBlank() ? Optional.empty() : Optional.of(Path.of(dir)),
                    lifeline,
                    port,
                    rehearses);
        } catch (InvalidPathException notAPath) {
            throw new IllegalArgumentException("conclave.data-dir is " + shown(config, "data-dir")
                    + ", which is no path (" + notAPath.getReason() + "); name a directory of this node's own");
        }
    }

    /** What all nodes must agree on, and nothing else; empty if no voters are set. */
    static Optional<Settings> agreed(Config config) {
        List<PeerId> voters = new ArrayList<>();
        for (String text : read(config, "voters", "a list of host:port", () -> config.getStringList("voters"))) {
            try {
                voters.add(PeerId.parse(text));
            } catch (IllegalArgumentException notAPeer) {
                throw new IllegalArgumentException("conclave.voters: " + notAPeer.getMessage());
            }
        }
        Duration heartbeat = duration(config, "heartbeat-interval");
        Duration election = duration(config, "election-timeout");
        double drift =
                read(config, "max-clock-drift", "a number such as 0.01", () -> config.getDouble("max-clock-drift"));
        return voters.isEmpty()
                ? Optional.empty()
                : Optional.of(new Settings(voters, heartbeat.toNanos(), election.toNanos(), drift));
    }

    private static Duration duration(Config config, String key) {
        Duration duration = read(config, key, "a duration such as 200ms or 1s", () -> config.getDuration(key));
        boolean mayBeZero = key.equals("stop-margin");
        if (duration.isNegative() || (duration.isZero() && !mayBeZero) || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("conclave." + key + " is " + shown(config, key) + "; it must be "
                    + (mayBeZero ? "zero or above" : "above zero") + " and not above one day, for example 200ms or 1s");
        }
        return duration;
    }

    private static <T> T read(Config config, String key, String kind, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ConfigException unreadable) {
            throw new IllegalArgumentException(
                    "conclave." + key + " is " + shown(config, key) + "; it must be " + kind);
        }
    }

    /** The value as its owner wrote it, on one line. */
    private static String shown(Config config, String key) {
        if (!config.hasPathOrNull(key)) {
            return "missing";
        }
        return config.getIsNull(key) ? "null" : config.getValue(key).render(ConfigRenderOptions.concise());
    }
}
