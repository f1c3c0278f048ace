package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.internal.peer.PeerCommand;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Elections come and go on one node, the only voter. */
class IdleElectionsTest {

    /** With a short election timeout, since an election that is joined again may wait for twelve of them. */
    private final NodeFixture lone =
            new NodeFixture(new NodeEnvironment.Elections(), Duration.ofMillis(200), NodeFixture.ANNA);

    @AfterEach
    void close() {
        lone.close();
    }

    private CompletableFuture<Done> leave(String election) {
        CompletableFuture<Done> done = new CompletableFuture<>();
        lone.tell(election, new PeerCommand.Resign(done));
        return done;
    }

    private Set<ElectionName> known() {
        return lone.environment.elections().names();
    }

    @Test
    void anElectionThatWasLeftKeepsOnlyItsBallot() {
        lone.stand("orders");
        lone.awaitLeading("orders");

        CompletableFuture<Done> left = leave("orders");

        await().atMost(20, SECONDS).until(left::isDone);
        await().atMost(20, SECONDS).until(() -> known().isEmpty());
        assertThat(lone.store.ballots()).containsOnlyKeys(new ElectionName("orders"));
        assertThat(lone.seenOf("orders")).contains("dismissed 1 WITHDRAWN", "ended 1", "stopped");
        assertThat(lone.environment
                        .elections()
                        .view(new ElectionName("orders"))
                        .sight()
                        .leader())
                .isEmpty();
    }

    @Test
    void anElectionThatIsJoinedAgainGoesOnAboveItsFormerTerms() {
        lone.stand("orders");
        lone.awaitLeading("orders");
        long first = lone.lease("orders").orElseThrow().term();
        CompletableFuture<Done> left = leave("orders");
        await().atMost(20, SECONDS).until(() -> left.isDone() && known().isEmpty());

        lone.stand("orders");
        lone.awaitLeading("orders");

        assertThat(lone.lease("orders").orElseThrow().term()).isGreaterThan(first);
    }

    /**
     * The command arrives before the peer asks to end, while it asks, or when it has ended: each of the elections is joined
     * again a millisecond later after its end than the one before it.
     */
    @Test
    void commandsToAPeerThatIsEndingAreNeverLost() {
        List<String> elections =
                IntStream.range(0, 40).mapToObj(number -> "orders-" + number).toList();
        elections.forEach(lone::stand);
        elections.forEach(lone::awaitLeading);
        AtomicLongArray leftAt = new AtomicLongArray(elections.size());
        CompletableFuture<?>[] left = IntStream.range(0, elections.size())
                .mapToObj(number -> leave(elections.get(number)).thenRun(() -> leftAt.set(number, System.nanoTime())))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(left).orTimeout(20, SECONDS).join();
        for (int number = 0; number < elections.size(); number++) {
            long at = leftAt.get(number) + lone.settings.electionNanos() + (number - 20) * 1_000_000L;
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(20, SECONDS)
                    .until(() -> System.nanoTime() >= at);
            lone.stand(elections.get(number));
        }
        elections.forEach(lone::awaitLeading);
    }
}
