package dev.conclave.bench.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The members of one group: their addresses and directories.
 *
 * @param members as {@code host:port}
 * @param httpPorts of the members whose set-up has HTTP
 * @param directory for all that they write
 * @param heartbeatMillis how often a leader beats
 * @param electionMillis after how long without a leader another one is sought
 */
record Group(List<String> members, List<Integer> httpPorts, Path directory, int heartbeatMillis, int electionMillis) {

    private static final String HOST = "127.0.0.1";
    private static final int SIZE = 3;

    /** Below what systems hand out to connections: a member's port must still be free when it is started again. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;

    static Group of(Path directory, int heartbeatMillis, int electionMillis) throws IOException {
        return of(directory, SIZE, heartbeatMillis, electionMillis);
    }

    static Group of(Path directory, int size, int heartbeatMillis, int electionMillis) throws IOException {
        Files.createDirectories(directory);
        List<String> members = new ArrayList<>();
        while (members.size() < size) {
            String member = HOST + ":" + ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            if (!members.contains(member) && isFree(member)) {
                members.add(member);
            }
        }
        List<Integer> httpPorts = Stream.generate(Group::freePort)
                .filter(port -> !members.contains(HOST + ":" + port))
                .distinct()
                .limit(size)
                .toList();
        return new Group(members, httpPorts, directory, heartbeatMillis, electionMillis);
    }

    /** Returns a port on which no process listens. */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            if (isFree(HOST + ":" + port)) {
                return port;
            }
        }
    }

    private static boolean isFree(String member) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(
                    InetAddress.getByName(HOST), Integer.parseInt(member.substring(member.lastIndexOf(':') + 1))));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    int size() {
        return members.size();
    }

    Path data(int index) {
        return directory.resolve("data-" + index);
    }

    Path log(int index) {
        return directory.resolve("log-" + index + ".txt");
    }

    void delete() {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            // In the build's directory, where the next clean takes it.
        }
    }
}
