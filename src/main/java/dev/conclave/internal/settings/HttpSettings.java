package dev.conclave.internal.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The settings below {@code conclave.http}.
 *
 * @param port the port, 0 for any free one; empty if this node does not listen
 * @param host the address to listen on
 * @param writes whether requests may change something
 * @param tokens the secret of each token, by its name
 * @param eventStreams how many streams of events may be open
 * @param tls the files for TLS; empty for plain HTTP
 */
public record HttpSettings(
        OptionalInt port,
        String host,
        boolean writes,
        Map<String, String> tokens,
        int eventStreams,
        Optional<Tls> tls) {

    /** A shorter secret could be guessed. */
    private static final int SHORTEST_TOKEN = 16;

    private static final int MOST_STREAMS = 256;

    /**
     * The files for TLS, both in the format PKCS12.
     *
     * @param keyStore the key and the certificate of this node
     * @param keyStorePassword its password
     * @param trustStore the certificates that sign those of clients
     * @param trustStorePassword its password
     */
    public record Tls(String keyStore, String keyStorePassword, String trustStore, String trustStorePassword) {

        /** Without the passwords. */
        @Override
        public String toString() {
            return "TLS with " + keyStore + " and " + trustStore;
        }
    }

    /** Copies the tokens. */
    public HttpSettings {
        tokens = Map.copyOf(tokens);
    }

    /** Reads the settings below {@code http} from a configuration with the layout of {@code conclave}. */
    public static HttpSettings of(Config config) {
        return read(new SettingsReader(config));
    }

    /** Returns these settings without commands. */
    public HttpSettings readOnly() {
        return new HttpSettings(port, host, false, tokens, eventStreams, tls);
    }

    /** Reads the settings; the message of an exception names the setting and the remedy, and never a secret. */
    static HttpSettings read(SettingsReader reader) {
        OptionalInt port = portOrOff(reader);
        String host = reader.text("http.host", "a host name or an address");
        boolean writes = reader.onOrOff("http.writes");
        Map<String, String> tokens = tokens(reader);
        int streams = reader.number("http.event-streams", 0, MOST_STREAMS, "a number between 0 and " + MOST_STREAMS);
        Optional<Tls> tls = tls(reader);
        HttpSettings settings = new HttpSettings(port, host, writes, tokens, streams, tls);
        if (port.isPresent() && tokens.isEmpty() && tls.isEmpty() && !settings.isLoopback()) {
            throw new IllegalArgumentException("conclave.http.host is \"" + host
                    + "\", so other machines could read the state of this node without a token: set a token in"
                    + " conclave.http.tokens, or conclave.http.tls, or let conclave.http.host be 127.0.0.1");
        }
        if (writes && tokens.isEmpty()) {
            throw new IllegalArgumentException(
                    "conclave.http.writes is on, but conclave.http.tokens is empty: a request"
                            + " that changes something needs a token; set one, for example conclave.http.tokens.operator ="
                            + " ${CONCLAVE_HTTP_TOKEN}");
        }
        return settings;
    }

    private static OptionalInt portOrOff(SettingsReader reader) {
        String kind = "off, a port, or 0 for any";
        String text = reader.text("http.port", kind);
        // HOCON reads an unquoted off as a boolean.
        if (text.equals("off") || text.equals("false")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(reader.number("http.port", 0, 65535, kind));
    }

    private static Map<String, String> tokens(SettingsReader reader) {
        Map<String, String> tokens = new TreeMap<>();
        reader.section("http.tokens", "a block of names and secrets, such as { operator = ${CONCLAVE_HTTP_TOKEN} }")
                .forEach((name, value) -> {
                    String secret =
                            value.valueType() == ConfigValueType.STRING ? String.valueOf(value.unwrapped()) : "";
                    boolean printable = secret.chars().allMatch(c -> c > ' ' && c < 0x7f);
                    if (secret.length() < SHORTEST_TOKEN || !printable) {
                        throw new IllegalArgumentException(
                                "conclave.http.tokens." + name + " must be a text of at least " + SHORTEST_TOKEN
                                        + " visible ASCII characters, which nobody can guess");
                    }
                    tokens.put(name, secret);
                });
        return tokens;
    }

    private static Optional<Tls> tls(SettingsReader reader) {
        String key = reader.text("http.tls.key-store", "a path");
        String trust = reader.text("http.tls.trust-store", "a path");
        String keyPassword = reader.text("http.tls.key-store-password", "a text");
        String trustPassword = reader.text("http.tls.trust-store-password", "a text");
        if (key.isEmpty() && trust.isEmpty()) {
            return Optional.empty();
        }
        if (key.isEmpty() || trust.isEmpty()) {
            throw new IllegalArgumentException("conclave.http.tls needs both key-store, for this node, and trust-store,"
                    + " for its clients: " + (key.isEmpty() ? "key-store" : "trust-store") + " is empty");
        }
        return Optional.of(new Tls(key, keyPassword, trust, trustPassword));
    }

    /** Whether only processes of this machine can connect. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** Whether reading needs a token: other machines can connect, and no certificate says who they are. */
    public boolean readsNeedToken() {
        return !isLoopback() && tls.isEmpty();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "HTTP on " + host + " port " + port + ", tokens " + tokens.keySet();
    }
}
