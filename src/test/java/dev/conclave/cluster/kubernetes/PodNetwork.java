package dev.conclave.cluster.kubernetes;

import dev.conclave.cluster.machine.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The network of the pods and their names: a network namespace for each pod, with an address that no pod had before, all of them on
 * one bridge that the machine is connected to as a kubelet is. The names are a file of hosts that all pods read.
 */
final class PodNetwork implements AutoCloseable {

    private final String prefix =
            "ck" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
    private final String hub = prefix + "h";
    private final String subnet = "10.79." + ThreadLocalRandom.current().nextInt(256) + ".";
    private final Path names;
    private final Map<String, String> published = new LinkedHashMap<>();
    private final Set<String> spaces = new LinkedHashSet<>();
    private int addresses;

    PodNetwork(Path names) {
        this.names = names;
        write();
        try {
            Shell.run("ip", "netns", "add", hub);
            Shell.run("ip", "-n", hub, "link", "add", "br0", "type", "bridge");
            Shell.run("ip", "-n", hub, "link", "set", "br0", "up");
            Shell.run("ip", "link", "add", prefix + "x", "type", "veth", "peer", "name", "px", "netns", hub);
            Shell.run("ip", "-n", hub, "link", "set", "px", "master", "br0", "up");
            Shell.run("ip", "addr", "add", subnet + "254/24", "dev", prefix + "x");
            Shell.run("ip", "link", "set", prefix + "x", "up");
        } catch (AssertionError failed) {
            close();
            throw failed;
        }
    }

    /** The file of hosts that the pods read. */
    Path names() {
        return names;
    }

    /** Creates a namespace with a new address, and returns the address. */
    String join(String pod) {
        String space = space(pod);
        String address = subnet + ++addresses;
        spaces.add(space);
        Shell.run("ip", "netns", "add", space);
        String link = "p" + addresses;
        Shell.run("ip", "-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", link, "netns", hub);
        Shell.run("ip", "-n", hub, "link", "set", link, "master", "br0", "up");
        Shell.run("ip", "-n", space, "addr", "add", address + "/24", "dev", "eth0");
        Shell.run("ip", "-n", space, "link", "set", "eth0", "up");
        Shell.run("ip", "-n", space, "link", "set", "lo", "up");
        return address;
    }

    /** Removes a pod's namespace, and with it its address; its name goes on to resolve to that address. */
    void leave(String pod) {
        Shell.run("ip", "netns", "del", space(pod));
        spaces.remove(space(pod));
    }

    /** The name of a pod's namespace. */
    String space(String pod) {
        return prefix + pod;
    }

    /** From now on the name resolves to the address. */
    void publish(String name, String address) {
        published.put(name, address);
        write();
    }

    /** In place, since the pods have mounted the file. */
    private void write() {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        published.forEach((name, address) ->
                lines.append(address).append(' ').append(name).append('\n'));
        try {
            Files.writeString(names, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (String space : Set.copyOf(spaces)) {
            Shell.run("ip", "netns", "del", space);
        }
        // The machine's end of the veth disappears with the other one.
        Shell.run("ip", "netns", "del", hub);
    }
}
