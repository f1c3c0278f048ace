package dev.conclave.cluster.relay;

import dev.conclave.cluster.machine.Network;
import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A relay in front of every peer: the peer's name has the relay's port, and the peer listens on another port, to which only the relay connects. Each
 * peer connects from a loopback address of its own, so that a relay can tell the senders apart.
 *
 * <p>Only remoting passes through relays. Lifelines connect to the port that a peer announces, past every relay: a cut
 * here stops remoting alone, and no message over a lifeline may prolong a leadership whose heartbeats are cut.
 */
public final class Relays implements Network {

    private record Direction(PeerId from, PeerId to) {}

    private final List<PeerId> peers;
    private final Map<PeerId, Integer> hiddenPorts = new HashMap<>();
    private final Map<InetAddress, PeerId> speakers = new HashMap<>();
    private final Map<Direction, Link> links = new HashMap<>();
    private final List<ServerSocket> listeners = new ArrayList<>();

    private Relays(List<PeerId> peers, List<Integer> hidden) throws IOException {
        this.peers = peers;
        for (int i = 0; i < peers.size(); i++) {
            hiddenPorts.put(peers.get(i), hidden.get(i));
            speakers.put(addressOf(i), peers.get(i));
            for (PeerId to : peers) {
                links.put(new Direction(peers.get(i), to), new Link());
            }
        }
        for (PeerId peer : peers) {
            ServerSocket listener = new ServerSocket();
            listeners.add(listener);
            listener.bind(new InetSocketAddress(peer.host(), peer.port()));
            Thread acceptor = new Thread(() -> accept(listener, peer), "relay-" + peer);
            acceptor.setDaemon(true);
            acceptor.start();
        }
    }

    public static Relays of(int size) {
        try {
            List<Integer> ports = FreePorts.find(2 * size, new Random());
            return new Relays(
                    ports.subList(0, size).stream()
                            .map(port -> new PeerId("127.0.0.1", port))
                            .toList(),
                    ports.subList(size, 2 * size));
        } catch (CliException | IOException noRelay) {
            throw new AssertionError(noRelay);
        }
    }

    private static InetAddress addressOf(int index) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (10 + index)});
        } catch (UnknownHostException cannotBe) {
            throw new UncheckedIOException(cannotBe);
        }
    }

    @Override
    public List<PeerId> peers() {
        return peers;
    }

    @Override
    public List<String> startedThrough(PeerId peer) {
        return List.of();
    }

    @Override
    public List<String> jvmOptions(PeerId peer) {
        String artery = "-Dakka.remote.artery.";
        return List.of(
                artery + "bind.hostname=127.0.0.1",
                artery + "bind.port=" + hiddenPort(peer),
                artery + "advanced.tcp.outbound-client-hostname="
                        + addressOf(peers.indexOf(peer)).getHostAddress());
    }

    /** The port where a peer really listens; connections to it bypass the relays. */
    int hiddenPort(PeerId peer) {
        return hiddenPorts.getOrDefault(peer, 0);
    }

    public Link link(PeerId from, PeerId to) {
        Link link = links.get(new Direction(from, to));
        if (link == null) {
            throw new IllegalArgumentException("no link from " + from + " to " + to);
        }
        return link;
    }

    @Override
    public void cut(PeerId from, PeerId to) {
        link(from, to).cut();
    }

    @Override
    public void mend(PeerId from, PeerId to) {
        link(from, to).mend();
    }

    /** The same faults on every link. */
    public void faults(LinkFaults now) {
        links.values().forEach(link -> link.faults(now));
    }

    private void accept(ServerSocket listener, PeerId to) {
        while (!listener.isClosed()) {
            try {
                carry(listener.accept(), to);
            } catch (IOException closed) {
                // The listener is closed, or the accepted connection is already gone.
            }
        }
    }

    private void carry(Socket dialler, PeerId to) {
        PeerId from = speakers.getOrDefault(dialler.getInetAddress(), to);
        Socket onward = new Socket();
        try {
            dialler.setTcpNoDelay(true);
            onward.setTcpNoDelay(true);
            onward.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), hiddenPort(to)));
        } catch (IOException nobodyThere) {
            Link.reset(dialler);
            return;
        }
        Link there = link(from, to);
        there.opened(dialler);
        Pipe.open(dialler, onward, there);
        Pipe.open(onward, dialler, link(to, from));
    }

    @Override
    public void close() {
        for (ServerSocket listener : listeners) {
            try {
                listener.close();
            } catch (IOException gone) {
                // The socket is closed, as intended.
            }
        }
        links.values().forEach(link -> {
            link.mend();
            link.breakConnections();
        });
    }
}
