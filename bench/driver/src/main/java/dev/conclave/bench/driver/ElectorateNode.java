package dev.conclave.bench.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One node of a measured electorate: its process, its data directory, and its HTTP. */
final class ElectorateNode {

    /**
     * Composes the command of a node's process.
     *
     * @see ElectorateBench
     */
    interface Program {
        List<String> command(String name, Path data, List<String> httpOptions);
    }

    private final String name;
    private final Path data;
    private final Path log;
    private final Program program;
    private final int httpPort = Group.freePort();
    private final NodeDoor door = new NodeDoor(httpPort);
    private Process process;

    ElectorateNode(Group group, int index, Program program) throws IOException {
        this.name = group.members().get(index);
        this.data = group.data(index);
        this.log = group.log(index);
        this.program = program;
        this.process = start();
    }

    private Process start() throws IOException {
        List<String> http = List.of(
                "-Dconclave.http.port=" + httpPort,
                "-Dconclave.http.writes=on",
                "-Dconclave.http.tokens.bench=" + NodeDoor.TOKEN);
        Files.createDirectories(data);
        Process started = new ProcessBuilder(new ArrayList<>(program.command(name, data, http)))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Living.add(started);
        return started;
    }

    String name() {
        return name;
    }

    NodeDoor door() {
        return door;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process by SIGKILL, and waits for its end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        Living.remove(process);
    }

    void restart() throws IOException {
        process = start();
    }

    void emptyDirectory() throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
