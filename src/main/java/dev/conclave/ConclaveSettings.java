package dev.conclave;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.settings.HttpSettings;
import dev.conclave.internal.settings.SettingsReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The settings below {@code conclave} of an actor system, read and checked as a whole. {@code reference.conf} documents each.
 * They come from the configuration only, so there is nothing to create them from in code.
 */
public final class ConclaveSettings {

    private final Optional<Settings> agreed;
    private final Duration stopMargin;
    private final Optional<Path> dataDir;
    private final boolean lifeline;
    private final int lifelinePort;
    private final boolean warmsUp;
    private final boolean jmx;
    private final WhenServerEnds whenServerEnds;
    private final Readiness readiness;
    private final HttpSettings http;
    private final long group;
    private final Optional<Duration> readmitAfter;

    private ConclaveSettings(
            Optional<Settings> agreed,
            Duration stopMargin,
            Optional<Path> dataDir,
            boolean lifeline,
            int lifelinePort,
            boolean warmsUp,
            boolean jmx,
            WhenServerEnds whenServerEnds,
            Readiness readiness,
            HttpSettings http,
            long group,
            Optional<Duration> readmitAfter) {
        this.agreed = agreed;
        this.stopMargin = stopMargin;
        this.dataDir = dataDir;
        this.lifeline = lifeline;
        this.lifelinePort = lifelinePort;
        this.warmsUp = warmsUp;
        this.jmx = jmx;
        this.whenServerEnds = whenServerEnds;
        this.readiness = readiness;
        this.http = http;
        this.group = group;
        this.readmitAfter = readmitAfter;
    }

    /** The settings below {@code health-check}, which define when a node is ready to serve. */
    public static final class Readiness {

        private final Set<ElectionName> names;
        private final ReadyWhen when;

        private Readiness(Set<ElectionName> names, ReadyWhen when) {
            this.names = names;
            this.when = when;
        }

        /**
         * The elections whose leaders this node must know.
         *
         * @return their names; if empty, all elections that the application has joined on this node count
         */
        public Set<String> elections() {
            return names.stream().map(ElectionName::value).collect(Collectors.toUnmodifiableSet());
        }

        /**
         * The condition under which the node counts as ready.
         *
         * @return the value of {@code health-check.ready-when}
         */
        public ReadyWhen when() {
            return when;
        }
    }

    /** The voters and times of a founding (E10); empty if no voters are set, in which case Conclave is dormant. */
    Optional<Settings> agreed() {
        return agreed;
    }

    /**
     * The voters with which a group is founded, and at which this node finds its group, as {@code conclave.voters} lists them. The
     * voters of a running group are {@link Electorate#view}.
     *
     * @return sorted; empty if Conclave is dormant
     */
    public List<PeerId> voters() {
        return agreed.map(Settings::voters).orElse(List.of());
    }

    /**
     * The election timeout E with which a group is founded.
     *
     * @return empty if Conclave is dormant
     */
    public Optional<Duration> electionTimeout() {
        return agreed.map(settings -> Duration.ofNanos(settings.electionNanos()));
    }

    /**
     * The heartbeat interval H with which a group is founded.
     *
     * @return empty if Conclave is dormant
     */
    public Optional<Duration> heartbeatInterval() {
        return agreed.map(settings -> Duration.ofNanos(settings.heartbeatNanos()));
    }

    /**
     * How long before the end of a lease its users are told to stop.
     *
     * @return the value of {@code stop-margin}
     */
    public Duration stopMargin() {
        return stopMargin;
    }

    /**
     * The directory in which this node stores its ballots and its configuration, voter or not (E8).
     *
     * @return empty if none is set
     */
    public Optional<Path> dataDir() {
        return dataDir;
    }

    /**
     * Whether this node uses lifelines: connections to other nodes whose end proves that a process has ended (R10).
     *
     * @return the value of {@code lifeline}
     */
    public boolean lifeline() {
        return lifeline;
    }

    /**
     * The port on which this node accepts the lifelines of other nodes.
     *
     * @return 0 for any free port
     */
    public int lifelinePort() {
        return lifelinePort;
    }

    /**
     * Whether this process warms up after the first election by simulating fail-overs in the background.
     *
     * @return the value of {@code warm-up}
     */
    public boolean warmsUp() {
        return warmsUp;
    }

    /**
     * Whether this node registers an MBean, see {@link ConclaveMXBean}.
     *
     * @return the value of {@code jmx.enabled}
     */
    public boolean jmx() {
        return jmx;
    }

    /**
     * The reaction of a node if an actor that serves ends while the node leads.
     *
     * @return the value of {@code when-server-ends}
     */
    public WhenServerEnds whenServerEnds() {
        return whenServerEnds;
    }

