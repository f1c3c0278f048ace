package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.internal.peer.PeerActor;
import dev.conclave.internal.peer.PeerCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Elections are used once and never again, on one node, the only voter: the ballots stored for them are bounded (R6). */
class ForgettingElectionsTest {

    private static final int MOST = 200;
    private static final int WAVE = 100;
    private static final int LARGE_WAVE = 5_000;

    private final NodeFixture lone =
            new NodeFixture(new NodeEnvironment.Elections(MOST), Duration.ofMillis(200), NodeFixture.ANNA);

    @AfterEach
    void close() {
        lone.close();
    }

    /** Each election is led for a moment and left. */
    private void namesComeAndGo(int from, int to, int together) {
        for (int wave = from; wave < to; wave += together) {
            int end = Math.min(to, wave + together);
            for (int i = wave; i < end; i++) {
                lone.tell("lease/" + i, new PeerCommand.Stand());
            }
            int first = wave;
            await().atMost(60, SECONDS)
                    .until(() -> IntStream.range(first, end)
                            .allMatch(i -> lone.lease("lease/" + i).isPresent()));
            List<CompletableFuture<Done>> left = new ArrayList<>();
            for (int i = wave; i < end; i++) {
                CompletableFuture<Done> done = new CompletableFuture<>();
                left.add(done);
                lone.tell("lease/" + i, new PeerCommand.Resign(done));
            }
            CompletableFuture.allOf(left.toArray(new CompletableFuture<?>[0])).join();
            await().atMost(60, SECONDS)
                    .until(() -> lone.environment.elections().names().isEmpty());
        }
    }

    @Test
    void storedBallotsOfUnusedElectionsAreBoundedAndTheirTermsNeverGoBack() {
        lone.stand("orders");
        lone.awaitLeading("orders");
        long led = lone.lease("orders").orElseThrow().term();
        CompletableFuture<Done> left = new CompletableFuture<>();
        lone.tell("orders", new PeerCommand.Resign(left));
        left.join();

        namesComeAndGo(0, MOST + WAVE, WAVE);

        assertThat(lone.store.size()).isLessThanOrEqualTo(MOST);
        assertThat(lone.store.ballots()).doesNotContainKey(new ElectionName("orders"));
        Ballot begins = lone.store
                .ballot(new ElectionName("orders"))
                .toCompletableFuture()
                .join();
        assertThat(begins.term()).isGreaterThanOrEqualTo(led);
        assertThat(begins.votedFor()).isEmpty();
        lone.stand("orders");
        lone.awaitLeading("orders");
        assertThat(lone.lease("orders").orElseThrow().term()).isGreaterThan(led);
    }

    @Test
    @Tag("soak")
    void aMillionElectionNamesDoNotGrowTheHeap() {
        ((Logger) LoggerFactory.getLogger(PeerActor.class)).setLevel(Level.WARN);
        namesComeAndGo(0, 20_000, LARGE_WAVE);
        long before = heapBytes();
        namesComeAndGo(20_000, 1_000_000, LARGE_WAVE);
        long after = heapBytes();
        System.out.printf("a million names: %d MB of heap after 20,000, %d MB at the end%n", before >> 20, after >> 20);
        assertThat(lone.store.size()).isLessThanOrEqualTo(MOST);
        assertThat(after - before).isLessThan(30_000_000);
    }

    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
