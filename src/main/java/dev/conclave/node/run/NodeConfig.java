package dev.conclave.node.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.conclave.ConclaveSettings;
import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.store.InspectedJournal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The settings of a peer, in this order of precedence: options, system properties, the file named by {@code -Dconfig.file}, the
 * node's own {@code conclave-node.conf}, the libraries' defaults.
 *
 * @param config the complete configuration
 * @param peer the resulting name of the peer
 */
public record NodeConfig(Config config, PeerId peer) {

    private static final String SYSTEM = "conclave-node.system";
    private static final String HOST = "akka.remote.artery.canonical.hostname";
    private static final String PORT = "akka.remote.artery.canonical.port";
    private static final String VOTERS = "conclave.voters";
    private static final String DATA_DIR = "conclave.data-dir";
    private static final String LIFELINE = "conclave.lifeline";
    private static final String HTTP_HOST = "conclave.http.host";
    private static final String HTTP_PORT = "conclave.http.port";
    private static final String SEEDS = "akka.cluster.seed-nodes";

    /**
     * Where the peer answers HTTP.
     *
     * @param host the address to listen on; without it that of the configuration
     */
    record Http(Optional<String> host, int port) {

        /** Parses {@code [HOST:]PORT}. */
        static Http parse(String text) {
            boolean hasHost = text.indexOf(':') >= 0;
            // A host makes a complete address of the port alone, to check it.
            PeerId address = PeerId.parse(hasHost ? text : "localhost:" + text);
            return new Http(hasHost ? Optional.of(unbracketed(address.host())) : Optional.empty(), address.port());
        }
    }

    /** The options of the command line of {@code run}. */
    record Options(
            Optional<String> system,
            Optional<String> host,
            OptionalInt port,
            List<String> voters,
            Optional<Path> dataDir,
            Optional<Http> http) {

        static final Options NONE = new Options(
                Optional.empty(), Optional.empty(), OptionalInt.empty(), List.of(), Optional.empty(), Optional.empty());

        Options {
            voters = List.copyOf(voters);
        }
    }

    /**
     * Assembles the settings of a peer from the options and the configuration.
     *
     * @throws CliException if they cannot be read, or do not name a peer and its voters
     */
    static NodeConfig of(Options options) throws CliException {
        try {
            ConfigFactory.invalidateCaches();
            return complete(override(options)
                    .withFallback(ConfigFactory.defaultOverrides())
                    .withFallback(ConfigFactory.defaultApplication())
                    .withFallback(ConfigFactory.parseResources("conclave-node.conf"))
                    .withFallback(ConfigFactory.defaultReferenceUnresolved())
                    .resolve());
        } catch (ConfigException e) {
            throw new CliException("the configuration cannot be used: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.oneLine(e), e);
        }
    }

    private static Config override(Options options) {
        Config given = ConfigFactory.empty();
        if (options.system().isPresent()) {
            given = with(given, SYSTEM, options.system().get());
        }
        if (options.host().isPresent()) {
            given = with(given, HOST, options.host().get());
        }
        if (options.port().isPresent()) {
            given = with(given, PORT, options.port().getAsInt());
        }
        if (!options.voters().isEmpty()) {
            given = with(given, VOTERS, options.voters());
        }
        if (options.dataDir().isPresent()) {
            given = with(given, DATA_DIR, options.dataDir().get().toString());
        }
        if (options.http().isPresent()) {
            given = with(given, HTTP_PORT, options.http().get().port());
            Optional<String> host = options.http().get().host();
            given = host.isPresent() ? with(given, HTTP_HOST, host.get()) : given;
        }
        return given;
    }

    /** Adds settings that follow from others. */
    private static NodeConfig complete(Config config) throws CliException {
        String host = resolved(config.getString(HOST));
        PeerId peer = new PeerId(bracketed(host), config.getInt(PORT));
        TreeSet<PeerId> voters = new TreeSet<>();
        for (String voter : config.getStringList(VOTERS)) {
            voters.add(PeerId.parse(voter));
        }
        if (voters.isEmpty()) {
            throw new CliException(
                    "there are no voters: list them with --voters host:port,host:port,... or in conclave.voters,"
                            + " the same on every peer");
        }
        Config complete = with(config, HOST, host);
        if (voters.contains(peer) && config.getString(DATA_DIR).isBlank()) {
            complete = with(complete, DATA_DIR, "./conclave-data/" + unbracketed(host) + "_" + peer.port());
        }
        if (config.getStringList(SEEDS).isEmpty()) {
            // Sorted, since the first seed may form a cluster by itself and must be the same on all peers.
            complete = with(
                    complete,
                    SEEDS,
                    voters.stream()
                            .map(voter -> "akka://" + config.getString(SYSTEM) + "@" + voter)
                            .toList());
        }
        return new NodeConfig(complete, peer);
    }

    /** The same peer without lifelines: the end of its process is no proof that nothing acts in its name any more. */
    public NodeConfig withoutLifelines() {
        return new NodeConfig(with(config, LIFELINE, "off"), peer);
    }

    /** The settings below {@code conclave}. */
    public ConclaveSettings conclave() {
        return ConclaveSettings.fromConfig(config.getConfig("conclave"));
    }

    /** Resolves Akka's placeholders for the own host, since the peer's name contains it. */
    private static String resolved(String host) throws CliException {
        try {
            return switch (host) {
                case "<getHostAddress>" -> InetAddress.getLocalHost().getHostAddress();
                case "<getHostName>" -> InetAddress.getLocalHost().getHostName();
                default -> host;
            };
        } catch (UnknownHostException e) {
            throw new CliException("this machine cannot resolve its own address: set it with --host", e);
        }
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static Config with(Config config, String path, Object value) {
        return config.withValue(path, ConfigValueFactory.fromAnyRef(value, "the command line"));
    }

    /** The name of the actor system, which must be the same on all peers. */
    String system() {
        return config.getString(SYSTEM);
    }

    Path dataDir() {
        return Path.of(config.getString(DATA_DIR));
    }

    /**
     * Whether the data directory holds ballots of a former life. It must be asked before the peer starts, which writes a journal: a
     * voter whose directory was lost begins at term 0, and no judge may take that for a vote that goes back.
     */
    boolean remembers() {
        return !config.getString(DATA_DIR).isBlank() && Files.exists(dataDir().resolve(InspectedJournal.NAME));
    }

    /** The host on which the transport listens; differs from the peer's name behind an address translation. */
    String bindHost() {
        String bind = config.getString("akka.remote.artery.bind.hostname");
        return unbracketed(bind.isBlank() || bind.startsWith("<") ? config.getString(HOST) : bind);
    }

    int bindPort() {
        String bind = config.getString("akka.remote.artery.bind.port");
        return bind.isBlank() ? peer.port() : Integer.parseInt(bind);
    }
}
