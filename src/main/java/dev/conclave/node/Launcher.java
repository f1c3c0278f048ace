package dev.conclave.node;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Starts the peers of a demo. */
interface Launcher extends AutoCloseable {

    /**
     * Starts a peer, for the first time or again with what it remembers.
     *
     * @param voters all peers
     * @param lines is told what the peer writes on standard output
     */
    Child launch(PeerId peer, List<PeerId> voters, Consumer<String> lines) throws IOException;

    /** Keeps what may tell why something went wrong, and says where. */
    String keepTraces();

    /** Leaves nothing behind: no process, and no file unless the traces are to be kept. */
    @Override
    void close();

    /**
     * Waits until all of these have ended.
     *
     * @throws Trouble if one has not in time
     */
    static void awaitEnd(Collection<Child> leaving, Duration patience) throws Trouble, InterruptedException {
        try {
            CompletableFuture.allOf(leaving.stream()
                            .map(child -> child.ended().toCompletableFuture())
                            .toArray(CompletableFuture<?>[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new Trouble("a peer did not end in " + Words.millis(patience), e);
        }
    }

    /** A running peer. */
    interface Child {

        /** Ends it without any warning, as SIGKILL does. */
        void kill();

        /** Asks it to end, as SIGTERM does. */
        void terminate();

        /** Stops it where it is, as SIGSTOP does. */
        void freeze() throws IOException;

        /** Lets it go on, as SIGCONT does. */
        void thaw() throws IOException;

        /** Asks it to let another lead. */
        void handOver() throws IOException;

        /** Lets it hand over and leave. */
        void leave();

        /** When it has ended and its last line was told. */
        CompletionStage<?> ended();

        /** The last thing that it said to people. */
        String lastWords();
    }
}
