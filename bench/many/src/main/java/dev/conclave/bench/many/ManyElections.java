package dev.conclave.bench.many;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts three peers, each a JVM of its own with empty directories on the real disk, which join many elections; prints how long it
 * takes from the first instant at which all three take part until all elections are led, and what that cost; then watches
 * whether they stay led.
 */
public final class ManyElections {

    private static final int PEERS = 3;

    private final Options options;
    private final List<Member> members = new ArrayList<>();

    private ManyElections(Options options) {
        this.options = options;
    }

    /** Measures once. */
    public static void main(String[] arguments) throws Exception {
        ManyElections bench = new ManyElections(Options.of(arguments));
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench-many-");
        Runtime.getRuntime().addShutdownHook(new Thread(bench::end, "bench-end"));
        try {
            bench.run(directory);
        } finally {
            bench.end();
            delete(directory);
        }
    }

    private void end() {
        members.forEach(Member::close);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run(Path directory) throws Exception {
        startPeers(directory);
        long began = await(options.patienceSeconds(), "take part", tick -> sum(tick, Sample::takesPart) == PEERS);
        long cpuBefore = sum(began, Sample::cpuMillis);
        long led;
        try {
            led = await(options.patienceSeconds(), "lead all", tick -> sum(tick, Sample::leads) == options.elections());
        } catch (Overdue overdue) {
            System.out.printf("NOT all led %d s after all take part%n", options.patienceSeconds());
            print(newestTick());
            return;
        }
        System.out.printf(
                "%d elections, all led %.2f s after all take part (%.1f s of processor time)%n",
                options.elections(),
                (led - began) * Sample.GRID_NANOS / 1e9,
                (sum(led, Sample::cpuMillis) - cpuBefore) / 1e3);
        print(led);
        hold(led);
    }

    private void startPeers(Path directory) throws IOException {
        List<Integer> ports = freePorts();
        String voters = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        String classPath =
                options.classes().map(classes -> classes + File.pathSeparator).orElse("")
                        + System.getProperty("java.class.path");
        List<String> jvm = new ArrayList<>(List.of("-Xmx" + options.heap()));
        jvm.addAll(Stream.of(options.jvm().split(" ")).filter(s -> !s.isEmpty()).toList());
        for (int port : ports) {
            Path data = Files.createDirectory(directory.resolve("data-" + port));
            members.add(Member.start(
                    jvm,
                    classPath,
                    List.of(
                            "" + port,
                            voters,
                            "" + options.elections(),
                            data.toString(),
                            "" + options.electionMillis()),
                    directory.resolve("log-" + port)));
        }
    }

    private void hold(long led) throws Exception {
        long until = led + options.holdSeconds() * 1_000_000_000L / Sample.GRID_NANOS;
        await(options.holdSeconds() + 30, "hold", tick -> tick >= until);
        double cores =
                (sum(until, Sample::cpuMillis) - sum(led, Sample::cpuMillis)) / 1e3 / options.holdSeconds() * 100;
        System.out.printf(
                "held for %d s: %d leaderships ended, %d more standings, %.0f %% of a core%n",
                options.holdSeconds(),
                sum(until, Sample::ended) - sum(led, Sample::ended),
                sum(until, Sample::standings) - sum(led, Sample::standings),
                cores);
        print(until);
        long live = 0;
        for (Member member : members) {
            live = Math.max(live, member.live().get());
        }
        System.out.printf("heap without garbage: %d MB at most%n", live);
    }

    private void print(long tick) {
        System.out.printf(
                "  standings %d (%.2f per election), elected %d, ended %d, leading %s, known %s, heap at most %s MB,"
                        + " dropped %d%n",
                sum(tick, Sample::standings),
                sum(tick, Sample::standings) / (double) options.elections(),
                sum(tick, Sample::elected),
                sum(tick, Sample::ended),
                each(tick, Sample::leads),
                each(tick, Sample::knows),
                members.stream().map(Member::mostHeapMegabytes).toList(),
                sum(tick, Sample::dropped));
    }

    // ---- the samples of all

    private interface TickTest {
        boolean test(long tick);
    }

    /** A condition did not come true. */
    private static final class Overdue extends Exception {
        private static final long serialVersionUID = 1;

        Overdue(String what) {
            super("overdue: " + what);
        }
    }

    /** The first tick at which it is true. */
    private long await(int seconds, String what, TickTest test) throws Exception {
        long deadline = System.nanoTime() + seconds * 1_000_000_000L;
        long tick = System.nanoTime() / Sample.GRID_NANOS;
        while (System.nanoTime() < deadline) {
            if (!members.stream().allMatch(Member::isAlive)) {
                throw new IOException("a peer has ended; its log is gone with it: run it by hand");
            }
            long newest = newestTick();
            for (; tick <= newest; tick++) {
                if (options.progress() && tick % (1_000_000_000 / Sample.GRID_NANOS) == 0) {
                    print(tick);
                }
                if (test.test(tick)) {
                    return tick;
                }
            }
            Thread.sleep(20);
        }
        throw new Overdue(what);
    }

    /** The newest tick that all have reached. */
    private long newestTick() {
        return members.stream()
                .mapToLong(member -> member.newest().map(Sample::tick).orElse(0L))
                .min()
                .orElse(0);
    }

    /** Of the samples of one tick; where a peer skipped it, of its last before. */
    private long sum(long tick, ToLongFunction<Sample> what) {
        return each(tick, what).stream().mapToLong(Long::longValue).sum();
    }

    private List<Long> each(long tick, ToLongFunction<Sample> what) {
        return members.stream()
                .map(member -> at(member, tick).map(what::applyAsLong).orElse(0L))
                .toList();
    }

    private static Optional<Sample> at(Member member, long tick) {
        for (long earlier = tick; earlier > tick - 200; earlier--) {
            Optional<Sample> sample = member.at(earlier);
            if (sample.isPresent()) {
                return sample;
            }
        }
        return Optional.empty();
    }

    /** Ports below the ephemeral ones, which an outgoing connection could take before a JVM binds them. */
    private static List<Integer> freePorts() {
        Random random = new Random();
        Set<Integer> free = new LinkedHashSet<>();
        while (free.size() < PEERS) {
            int port = 20_000 + random.nextInt(12_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                free.add(probe.getLocalPort());
            } catch (IOException taken) {
                // The next one may be free.
            }
        }
        return List.copyOf(free);
    }
}
