package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.EventText;
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
public interface PeerLauncher extends AutoCloseable {

    /**
     * Starts a peer, for the first time or again with its data directory.
     *
     * @param voters all peers
     * @param lines receives the lines that the peer writes on standard output
     */
    Child launch(PeerId peer, List<PeerId> voters, Consumer<String> lines) throws IOException;

    /** Keeps the files of the peers for an investigation, and returns their directory. */
    String keepTraces();

    /** Ends all processes, and deletes their files unless they are to be kept. */
    @Override
    void close();

    /**
     * Waits until all of these have ended.
     *
     * @throws CliException if one has not ended in time
     */
    static void awaitEnd(Collection<Child> leaving, Duration patience) throws CliException, InterruptedException {
        try {
            CompletableFuture.allOf(leaving.stream()
                            .map(child -> child.ended().toCompletableFuture())
                            .toArray(CompletableFuture<?>[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new CliException("a peer did not end in " + EventText.millis(patience), e);
        }
    }

    /** A running peer of the demo. */
    interface Child {

        /** Kills the process, like SIGKILL. */
        void kill();

        /** Asks the process to end, like SIGTERM. */
        void terminate();

        /** Stops the process, like SIGSTOP. */
        void freeze() throws IOException;

        /** Resumes the process, like SIGCONT. */
        void thaw() throws IOException;

        /** Asks the peer to hand over. */
        void handOver() throws IOException;

        /** Lets the peer hand over and shut down. */
        void leave();

        /** Completes when the process has ended and its last line was read. */
        CompletionStage<?> ended();

        /** Returns the last line of the peer's log. */
        String lastWords();
    }
}
