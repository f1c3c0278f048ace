package dev.conclave.node.operate;

import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;

/**
 * The address of a node's HTTP door.
 *
 * @param host a host name or an address; an IPv6 address stands in brackets
 */
record HttpAddress(String host, int port) {

    /** The port by convention, also of Akka Management. */
    static final int USUAL_PORT = 8558;

    /**
     * Parses {@code host:port}, or a host alone for the usual port.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static HttpAddress parse(String text) {
        boolean hasPort = text.lastIndexOf(':') > text.lastIndexOf(']');
        try {
            PeerId parsed = PeerId.parse(hasPort ? text : text + ":" + USUAL_PORT);
            return new HttpAddress(parsed.host(), parsed.port());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + PrintableText.of(text)
                            + "\" is not the address of a node; write it as host:port, for example 10.0.0.1:"
                            + USUAL_PORT,
                    e);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