    /**
     * The conditions under which {@link ConclaveHealthCheck} reports this node as ready.
     *
     * @return the settings below {@code health-check}
     */
    public Readiness readiness() {
        return readiness;
    }

    /** The only group to which this node may belong; 0 for any. */
    long group() {
        return group;
    }

    /** How long this node is excluded before it asks to be readmitted by itself; empty if it does not (E9). */
    Optional<Duration> readmitAfter() {
        return readmitAfter;
    }

    /** The settings below {@code http}. */
    HttpSettings http() {
        return http;
    }

    /** The conditions under which a node can count as ready, as {@code health-check.ready-when} names them. */
    public enum ReadyWhen {
        /** The node is ready while it knows the leaders. */
        LEADER_KNOWN,
        /** The node is ready as soon as it may vote, even while no leader is known. */
        TAKES_PART
    }

    /**
     * Reads the settings of an actor system.
     *
     * @param system the actor system whose configuration is read
     * @return the settings below {@code conclave}
     * @throws IllegalArgumentException if a setting is not valid; names its path, its value, and what to write instead
     */
    public static ConclaveSettings create(ActorSystem<?> system) {
        return fromConfig(system.settings().config().getConfig("conclave"));
    }

    /**
     * Reads the settings from the contents of a section {@code conclave}, such as {@code config.getConfig("conclave")}.
     *
     * @param config with every key that {@code reference.conf} has below {@code conclave}
     * @return the settings
     * @throws IllegalArgumentException if a setting is not valid; names its path, its value, and what to write instead
     */
    public static ConclaveSettings fromConfig(Config config) {
        SettingsReader reader = new SettingsReader(config);
        Optional<Settings> agreed = reader.agreed();
        Duration margin = reader.durationOrZero("stop-margin");
        boolean lifeline = reader.onOrOff("lifeline");
        int port = reader.portOrAny("lifeline-port");
        boolean warmsUp = reader.onOrOff("warm-up");
        boolean jmx = reader.onOrOff("jmx.enabled");
        WhenServerEnds whenServerEnds = whenServerEnds(reader);
        Readiness readiness = readiness(reader);
        HttpSettings http = reader.http();
        long group = group(reader);
        Duration patience = reader.duration("electorate.readmit-after");
        Optional<Duration> readmitAfter =
                reader.onOrOff("electorate.readmit-by-itself") ? Optional.of(patience) : Optional.empty();
        String dir = reader.text("data-dir", "a path");
        agreed.ifPresent(settings -> Peer.Self.requireMargin(settings, margin.toNanos()));
        try {
            return new ConclaveSettings(
                    agreed,
                    margin,
                    dir.isBlank() ? Optional.empty() : Optional.of(Path.of(dir)),
                    lifeline,
                    port,
                    warmsUp,
                    jmx,
                    whenServerEnds,
                    readiness,
                    http,
                    group,
                    readmitAfter);
        } catch (InvalidPathException notAPath) {
            throw new IllegalArgumentException(
                    "conclave.data-dir is " + reader.shown("data-dir") + ", which is not a path ("
                            + notAPath.getReason() + "); name a directory that only this node uses");
        }
    }

    private static long group(SettingsReader reader) {
        String kind = "empty, or the sixteen hexadecimal digits that \"electorate show\" prints";
        String text = reader.text("group", kind);
        if (text.isBlank()) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(text.strip(), 16);
        } catch (NumberFormatException notAGroup) {
            throw reader.wrong("group", kind);
        }
    }

    private static WhenServerEnds whenServerEnds(SettingsReader reader) {
        String key = "when-server-ends";
        String kind = "\"hand-over\" or \"go-on\"";
        return switch (reader.text(key, kind)) {
            case "hand-over" -> WhenServerEnds.HAND_OVER;
            case "go-on" -> WhenServerEnds.GO_ON;
            default -> throw reader.wrong(key, kind);
        };
    }

    private static Readiness readiness(SettingsReader reader) {
        Set<ElectionName> elections = new TreeSet<>();
        String key = "health-check.elections";
        for (String name : reader.strings(key, "a list of names of elections")) {
            try {
                elections.add(ElectionName.ofApplication(name));
            } catch (IllegalArgumentException notAName) {
                throw new IllegalArgumentException("conclave." + key + ": " + notAName.getMessage());
            }
        }
        String kind = "\"leader-known\" or \"takes-part\"";
        String when = "health-check.ready-when";
        return new Readiness(
                elections,
                switch (reader.text(when, kind)) {
                    case "leader-known" -> ReadyWhen.LEADER_KNOWN;
                    case "takes-part" -> ReadyWhen.TAKES_PART;
                    default -> throw reader.wrong(when, kind);
                });
    }
}
