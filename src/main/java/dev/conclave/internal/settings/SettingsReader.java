package dev.conclave.internal.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the values of a configuration with the layout of {@code conclave}. A value that is not valid is an {@link
 * IllegalArgumentException} of one sentence: the setting, its value, and what it must be.
 */
public final class SettingsReader {

    private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(10);

    private final Config config;

    /** Reads from this configuration, which has every key that {@code reference.conf} has below {@code conclave}. */
    public SettingsReader(Config config) {
        this.config = config;
    }

    /** The settings that must be the same on all nodes; empty if no voters are set. */
    public Optional<Settings> agreed() {
        List<PeerId> voters = new ArrayList<>();
        for (String text : strings("voters", "a list of host:port")) {
            try {
                voters.add(PeerId.parse(text));
            } catch (IllegalArgumentException notAPeer) {
                throw new IllegalArgumentException("conclave.voters: " + notAPeer.getMessage());
            }
        }
        Duration heartbeat = duration("heartbeat-interval");
        if (heartbeat.compareTo(SHORTEST_HEARTBEAT) < 0) {
            throw wrong("heartbeat-interval", "10ms or above, since Akka's timers are no finer");
        }
        Duration election = duration("election-timeout");
        double drift = read("max-clock-drift", "a number such as 0.01", config::getDouble);
        return voters.isEmpty()
                ? Optional.empty()
                : Optional.of(new Settings(voters, heartbeat.toNanos(), election.toNanos(), drift));
    }

    /** Reads the settings below {@code http}. */
    public HttpSettings http() {
        return HttpSettings.read(this);
    }

    /** Reads a setting that is on or off. */
    public boolean onOrOff(String key) {
        return read(key, "on or off", config::getBoolean);
    }

    /** Reads a setting that is one line of text; {@code kind} describes it in error messages. */
    public String text(String key, String kind) {
        return read(key, kind, config::getString);
    }

    /** Reads a setting that is a list of texts; {@code kind} describes it in error messages. */
    public List<String> strings(String key, String kind) {
        return read(key, kind, config::getStringList);
    }

    /** Reads a port; 0 stands for any free port. */
    public int portOrAny(String key) {
        return number(key, 0, 65535, "a port, or 0 for any");
    }

    /** Reads a whole number within bounds, which {@code kind} describes in error messages. */
    public int number(String key, int least, int most, String kind) {
        int number = read(key, kind, config::getInt);
        if (number < least || number > most) {
            throw wrong(key, kind);
        }
        return number;
    }

    /** Reads a block of settings; {@code kind} describes it in error messages. */
    public ConfigObject section(String key, String kind) {
        return read(key, kind, config::getObject);
    }

    /** Reads a duration above zero and of at most one day. */
    public Duration duration(String key) {
        return duration(key, false);
    }

    /** Reads a duration of zero or above and of at most one day. */
    public Duration durationOrZero(String key) {
        return duration(key, true);
    }

    private Duration duration(String key, boolean mayBeZero) {
        Duration duration = read(key, "a duration such as 200ms or 1s", config::getDuration);
        if (duration.isNegative() || (duration.isZero() && !mayBeZero) || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw wrong(
                    key,
                    (mayBeZero ? "zero or above" : "above zero") + " and not above one day, for example 200ms or 1s");
        }
        return duration;
    }

    private <T> T read(String key, String kind, Function<String, T> reading) {
        try {
            return reading.apply(key);
        } catch (ConfigException unreadable) {
            throw wrong(key, kind);
        }
    }

    /** Returns the exception for a value that is not what it must be. */
    public IllegalArgumentException wrong(String key, String kind) {
        return new IllegalArgumentException("conclave." + key + " is " + shown(key) + "; it must be " + kind);
    }

    /** Returns the value as it is written in the configuration, on one line. */
    public String shown(String key) {
        if (!config.hasPathOrNull(key)) {
            return "missing";
        }
        return config.getIsNull(key) ? "null" : config.getValue(key).render(ConfigRenderOptions.concise());
    }
}
