package dev.conclave.metrics;

import akka.actor.typed.ActorSystem;
import dev.conclave.internal.node.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.Supplier;

/**
 * Registers the meters of the node of an actor system with Micrometer: {@code new ConclaveMetrics(system).bindTo(registry)}.
 *
 * <p>{@value MetersByElection#MOST} elections at a time have meters of their own: an election that the node has left makes room
 * for another one. Further elections are counted together under the name {@code (others)}, and the elections behind leases under
 * {@code (leases)}. The meters are removed from the registry when the actor system has ended. All methods may be called from any
 * thread. The registry is only called on Akka's dispatcher for blocking calls, a quarter of a second after an
 * event: a slow registry does not delay elections, and events that it cannot take in are dropped and counted.
 */
public final class ConclaveMetrics implements MeterBinder {

    private final ActorSystem<?> system;
    private final Tags tags;

    /**
     * Creates metrics without additional tags.
     *
     * @param system the actor system whose node is measured; without {@code conclave.voters} there is nothing to measure
     */
    public ConclaveMetrics(ActorSystem<?> system) {
        this(system, Tags.empty());
    }

    /**
     * Creates metrics with tags for every meter, which distinguish several nodes in one registry.
     *
     * @param system the actor system whose node is measured; without {@code conclave.voters} there is nothing to measure
     * @param tags the tags
     */
    public ConclaveMetrics(ActorSystem<?> system, Iterable<Tag> tags) {
        this.system = system;
        this.tags = Tags.of(tags);
    }

    /**
     * Starts to measure the node. Earlier events are not counted; gauges show the current state.
     *
     * @param registry the registry for the meters
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        Telemetry telemetry = Telemetry.get(system);
        NodeMeters meters =
                new NodeMeters(new RemovableMeters(registry, tags), telemetry.elections()::view, telemetry.leases());
        telemetry.instruments().fit(meters, system);
        telemetry.status().thenAccept(meters::begun);
        telemetry.singletons().forEach(meters::singletonBegun);
        telemetry.elections().names().forEach(election -> meters.begun(election, System.nanoTime()));
        system.getWhenTerminated().whenComplete((done, failure) -> {
            telemetry.instruments().remove(meters);
            meters.close();
        });
    }

    /**
     * Lets {@code GET /metrics} of Conclave's own HTTP server ({@code conclave.http.port}) answer with the text of a registry.
     *
     * @param text returns the text in the format of Prometheus, such as {@code PrometheusMeterRegistry::scrape}; called on a thread
     *     of that server
     */
    public void answerScrapes(Supplier<String> text) {
        Telemetry.get(system).metrics(text);
    }
}
