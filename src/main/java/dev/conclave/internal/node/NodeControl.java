package dev.conclave.internal.node;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.electorate.Wish;
import dev.conclave.internal.telemetry.ChangeHistory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The view of a node that operators have, and their commands to it. All methods may be called from any thread, and none waits. */
public interface NodeControl {

    /** The name of the node. */
    PeerId self();

    /** Reads the state of the node. */
    StatusReader reader();

    /** The last changes of the node's elections. */
    ChangeHistory changes();

    /** How many streams of events are open, whichever server serves them. */
    AtomicInteger eventStreams();

    /** Why the node is not ready to serve; empty if it is. */
    Optional<String> whyNotReady();

    /** Completes on the protocol's thread, which shows that it works. */
    CompletionStage<Done> ping();

    /**
     * Hands over an election that this node leads.
     *
     * @param by the cause, in words
     * @return completes when this node no longer leads; fails with one sentence if it does not hand over
     */
    CompletionStage<Done> handOver(ElectionName election, Optional<PeerId> to, String by);

    /**
     * Makes this node a candidate.
     *
     * @param by the cause, in words
     * @throws IllegalStateException if the application has not joined the election here, or if it is one of a lease
     */
    void stand(ElectionName election, String by);

    /**
     * Makes this node an observer; if it leads, it hands over.
     *
     * @param by the cause, in words
     * @throws IllegalStateException if the application has not joined the election here, or if it is one of a lease
     */
    void withdraw(ElectionName election, String by);

    /**
     * Reads the register of an election at its leader (U5).
     *
     * @return fails with one sentence if no leader answers
     */
    CompletionStage<RegisterEntry> readRegister(ElectionName election);

    /**
     * Writes the register of an election that this node leads, and ends the leadership, so that the application begins with the
     * value.
     *
     * @param value empty to clear the register
     * @param replaces whether a value may be there already
     * @param by the cause, in words
     * @return completes with the version when a majority has the value; fails with one sentence, which says so if it is not known
     */
    CompletionStage<RegisterVersion> importRegister(
            ElectionName election, Optional<RegisterValue> value, boolean replaces, String by);

    /**
     * Drains this node.
     *
     * @param by the cause, in words
     * @return completes when it leads nothing
     */
    CompletionStage<Done> drain(String by);

    /**
     * Ends the drain.
     *
     * @param by the cause, in words
     */
    void undrain(String by);

    /**
     * Changes the electorate (E6).
     *
     * @param dryRun whether only the steps are wanted, and what would be refused now
     * @param by the cause, in words
     * @return completes when a majority obeys the last configuration, or with the steps of a dry run; fails with one sentence
     */
    CompletionStage<List<String>> wish(Wish wish, boolean dryRun, String by);

    /** The electorate as operators see it. */
    ElectorateReader electorate();

    /**
     * Changes the electorate as {@link #wish} does; {@link AskedChanges} shows how that ends, also if nothing waits for it.
     *
     * @param by the cause, in words
     */
    AskedChange change(Wish wish, String by);

    /**
     * A change of the electorate that this node was asked for.
     *
     * @param id its number in {@link AskedChanges}
     * @param done completes when a majority obeys the last configuration; fails with one sentence
     */
    record AskedChange(long id, CompletionStage<List<String>> done) {}

    /** Returns the text of Prometheus; empty if this process has none. */
    Optional<Supplier<String>> metrics();
}
