package dev.conclave.bench.driver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One of the systems, in one set-up.
 *
 * @param key its name in results and options
 * @param title its name for people
 * @param dialect how its processes speak
 * @param pace how long its fail-overs take
 * @param transfers whether it has a call that moves the leadership
 * @param leads whether it has leaders; if not, it only idles
 */
record BenchedSystem(String key, String title, Dialect dialect, Pace pace, boolean transfers, boolean leads) {

    /** How long a fail-over takes, by which the number of rounds is chosen. */
    enum Pace {
        /** A few seconds at most. */
        SWIFT(Duration.ofSeconds(30)),
        /** About ten. */
        SLOW(Duration.ofSeconds(60)),
        /** About a minute. */
        SLOWEST(Duration.ofSeconds(150));

        private final Duration patience;

        Pace(Duration patience) {
            this.patience = patience;
        }

        /** After which it is given up. */
        Duration patience() {
            return patience;
        }
    }

    /** A plain JVM of about 300 MB resident; the block with 2 GB overrides the heap. */
    private static final List<String> EMBEDDER_JVM = List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch");

    /** All, in the order in which they are measured and shown. */
    static final List<BenchedSystem> ALL = List.of(
            new BenchedSystem("conclave", "Conclave", Dialect.CONCLAVE, Pace.SWIFT, true, true),
            new BenchedSystem("embedder", "Conclave, embedded, 300 MB", Dialect.PEER, Pace.SWIFT, true, true),
            new BenchedSystem(
                    "embedder-fast",
                    "Conclave, embedded, 300 MB, FastCrashDetection",
                    Dialect.PEER,
                    Pace.SWIFT,
                    true,
                    true),
            new BenchedSystem("jgroups", "jgroups-raft 1.0.14", Dialect.PEER, Pace.SWIFT, false, true),
            new BenchedSystem("jraft", "SOFAJRaft 1.4.1", Dialect.PEER, Pace.SWIFT, true, true),
            new BenchedSystem("microraft", "MicroRaft 0.7", Dialect.PEER, Pace.SWIFT, true, true),
            new BenchedSystem("ratis", "Apache Ratis 3.2.0", Dialect.PEER, Pace.SWIFT, true, true),
            new BenchedSystem(
                    "singleton-tuned", "Cluster Singleton 2.8.5, tuned", Dialect.PEER, Pace.SLOW, false, true),
            new BenchedSystem(
                    "singleton-default", "Cluster Singleton 2.8.5, default", Dialect.PEER, Pace.SLOWEST, false, true),
            new BenchedSystem(
                    "conclave-200ms", "Conclave, H = 200 ms as shipped", Dialect.CONCLAVE, Pace.SWIFT, true, false),
            new BenchedSystem("bare", "An Akka cluster node without Conclave", Dialect.PEER, Pace.SWIFT, false, false));

    /** Conclave as it ships, under another key than in the comparison with other systems. */
    static final BenchedSystem WITHOUT_HTTP =
            new BenchedSystem("http-off", "no HTTP", Dialect.CONCLAVE, Pace.SWIFT, true, true);

    /** The same with HTTP, where each node has a reader of its events, as an open page is. */
    static final BenchedSystem WITH_EVENT_STREAMS =
            new BenchedSystem("http-events", "HTTP and event streams", Dialect.CONCLAVE, Pace.SWIFT, true, true);

    private static final String REGISTER = "register-";

    /** Conclave as it ships, whose election has a register with so large a value; with 0 bytes it has none. */
    static BenchedSystem withRegister(int bytes) {
        String title = bytes == 0
                ? "none"
                : bytes % 1024 == 0 ? "a register of " + bytes / 1024 + " KiB" : "a register of " + bytes + " bytes";
        return new BenchedSystem(REGISTER + bytes, title, Dialect.CONCLAVE, Pace.SWIFT, true, true);
    }

    /** How large a value its members keep in a register; empty if they look at none. */
    OptionalInt registerBytes() {
        return key.startsWith(REGISTER)
                ? OptionalInt.of(Integer.parseInt(key.substring(REGISTER.length())))
                : OptionalInt.empty();
    }

