package dev.conclave.internal.settings;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ConfigValidation;
import akka.cluster.Invalid;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.artery.TestCluster;
import dev.conclave.logging.LogLines;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** A node with other voters, H, E or rho cannot join the cluster. */
class AgreedSettingsCheckTest {

    private static final String VOTERS = "conclave.voters = [\"a:1\", \"b:1\", \"c:1\"]\n";

    @TempDir
    Path directory;

    private static Config node(String settings) {
        return ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString(VOTERS))
                .withFallback(ConfigFactory.load());
    }

    /** The errors of a join with these settings; the joining node sends only the keys that the check requires. */
    private static List<String> refusals(Config joining, Config cluster) {
        AgreedSettingsCheck check = new AgreedSettingsCheck();
        Config sent = CollectionConverters.asJava(check.requiredKeys()).stream()
                .filter(joining::hasPath)
                .map(key -> joining.withOnlyPath(key))
                .reduce(ConfigFactory.empty(), Config::withFallback);
        ConfigValidation verdict = check.check(sent, cluster);
        return verdict instanceof Invalid invalid
                ? CollectionConverters.asJava(invalid.errorMessages()).stream().toList()
                : List.of();
    }

    @Test
    void aNodeWithTheSameSettingsInAnyOrderAndNotationMayJoin() {
        Config other = node("""
                conclave.voters = ["C:1", "b:1", "a:1"]
                conclave.election-timeout = 1000ms
                conclave.heartbeat-interval = 0.2s
                conclave.max-clock-drift = 1e-2
                conclave.stop-margin = 1ms
                """);
        assertThat(refusals(other, node(""))).isEmpty();
    }

    @Test
    void theRefusalNamesEachDifferentSettingWithBothValues() {
        Config other = node("""
                conclave.voters = ["a:1", "b:1", "d:1"]
                conclave.election-timeout = 500ms
                conclave.heartbeat-interval = 100ms
                conclave.max-clock-drift = 0.02
                """);
        assertThat(refusals(other, node("")))
                .hasSize(4)
                .anySatisfy(why -> assertThat(why)
                        .startsWith("conclave.voters is [a:1, b:1, d:1] on that node and [a:1, b:1, c:1] here"))
                .anySatisfy(why -> assertThat(why)
                        .startsWith("conclave.election-timeout is 500.0 ms on that node and 1000.0 ms here"))
                .anySatisfy(why -> assertThat(why).startsWith("conclave.heartbeat-interval is 100.0 ms on that node"))
                .anySatisfy(why -> assertThat(why).startsWith("conclave.max-clock-drift is 0.02 on that node"))
                .allSatisfy(why -> assertThat(why).contains("must be the same on all nodes"));
    }

    @Test
    void theJoinCheckIgnoresSettingsThatMayDiffer() {
        // The margin of this node would be too large under the other's E; the check does not report that.
        assertThat(refusals(node("conclave.election-timeout = 450ms"), node("conclave.stop-margin = 500ms")))
                .singleElement()
                .asString()
                .startsWith("conclave.election-timeout is 450.0 ms on that node");
    }

    @Test
    void aDormantNodeMayJoinAndBeJoined() {
        Config dormant = node("conclave.voters = []");
        assertThat(refusals(dormant, node(""))).isEmpty();
        assertThat(refusals(node(""), dormant)).isEmpty();
        assertThat(refusals(node("").withoutPath("conclave"), node(""))).isEmpty();
    }

    @Test
    void aNodeWithInvalidSettingsIsRefusedWithTheReason() {
        assertThat(refusals(node("conclave.heartbeat-interval = 2s"), node("")))
                .singleElement()
                .asString()
                .contains("conclave.heartbeat-interval (2000ms) is not below half of conclave.election-timeout");
    }

    @Test
    void aNodeWithDifferentSettingsIsRefusedByTheClusterAndStops() {
        TestCluster cluster = TestCluster.of(2, directory);
        ActorSystem<Void> first = system(cluster, 0, "");
        ActorSystem<Void> second = system(cluster, 1, "conclave.election-timeout = 2s");
        try {
            Cluster there = Cluster.get(first);
            there.manager().tell(Join.create(there.selfMember().address()));
            await().atMost(20, SECONDS).until(() -> there.selfMember().status().equals(MemberStatus.up()));
            try (LogLines lines = LogLines.of("akka.cluster")) {
                Cluster.get(second)
                        .manager()
                        .tell(new JoinSeedNodes(List.of(there.selfMember().address())));
                await().atMost(30, SECONDS).until(() -> second.whenTerminated().isCompleted());
                assertThat(lines.soFar())
                        .anySatisfy(line -> assertThat(line)
                                .contains("conclave.election-timeout is 2000.0 ms on that node and 1000.0 ms here"));
            }
            assertThat(there.state().getMembers()).hasSize(1);
        } finally {
            first.terminate();
            second.terminate();
            await().atMost(30, SECONDS)
                    .until(() -> first.whenTerminated().isCompleted()
                            && second.whenTerminated().isCompleted());
        }
    }

    private static ActorSystem<Void> system(TestCluster cluster, int voter, String settings) {
        return ActorSystem.create(
                Behaviors.empty(),
                "test",
                ConfigFactory.parseString(settings)
                        .withFallback(cluster.configOf(cluster.voters().get(voter))));
    }
}
