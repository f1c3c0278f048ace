package dev.conclave.cluster.kubernetes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.build.Manifests;
import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Needs;
import dev.conclave.judge.EventLog;
import dev.conclave.judge.Judge;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The manifests below {@code deploy/kubernetes}, with processes for pods, and this test for kubelet and controllers. */
@Tag("soak")
@Timeout(600)
@Needs(Machine.PODS)
class KubernetesIT {

    /** Two election timeouts, and what a busy machine needs besides. */
    private static final Duration LONGEST_WITHOUT_A_LEADER = Duration.ofSeconds(4);

    private static final String OF_VOTERS = "default";

    private final Path home;
    private final PodNetwork network;
    private final StatefulSet set;
    private final Deployment workers;
    private final List<Pod> voters;
    private final List<Pod> candidates;
    private final ScheduledExecutorService balancer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong lastLeaderAt = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();

    KubernetesIT() throws IOException {
        // Not below /tmp, over which each pod mounts a volume.
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "kubernetes");
        Manifests manifests = Manifests.read("voters.yaml", "workers.yaml");
        set = manifests.only(StatefulSet.class);
        workers = manifests.only(Deployment.class);
        Path settings = Files.writeString(
                home.resolve("application.conf"),
                manifests.only(ConfigMap.class).getData().get("application.conf"));
        Pod.Image image = new Pod.Image(image(), Manifests.entryPoint(), settings);
        network = new PodNetwork(home.resolve("hosts"));
        voters = pods(
                set.getMetadata().getName(),
                set.getSpec().getTemplate(),
                set.getSpec().getReplicas(),
                image);
        candidates = pods(
                workers.getMetadata().getName(),
                workers.getSpec().getTemplate(),
                workers.getSpec().getReplicas(),
                image);
    }

    /** The image's files, as its build copies them. */
    private Path image() throws IOException {
        Path files = Files.createDirectory(home.resolve("image"));
        Path jar = Path.of(Objects.requireNonNull(System.getProperty("conclave.node.jar"), "no -Dconclave.node.jar"));
        for (String source : Manifests.imageFiles()) {
            Path file = source.startsWith("target/")
                    ? jar.resolveSibling(Path.of(source).getFileName())
                    : Path.of(source);
            // With its time, since the archive of classes fits only that jar.
            Files.copy(file, files.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return files;
    }

    private List<Pod> pods(String name, PodTemplateSpec template, int count, Pod.Image image) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Pod(name + "-" + i, template, network, home.resolve(name + "-" + i), image))
                .toList();
    }

    @AfterEach
    void endAll() throws InterruptedException, IOException {
        balancer.shutdownNow();
        for (Pod pod : all()) {
            pod.kill();
        }
        network.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private List<Pod> all() {
        return Stream.concat(voters.stream(), candidates.stream()).toList();
    }

    private void publish(Pod voter) {
        network.publish(voter.name() + "." + set.getSpec().getServiceName(), voter.address());
    }

    /** Asks the voters, again and again, which of them leads, and notes the longest time without an answer. */
    private void watchTheLeader() {
        lastLeaderAt.set(System.nanoTime());
        var unused = balancer.scheduleWithFixedDelay(
                () -> {
                    long now = System.nanoTime();
                    if (voters.stream().anyMatch(voter -> voter.leads(OF_VOTERS))) {
                        lastLeaderAt.set(System.nanoTime());
                    } else {
                        longestGap.accumulateAndGet(now - lastLeaderAt.get(), Math::max);
                    }
                },
                0,
                50,
                MILLISECONDS);
    }

    @Test
    void votersStartTogetherAndARollingRestartLeavesAMajorityAtEveryInstant() throws IOException, InterruptedException {
        for (Pod voter : voters) {
            voter.start();
        }
        await().atMost(60, SECONDS).until(() -> voters.stream().allMatch(Pod::hasStarted));
        assertThat(voters).as("no name resolves yet").noneMatch(Pod::isReady);
        voters.forEach(this::publish);
        await().atMost(60, SECONDS).until(() -> voters.stream().allMatch(Pod::isReady));
        assertThat(voters).allMatch(Pod::isLive);
        for (Pod voter : voters) {
            Long user =
                    set.getSpec().getTemplate().getSpec().getSecurityContext().getRunAsUser();
            assertThat(voter.status())
                    .containsEntry("Uid", String.join("\t", Collections.nCopies(4, String.valueOf(user))))
                    .containsEntry("CapEff", "0000000000000000")
                    .containsEntry("NoNewPrivs", "1");
            assertThat(voter.hasReadOnlyRoot()).isTrue();
        }
        Pod first = voters.get(0);
        assertThat(first.ask("/conclave/status", Duration.ofSeconds(5), Map.of()))
                .isEqualTo(401);
        assertThat(first.ask("/metrics", Duration.ofSeconds(5), Map.of("Authorization", "Bearer " + Pod.TOKEN)))
                .isEqualTo(200);

        for (Pod worker : candidates) {
            worker.start();
        }
        String election = "orders";
        await().atMost(60, SECONDS).until(() -> candidates.stream().allMatch(Pod::isReady));
        await().atMost(60, SECONDS)
                .until(() -> candidates.stream()
                                .filter(worker -> worker.leads(election))
                                .count()
                        == 1);
        assertThat(voters).as("they vote and do not stand").noneMatch(voter -> voter.leads(election));

        watchTheLeader();
        for (int i = voters.size() - 1; i >= 0; i--) {
            Pod voter = voters.get(i);
            voter.terminate();
            voter.start();
            // The name still has the former address.
            await().atMost(60, SECONDS).until(voter::hasStarted);
            publish(voter);
            await().atMost(60, SECONDS).until(voter::isReady);
            long readyAt = System.nanoTime();
            long readyFor = SECONDS.toNanos(set.getSpec().getMinReadySeconds());
            await().atMost(120, SECONDS).until(() -> System.nanoTime() - readyAt > readyFor);
            assertThat(voters).as("before the next one is taken").allMatch(Pod::isReady);
        }
        assertThat(Duration.ofNanos(longestGap.get()))
                .as("the longest time without a leader")
                .isLessThan(LONGEST_WITHOUT_A_LEADER);

        for (Pod worker : candidates) {
            worker.terminate();
        }
        for (Pod voter : voters) {
            voter.terminate();
        }
        List<Path> events = new ArrayList<>();
        all().forEach(pod -> events.addAll(pod.events()));
        assertThat(Judge.judge(EventLog.read(events).events()).violations()).isEmpty();
    }
}
