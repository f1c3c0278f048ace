package dev.conclave.singleton;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings below {@code conclave.singleton}; {@code reference.conf} documents each. Created from the configuration, and
 * changed by {@code with…}, which returns new settings.
 */
public final class ElectedSingletonSettings {

    private static final String PATH = "conclave.singleton";
    private static final int LARGEST_BUFFER = 10_000;
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Optional<String> role;
    private final int bufferSize;
    private final Duration stopGrace;
    private final Duration hardStopTimeout;
    private final WhenStuck whenStuck;
    private final Duration restartDelay;

    private ElectedSingletonSettings(
            Optional<String> role,
            int bufferSize,
            Duration stopGrace,
            Duration hardStopTimeout,
            WhenStuck whenStuck,
            Duration restartDelay) {
        if (role.isPresent() && role.get().isBlank()) {
            throw new IllegalArgumentException(
                    PATH + ".role is blank; leave it empty if any node may run the instance");
        }
        if (bufferSize < 0 || bufferSize > LARGEST_BUFFER) {
            throw new IllegalArgumentException(
                    PATH + ".buffer-size is " + bufferSize + "; it must be 0 to " + LARGEST_BUFFER + " messages");
        }
        check("stop-grace", stopGrace);
        check("hard-stop-timeout", hardStopTimeout);
        check("restart-delay", restartDelay);
        this.role = role;
        this.bufferSize = bufferSize;
        this.stopGrace = stopGrace;
        this.hardStopTimeout = hardStopTimeout;
        this.whenStuck = whenStuck;
        this.restartDelay = restartDelay;
    }

    /**
     * The cluster role of the nodes that may run the instance.
     *
     * @return empty: any node may
     */
    public Optional<String> role() {
        return role;
    }

    /**
     * How many messages each node buffers while it knows no running instance.
     *
     * @return 0 disables the buffer
     */
    public int bufferSize() {
        return bufferSize;
    }

    /**
     * How long an instance may take to end after its stop message, if the lease lasts that long.
     *
     * @return zero to one hour
     */
    public Duration stopGrace() {
        return stopGrace;
    }

    /**
     * How long a forced stop may take before the instance counts as stuck, independent of its lease.
     *
     * @return zero to one hour
     */
    public Duration hardStopTimeout() {
        return hardStopTimeout;
    }

    /**
     * The reaction to a stuck instance, see {@link WhenStuck}.
     *
     * @return the choice
     */
    public WhenStuck whenStuck() {
        return whenStuck;
    }

    /**
     * The delay before another instance starts after one failed or ended by itself; doubles with each failure in a row.
     *
     * @return zero to one hour
     */
    public Duration restartDelay() {
        return restartDelay;
    }

    private static void check(String key, Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(PATH + "." + key + " is " + duration.toMillis()
                    + " ms; it must be zero or above and not above one hour, for example 1s");
        }
    }

    /**
     * Reads the settings of an actor system.
     *
     * @param system the actor system whose configuration is read
     * @return its settings
     */
    public static ElectedSingletonSettings create(ActorSystem<?> system) {
        return fromConfig(system.settings().config().getConfig(PATH));
    }

    /**
     * Reads the settings from a configuration with the layout of {@code conclave.singleton}.
     *
     * @param config with these settings at its root
     * @return the settings
     * @throws IllegalArgumentException if a setting is not valid; the message names its path, its value, and what to write
     *     instead
     */
    public static ElectedSingletonSettings fromConfig(Config config) {
        String role = read(config, "role", "the name of a cluster role, or \"\"", () -> config.getString("role"));
        return new ElectedSingletonSettings(
                role.isEmpty() ? Optional.empty() : Optional.of(role),
                read(config, "buffer-size", "a number of messages", () -> config.getInt("buffer-size")),
                duration(config, "stop-grace"),
                duration(config, "hard-stop-timeout"),
                read(
                        config,
                        "when-stuck",
                        "terminate or abandon",
                        () -> WhenStuck.valueOf(config.getString("when-stuck").toUpperCase(Locale.ROOT))),
                duration(config, "restart-delay"));
    }

    private static Duration duration(Config config, String key) {
        return read(config, key, "a duration such as 500ms or 1s", () -> config.getDuration(key));
    }

    private static <T> T read(Config config, String key, String kind, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ConfigException | IllegalArgumentException unreadable) {
            String shown = config.hasPath(key) ? config.getValue(key).render(ConfigRenderOptions.concise()) : "missing";
            throw new IllegalArgumentException(PATH + "." + key + " is " + shown + "; it must be " + kind);
        }
    }

    /**
     * Returns these settings with the role of the nodes that may run the instance.
     *
     * @param ofHosts the role of the nodes that may run the instance
     * @return new settings
     */
    public ElectedSingletonSettings withRole(String ofHosts) {
        return new ElectedSingletonSettings(
                Optional.of(ofHosts), bufferSize, stopGrace, hardStopTimeout, whenStuck, restartDelay);
    }

    /**
     * Returns these settings without a role, so that every node may run the instance.
     *
     * @return new settings
     */
    public ElectedSingletonSettings withNoRole() {
        return new ElectedSingletonSettings(
                Optional.empty(), bufferSize, stopGrace, hardStopTimeout, whenStuck, restartDelay);
    }

    /**
     * Returns these settings with another size of the buffer, 0 to 10,000 messages.
     *
     * @param messages how many messages a node buffers
     * @return new settings
     */
    public ElectedSingletonSettings withBufferSize(int messages) {
        return new ElectedSingletonSettings(role, messages, stopGrace, hardStopTimeout, whenStuck, restartDelay);
    }

    /**
     * Returns these settings with another {@code stop-grace}.
     *
     * @param grace zero to one hour
     * @return new settings
     */
    public ElectedSingletonSettings withStopGrace(Duration grace) {
        return new ElectedSingletonSettings(role, bufferSize, grace, hardStopTimeout, whenStuck, restartDelay);
    }

    /**
     * Returns these settings with another timeout of a forced stop.
     *
     * @param timeout zero to one hour
     * @return new settings
     */
    public ElectedSingletonSettings withHardStopTimeout(Duration timeout) {
        return new ElectedSingletonSettings(role, bufferSize, stopGrace, timeout, whenStuck, restartDelay);
    }

    /**
     * Returns these settings with another reaction to a stuck instance.
     *
     * @param choice what happens to it
     * @return new settings
     */
    public ElectedSingletonSettings withWhenStuck(WhenStuck choice) {
        return new ElectedSingletonSettings(role, bufferSize, stopGrace, hardStopTimeout, choice, restartDelay);
    }

    /**
     * Returns these settings with another {@code restart-delay}.
     *
     * @param delay zero to one hour
     * @return new settings
     */
    public ElectedSingletonSettings withRestartDelay(Duration delay) {
        return new ElectedSingletonSettings(role, bufferSize, stopGrace, hardStopTimeout, whenStuck, delay);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ElectedSingletonSettings settings
                && settings.values().equals(values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "ElectedSingletonSettings" + values();
    }

    private List<Object> values() {
        return List.of(role, bufferSize, stopGrace, hardStopTimeout, whenStuck, restartDelay);
    }
}
