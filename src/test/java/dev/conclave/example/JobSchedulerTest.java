package dev.conclave.example;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs run on one node, and continue on another when that node stops. */
class JobSchedulerTest {

    private static final String SETTINGS = """
            akka.actor.serialization-bindings {
              "dev.conclave.example.JobScheduler$RunNow" = jackson-cbor
              "dev.conclave.example.JobScheduler$Ran" = jackson-cbor
            }
            """;

    @TempDir
    Path directory;

    private record Run(PeerId node, String job, long token) {}

    @Test
    void jobsRunOnOneNodeAndContinueOnAnotherWithAHigherToken() {
        Queue<Run> runs = new ConcurrentLinkedQueue<>();
        Map<PeerId, ActorRef<JobScheduler.Command>> schedulers = new HashMap<>();
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            for (PeerId peer : cluster.voters()) {
                TestCluster.Node node = cluster.join(peer);
                schedulers.put(
                        peer,
                        JobScheduler.init(
                                node.system(),
                                Map.of("clean up", Duration.ofMillis(20)),
                                (job, token) -> runs.add(new Run(peer, job, token))));
            }
            await().atMost(30, SECONDS).until(() -> runs.size() >= 3);
            Run first = runs.element();
            assertThat(runs).allMatch(run -> run.node().equals(first.node()) && run.token() == first.token());

            TestCluster.Node elsewhere = cluster.nodes().stream()
                    .filter(node -> !node.id().equals(first.node()))
                    .findFirst()
                    .orElseThrow();
            JobScheduler.Ran ran = AskPattern.<JobScheduler.Command, JobScheduler.Ran>ask(
                            schedulers.get(elsewhere.id()),
                            replyTo -> new JobScheduler.RunNow("report", replyTo),
                            Duration.ofSeconds(30),
                            elsewhere.system().scheduler())
                    .toCompletableFuture()
                    .join();
            assertThat(ran).isEqualTo(new JobScheduler.Ran("report", first.token()));

            cluster.nodes().stream()
                    .filter(node -> node.id().equals(first.node()))
                    .findFirst()
                    .ifPresent(cluster::stop);
            await().atMost(30, SECONDS)
                    .until(() -> runs.stream().anyMatch(run -> !run.node().equals(first.node())));
            assertThat(runs)
                    .allMatch(run -> run.node().equals(first.node())
                            ? run.token() == first.token()
                            : run.token() > first.token());
        }
    }
}
