package dev.conclave.cluster.machine;

import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network namespace for each peer, all of them on one bridge in a namespace of its own, and a packet filter in each: a
 * cut stops all traffic, lifelines included, and the kernel retransmits. Root only.
 */
public final class Namespaces implements Network {

    private static final int PORT = 2551;

    private final String prefix;

    /** The first three bytes of all addresses: random, since {@link #connectHost} adds a route to them. */
    private final String subnet = "10.77." + ThreadLocalRandom.current().nextInt(256) + ".";

    private final List<PeerId> peers = new ArrayList<>();

    private Namespaces(String prefix) {
        this.prefix = prefix;
    }

    public static Namespaces of(int size) {
        Namespaces made = new Namespaces(
                "cv" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36));
        try {
            made.build(size);
            return made;
        } catch (AssertionError failed) {
            made.close();
            throw failed;
        }
    }

    /** Whether this machine can create such namespaces. */
    static boolean work() {
        if (!Shell.works("id", "-u") || !Shell.works("ip", "netns", "list") || !Shell.works("nft", "--version")) {
            return false;
        }
        try {
            of(1).close();
            return true;
        } catch (AssertionError cannot) {
            return false;
        }
    }

    private void build(int size) {
        String hub = prefix + "h";
        Shell.run("ip", "netns", "add", hub);
        Shell.run("ip", "-n", hub, "link", "add", "br0", "type", "bridge");
        Shell.run("ip", "-n", hub, "link", "set", "br0", "up");
        for (int i = 0; i < size; i++) {
            PeerId peer = new PeerId(subnet + (i + 1), PORT);
            peers.add(peer);
            String space = spaceOf(peer);
            Shell.run("ip", "netns", "add", space);
            Shell.run("ip", "-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", "p" + i, "netns", hub);
            Shell.run("ip", "-n", hub, "link", "set", "p" + i, "master", "br0", "up");
            Shell.run("ip", "-n", space, "addr", "add", peer.host() + "/24", "dev", "eth0");
            Shell.run("ip", "-n", space, "link", "set", "eth0", "up");
            Shell.run("ip", "-n", space, "link", "set", "lo", "up");
            nft(space, "add table ip trial");
            nft(space, "add set ip trial deaf_to { type ipv4_addr; }");
            nft(space, "add chain ip trial heard { type filter hook input priority 0; }");
            nft(space, "add rule ip trial heard ip saddr @deaf_to drop");
        }
    }

    /** Connects the machine's own network to the bridge: programs outside the namespaces reach all peers, despite any cut. */
    public void connectHost() {
        String hub = prefix + "h";
        String host = prefix + "x";
        Shell.run("ip", "link", "add", host, "type", "veth", "peer", "name", "px", "netns", hub);
        Shell.run("ip", "-n", hub, "link", "set", "px", "master", "br0", "up");
        Shell.run("ip", "addr", "add", subnet + "254/24", "dev", host);
        Shell.run("ip", "link", "set", host, "up");
    }

    private String spaceOf(PeerId peer) {
        return prefix + peers.indexOf(peer);
    }

    private static void nft(String space, String rule) {
        Shell.run("ip", "netns", "exec", space, "nft", rule);
    }

    @Override
    public List<PeerId> peers() {
        return List.copyOf(peers);
    }

    @Override
    public List<String> startedThrough(PeerId peer) {
        return List.of("ip", "netns", "exec", spaceOf(peer));
    }

    @Override
    public List<String> jvmOptions(PeerId peer) {
        return List.of();
    }

    @Override
    public void cut(PeerId from, PeerId to) {
        nft(spaceOf(to), "add element ip trial deaf_to { " + from.host() + " }");
    }

    @Override
    public void mend(PeerId from, PeerId to) {
        // Adding an existing rule is not an error; deleting a missing rule would be one.
        nft(spaceOf(to), "add element ip trial deaf_to { " + from.host() + " }");
        nft(spaceOf(to), "delete element ip trial deaf_to { " + from.host() + " }");
    }

    @Override
    public void mendAll() {
        peers.forEach(peer -> nft(spaceOf(peer), "flush set ip trial deaf_to"));
    }

    /** Every peer loses this percentage of the packets sent to it. */
    public void lose(int percent) {
        for (PeerId peer : peers) {
            nft(spaceOf(peer), "add rule ip trial heard numgen random mod 100 < " + percent + " drop");
        }
    }

    /** Nothing is lost, and nothing is cut. */
    public void calm() {
        for (PeerId peer : peers) {
            nft(spaceOf(peer), "flush chain ip trial heard");
            nft(spaceOf(peer), "add rule ip trial heard ip saddr @deaf_to drop");
        }
        mendAll();
    }

    @Override
    public void close() {
        Shell.works("ip", "netns", "del", prefix + "h");
        peers.forEach(peer -> Shell.works("ip", "netns", "del", spaceOf(peer)));
    }
}
