package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.ProgramFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts each peer in its own JVM with the code of this one and with its files in a temporary directory. */
public final class ProcessPeerLauncher implements PeerLauncher {

    /** The direct memory in bytes that the transport of a peer needs besides the ballast. */
    private static final long DIRECT_BYTES_BESIDES = 256L << 20;

    /**
     * How long the output of a peer is left unread after the peer has written, since reading it would take CPU from the election. The measurements do
     * not depend on when a line is read, since each line contains its instant.
     */
    private static final Duration HEARD_LATER = Duration.ofMillis(50);

    private final DemoPlan plan;
    private final Map<PeerId, List<String>> moreOptions;
    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private boolean keep;
    private boolean closed;

    public ProcessPeerLauncher(DemoPlan plan) throws IOException {
        this(plan, Map.of());
    }

    /** @param moreOptions additional JVM options of single peers, after all others */
    public ProcessPeerLauncher(DemoPlan plan, Map<PeerId, List<String>> moreOptions) throws IOException {
        this.plan = plan;
        this.moreOptions = Map.copyOf(moreOptions);
        this.directory = Files.createTempDirectory("conclave-demo-");
    }

    @Override
    public Child launch(PeerId peer, List<PeerId> voters, Consumer<String> lines) throws IOException {
        Path home = directory.resolve("peer-" + peer.port());
        Path log = home.resolve("log.txt");
        Process process = start(command(peer, voters, home.resolve("data")), home, log);
        CompletableFuture<Void> read = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(process, home.resolve("events.jsonl"), lines, read), "read-" + peer);
        reader.setDaemon(true);
        reader.start();
        return new JvmChild(process, log, read.thenCombine(process.onExit(), (nothing, ended) -> ended));
    }

    /** Leaves no directory behind that was created after {@link #close} had deleted all of them. */
    private synchronized Process start(List<String> command, Path home, Path log) throws IOException {
        if (closed) {
            throw new IOException("the demo is ending");
        }
        Files.createDirectories(home);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        processes.add(process);
        return process;
    }

    private List<String> command(PeerId peer, List<PeerId> voters, Path data) {
        Path code = ProgramFiles.code();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ProgramFiles.jvmOptions(code).ifPresent(file -> command.add("@" + file));
        Path archive = ProgramFiles.archiveOf(code);
        if (Files.isRegularFile(archive)) {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.add("-Dconclave.heartbeat-interval=" + plan.heartbeat().toMillis() + "ms");
        command.add("-Dconclave.election-timeout=" + plan.electionTimeout().toMillis() + "ms");
        command.add("-Dconclave.stop-margin=" + plan.stopMargin().toMillis() + "ms");
        if (plan.ballastBytes() > 0) {
            command.add("-XX:MaxDirectMemorySize=" + (plan.ballastBytes() + DIRECT_BYTES_BESIDES));
        }
        command.addAll(moreOptions.getOrDefault(peer, List.of()));
        if (Files.isRegularFile(code)) {
            command.addAll(List.of("-jar", code.toString()));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), ProgramFiles.MAIN_CLASS));
        }
        command.addAll(List.of("run", "--die-with-stdin", "--events", "json", "--host", peer.host()));
        command.addAll(List.of("--port", String.valueOf(peer.port()), "--data-dir", data.toString()));
        if (plan.ballastBytes() > 0) {
            command.addAll(List.of("--ballast", String.valueOf(plan.ballastBytes())));
        }
        command.add("--voters");
        command.add(String.join(",", voters.stream().map(PeerId::toString).toList()));
        return command;
    }

    private static void read(Process process, Path copy, Consumer<String> lines, CompletableFuture<Void> read) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            boolean more = false;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!more) {
                    Thread.sleep(HEARD_LATER.toMillis());
                }
                lines.accept(line);
                more = reader.ready();
                Files.writeString(copy, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException | UncheckedIOException gone) {
            // The process or the directory is gone; lines read before count.
        } catch (InterruptedException nobody) {
            Thread.currentThread().interrupt();
        } finally {
            read.complete(null);
        }
    }

    @Override
    public synchronized String keepTraces() {
        keep = true;
        return directory.toString();
    }

    @Override
    public synchronized void close() {
        closed = true;
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
        if (!keep) {
            deleteAll(directory);
        }
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            // The system will clean up a temporary directory that cannot be deleted.
        }
    }

    private static final class JvmChild implements Child {

        private final Process process;
        private final Path log;
        private final CompletionStage<Process> whenEnded;
        private Optional<FrozenProcess> frozen = Optional.empty();

        JvmChild(Process process, Path log, CompletionStage<Process> whenEnded) {
            this.process = process;
            this.log = log;
            this.whenEnded = whenEnded;
            // The number of the process may belong to another one from then on.
            var unused = process.onExit().thenRun(this::release);
        }

        @Override
        public void kill() {
            process.destroyForcibly();
        }

        @Override
        public void terminate() {
            // Process.destroy() would also close its standard input, which is another way to ask the peer to end.
            process.toHandle().destroy();
        }

        @Override
        public synchronized void freeze() throws IOException {
            frozen = Optional.of(FrozenProcess.freeze(process.pid()));
        }

        @Override
        public synchronized void thaw() throws IOException {
            if (frozen.isPresent()) {
                frozen.get().thaw();
                frozen = Optional.empty();
            }
        }

        private synchronized void release() {
            frozen.ifPresent(FrozenProcess::forget);
            frozen = Optional.empty();
        }

        @Override
        public void handOver() throws IOException {
            OutputStream toChild = process.getOutputStream();
            toChild.write("hand-over\n".getBytes(StandardCharsets.UTF_8));
            toChild.flush();
        }

        @Override
        public void leave() {
            try (OutputStream toChild = process.getOutputStream()) {
                toChild.flush();
            } catch (IOException gone) {
                // The process has ended already.
            }
        }

        @Override
        public CompletionStage<?> ended() {
            return whenEnded;
        }

        @Override
        public String lastWords() {
            try {
                List<String> all = Files.readAllLines(log, StandardCharsets.UTF_8);
                return all.isEmpty() ? "its log is empty" : all.get(all.size() - 1);
            } catch (IOException e) {
                return "its log cannot be read: " + CliException.oneLine(e);
            }
        }
    }
}
