package dev.conclave.lifeline;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** The three things that are done to any socket of a lifeline. */
final class Sockets {

    /**
     * When nothing was heard for 10 s the kernel asks, and gives up 15 s later. That frees what a host that lost its power
     * has left behind; as a local time-out it proves nothing (R10).
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

    /** By name, since these options belong to no standard package and are not there on every system. */
    @SuppressWarnings("unchecked")
    private static void keepalive(SocketChannel channel, SocketOption<?> option) throws IOException {
        Integer seconds = KEEPALIVE_SECONDS.get(option.name());
        if (seconds != null && option.type() == Integer.class) {
            channel.setOption((SocketOption<Integer>) option, seconds);
        }
    }

    /**
     * Ends a connection by a reset. A living node must end none by FIN, since that is one half of a proof against it
     * (R10); a reset is evidence of nothing.
     */
    static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // It is closed already, or has nobody at its other end.
        }
        close(channel);
    }

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing that could be done about it, and nothing that depends on it.
        }
    }
}