    /**
     * The command that starts one of its members.
     *
     * @param more further options of the JVM
     * @param watchesBelief whether the member looks again and again whether it believes to lead
     */
    List<String> command(Parts parts, Group group, int index, List<String> more, boolean watchesBelief) {
        List<String> command = new ArrayList<>(parts.dieWithParent());
        command.add(parts.java().toString());
        if (isEmbedder()) {
            command.addAll(EMBEDDER_JVM);
        } else {
            command.add(
                    "@" + (dialect == Dialect.CONCLAVE || key.equals("bare") ? parts.conclaveJvm() : parts.peerJvm()));
        }
        command.addAll(more);
        if (dialect == Dialect.CONCLAVE) {
            command.addAll(conclave(parts, group, index, watchesBelief));
        } else {
            command.addAll(peer(parts, group, index, watchesBelief));
        }
        return command;
    }

    /** Whether each of its members serves HTTP, and its events are read. */
    boolean hasEventStreams() {
        return this == WITH_EVENT_STREAMS;
    }

    private boolean isEmbedder() {
        return key.startsWith("embedder");
    }

    private boolean runsOnTheNodesJar() {
        return isEmbedder() || key.equals("bare");
    }

    private List<String> conclave(Parts parts, Group group, int index, boolean watchesBelief) {
        List<String> command = new ArrayList<>();
        String heartbeat = key.equals("conclave-200ms") ? "200ms" : group.heartbeatMillis() + "ms";
        command.add("-Dconclave.heartbeat-interval=" + heartbeat);
        command.add("-Dconclave.election-timeout=" + group.electionMillis() + "ms");
        if (hasEventStreams()) {
            command.add("-Dconclave.http.port=" + group.httpPorts().get(index));
        }
        if (watchesBelief) {
            command.add("-Dakka.actor.typed.extensions.0=dev.conclave.bench.akka.ConclaveBelief$Id");
            command.addAll(List.of("-cp", parts.conclaveJar() + ":" + parts.look(), "dev.conclave.node.Main"));
        } else if (registerBytes().isPresent()) {
            command.add("-Dakka.actor.typed.extensions.0=dev.conclave.bench.akka.ConclaveRegister$Id");
            command.add("-Dbench.register-bytes=" + registerBytes().getAsInt());
            command.addAll(List.of("-cp", parts.conclaveJar() + ":" + parts.look(), "dev.conclave.node.Main"));
        } else {
            command.addAll(List.of("-jar", parts.conclaveJar().toString()));
        }
        String member = group.members().get(index);
        int colon = member.lastIndexOf(':');
        command.addAll(List.of("run", "--die-with-stdin", "--events", "json"));
        command.addAll(List.of("--host", member.substring(0, colon), "--port", member.substring(colon + 1)));
        command.addAll(List.of("--data-dir", group.data(index).toString()));
        command.addAll(List.of("--voters", String.join(",", group.members())));
        return command;
    }

    private List<String> peer(Parts parts, Group group, int index, boolean watchesBelief) {
        String module = key.startsWith("singleton") || runsOnTheNodesJar() ? "akka" : key;
        List<String> command = new ArrayList<>();
        if (runsOnTheNodesJar()) {
            command.addAll(List.of("-cp", parts.conclaveJar() + ":" + parts.look()));
        } else {
            Path target = parts.home().resolve("systems").resolve(module).resolve("target");
            command.addAll(
                    List.of("-cp", target.resolve("bench-" + module + ".jar") + ":" + target.resolve("lib") + "/*"));
        }
        command.add("dev.conclave.bench." + module + "."
                + switch (key) {
                    case "jgroups" -> "JGroupsPeer";
                    case "jraft" -> "JRaftPeer";
                    case "microraft" -> "MicroRaftPeer";
                    case "ratis" -> "RatisPeer";
                    case "bare" -> "BarePeer";
                    case "embedder", "embedder-fast" -> "EmbedderPeer";
                    default -> "SingletonPeer";
                });
        command.add("index=" + index);
        command.add("members=" + String.join(",", group.members()));
        command.add("data=" + group.data(index));
        command.add("heartbeatMillis=" + group.heartbeatMillis());
        command.add("electionMillis=" + group.electionMillis());
        command.add("variant=" + key.replace("singleton-", ""));
        command.add("belief=" + watchesBelief);
        return command;
    }
}
