package dev.conclave.lifeline;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** Common operations on the sockets of a lifeline. */
final class Sockets {

    /**
     * The keep-alive options of a connection, in seconds: the kernel probes a connection that was silent for 10 s, and gives up
     * 15 s later. That frees connections of hosts that lost power; as a local timeout it proves nothing (R10).
     */
    private static final Map<String, Integer> KEEPALIVE_SECONDS =
            Map.of("TCP_KEEPIDLE", 10, "TCP_KEEPINTERVAL", 5, "TCP_KEEPCOUNT", 3);

    private Sockets() {}

    static void configure(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (SocketOption<?> option : channel.supportedOptions()) {
            keepalive(channel, option);
        }
    }

    /**
     * Sets a keep-alive option by its name, since these options are not in a standard package and not available on every
     * system.
     */
    @SuppressWarnings("unchecked")
    private static void keepalive(SocketChannel channel, SocketOption<?> option) throws IOException {
        Integer seconds = KEEPALIVE_SECONDS.get(option.name());
        if (seconds != null && option.type() == Integer.class) {
            channel.setOption((SocketOption<Integer>) option, seconds);
        }
    }

    /**
     * Closes a connection by a reset. A running node must not close one by FIN, since that is one half of a proof against it
     * (R10); a reset proves nothing.
     */
    static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // The connection is already closed.
        }
        close(channel);
    }

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing can be done about it, and nothing depends on it.
        }
    }
}
