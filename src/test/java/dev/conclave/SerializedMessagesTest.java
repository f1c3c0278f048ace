package dev.conclave;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.coordination.lease.javadsl.LeaseProvider;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code akka.actor.serialize-messages = on}, as tests of an application may have it, Conclave works as without. */
class SerializedMessagesTest {

    @TempDir
    Path directory;

    @Test
    void electionsSingletonsAndLeasesWorkWhereEveryMessageIsSerialized() throws Exception {
        String settings = "akka.actor.serialize-messages = on\nconclave.rehearsal = off";
        try (TestCluster cluster = TestCluster.of(2, directory, settings)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            leader.election().handOver().toCompletableFuture().get(30, SECONDS);
            cluster.awaitLeader();

            ConcurrentLinkedQueue<String> arrived = new ConcurrentLinkedQueue<>();
            List<ActorRef<String>> references = new ArrayList<>();
            for (TestCluster.Node node : cluster.nodes()) {
                references.add(ElectedSingleton.get(node.system())
                        .init(ElectedActor.of(
                                leadership -> Behaviors.receiveMessage(text -> {
                                    arrived.add(text);
                                    return Behaviors.same();
                                }),
                                "singleton")));
            }
            references.get(0).tell("one");
            references.get(1).tell("two");
            await().atMost(30, SECONDS).until(() -> arrived.size() == 2);

            await().atMost(30, SECONDS)
                    .until(() -> LeaseProvider.get(Adapter.toClassic(leader.system()))
                            .getLease("lease", "conclave.lease", "owner")
                            .acquire()
                            .toCompletableFuture()
                            .get(30, SECONDS));
        }
    }
}
