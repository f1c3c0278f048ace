package dev.conclave.node.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Finds unused ports. They are below the ephemeral ports (from 32768 on Linux, 49152 elsewhere), which the system may use for any
 * outgoing connection while a peer is down.
 */
public final class FreePorts {

    private static final int LOWEST = 20_000;
    private static final int END = 32_000;
    private static final int TRIES = 2_000;

    /**
     * UDP sockets that reserve the returned ports, since another search, in this process or in another one, could find the TCP
     * port of a peer that is down. The peers do not use UDP.
     */
    private static final List<DatagramSocket> CLAIMS = new ArrayList<>();

    private FreePorts() {}

    /**
     * Finds ports on loopback, which are not returned again while this process runs.
     *
     * @throws CliException if there are not enough
     */
    public static synchronized List<Integer> find(int count, Random random) throws CliException {
        TreeSet<Integer> found = new TreeSet<>();
        for (int tries = 0; found.size() < count && tries < TRIES; tries++) {
            int port = LOWEST + random.nextInt(END - LOWEST);
            if (claim(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new CliException(
                    "could not find " + count + " free ports on 127.0.0.1 between " + LOWEST + " and " + END);
        }
        return List.copyOf(found);
    }

    private static boolean claim(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(address);
            CLAIMS.add(new DatagramSocket(address));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
