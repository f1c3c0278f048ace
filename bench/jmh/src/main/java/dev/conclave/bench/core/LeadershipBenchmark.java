package dev.conclave.bench.core;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionStatus;
import dev.conclave.Leadership;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The price that an application pays for asking for the leader, on a node that leads (alone, so that it is the only process). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LeadershipBenchmark {

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private ActorSystem<Void> system;
    private Path directory;
    private Election election;
    private Leadership kept;

    /** A node that leads. */
    @Setup
    public void lead() throws IOException {
        directory = Files.createTempDirectory("conclave-bench-");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        String self = "127.0.0.1:" + port;
        system = ActorSystem.create(
                Behaviors.empty(),
                "bench",
                ConfigFactory.parseMap(Map.of(
                                "akka.actor.provider",
                                "cluster",
                                "akka.loglevel",
                                "WARNING",
                                "akka.remote.artery.canonical.hostname",
                                "127.0.0.1",
                                "akka.remote.artery.canonical.port",
                                port,
                                "akka.cluster.seed-nodes",
                                List.of("akka://bench@" + self),
                                "conclave.voters",
                                List.of(self),
                                "conclave.data-dir",
                                directory.toString()))
                        .withFallback(ConfigFactory.load()));
        election = Conclave.get(system).join("bench");
        election.stand();
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (election.leadership().isEmpty()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("a node that is its only voter does not lead");
            }
            LockSupport.parkNanos(10_000_000);
        }
        kept = election.leadership().orElseThrow();
    }

    /** Ends it. */
    @TearDown
    public void end() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Who leads, as a handle. */
    @Benchmark
    public ElectionStatus status() {
        return election.status();
    }

    /** May I, right now? */
    @Benchmark
    public boolean leadershipHolds() {
        return election.leadership().isPresent();
    }

    /** The same of a handle that was kept. */
    @Benchmark
    public boolean keptHolds() {
        return kept.holds();
    }

    /** The part of it that reading the two clocks takes. */
    @Benchmark
    public long theTwoClocks() {
        return System.nanoTime() + System.currentTimeMillis();
    }
}
