package dev.conclave.core;

import java.util.Locale;
import java.util.Objects;

/**
 * The name of a peer: the canonical address of its transport, as {@code host:port}.
 *
 * <p>Two ids are the same peer if and only if they are the same text: names are not resolved, since a name that resolves to
 * another address later would let one voter count as two. The host is kept in lower case, an IPv6 address in brackets.
 *
 * @param host lower-case host name or address; an IPv6 address stands in brackets
 * @param port 1 to 65535
 */
public record PeerId(String host, int port) implements Comparable<PeerId> {

    /** Rejects invalid names and ports with a message that says what to write instead. */
    public PeerId {
        Objects.requireNonNull(host, "host");
        host = host.toLowerCase(Locale.ROOT);
        if (!isHost(host)) {
            throw new IllegalArgumentException(
                    "\"" + host + "\" is not a host name or address; write a peer as host:port,"
                            + " for example 10.0.0.1:2551 or [2001:db8::1]:2551");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "port " + port + " of peer " + host + " is not between 1 and 65535; a peer that stands or votes"
                            + " needs a fixed port (akka.remote.artery.canonical.port)");
        }
    }

    /**
     * Parses {@code host:port}.
     *
     * @throws IllegalArgumentException for any other text, such as a host without a port
     */
    public static PeerId parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || (text.startsWith("[") && text.charAt(colon - 1) != ']')) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no port; write a peer as host:port, for example 10.0.0.1:2551");
        }
        String port = text.substring(colon + 1);
        if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("\"" + port + "\" in \"" + text
                    + "\" is not a port; write a peer as host:port, for example 10.0.0.1:2551");
        }
        return new PeerId(text.substring(0, colon), Integer.parseInt(port));
    }

    private static boolean isHost(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String inner = bracketed ? host.substring(1, host.length() - 1) : host;
        if (inner.isEmpty() || inner.length() > 255 || bracketed != inner.indexOf(':') >= 0) {
            return false;
        }
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '-'
                    || c == '_'
                    || (bracketed && (c == ':' || c == '%'));
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(PeerId other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
