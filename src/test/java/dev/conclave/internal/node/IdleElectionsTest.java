package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.internal.peer.PeerCommand;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Elections come and go on one node, the only voter. */
class IdleElectionsTest {

    private final NodeFixture lone = new NodeFixture(NodeFixture.ANNA);

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

    /** The command arrives before the peer asks to end, while it asks, or when it has ended. */
    @Test
    void commandsToAPeerThatIsEndingAreNeverLost() {
        lone.stand("orders");
        lone.awaitLeading("orders");
        IntStream.range(0, 40).forEach(round -> {
            CompletableFuture<Done> left = leave("orders");
            await().atMost(20, SECONDS).until(left::isDone);
            long wait = lone.settings.electionNanos() + (round - 20) * 1_000_000L;
            long until = System.nanoTime() + wait;
            await().pollDelay(java.time.Duration.ZERO)
                    .pollInterval(java.time.Duration.ofMillis(1))
                    .atMost(20, SECONDS)
                    .until(() -> System.nanoTime() >= until);
            lone.stand("orders");
            lone.awaitLeading("orders");
        });

        assertThat(lone.leads("orders")).isTrue();
    }
}
