package dev.conclave.bench.many;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The process of one {@link ManyPeer}, as the driver sees it. */
final class Member implements AutoCloseable {

    private final Process process;
    private final Map<Long, Sample> samples = new HashMap<>();
    private final CompletableFuture<Long> live = new CompletableFuture<>();
    private Optional<Sample> newest = Optional.empty();

    private Member(Process process) {
        this.process = process;
    }

    /** Starts it. What it logs goes to a file beside its data. */
    static Member start(List<String> jvm, String classPath, List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", classPath, ManyPeer.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(new File(log.toString())))
                .start();
        Member member = new Member(process);
        Thread reader = new Thread(member::read, "bench-reader");
        reader.setDaemon(true);
        reader.start();
        return member;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (Sample.isSample(line)) {
                    note(Sample.parse(line));
                } else if (line.startsWith("live ")) {
                    live.complete(Long.parseLong(line.substring("live ".length())));
                }
            }
        } catch (IOException ended) {
            // Its process has ended.
        }
        live.completeExceptionally(new IOException("the process " + process.pid() + " has ended"));
    }

    private synchronized void note(Sample sample) {
        samples.put(sample.tick(), sample);
        newest = Optional.of(sample);
    }

    /** The sample of that instant; empty if the member skipped it. */
    synchronized Optional<Sample> at(long tick) {
        return Optional.ofNullable(samples.get(tick));
    }

    synchronized Optional<Sample> newest() {
        return newest;
    }

    synchronized long mostHeapMegabytes() {
        return samples.values().stream().mapToLong(Sample::heapMegabytes).max().orElse(0);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The size of its live heap after a garbage collection, in megabytes. */
    CompletableFuture<Long> live() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return live;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
