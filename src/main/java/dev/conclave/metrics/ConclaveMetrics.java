package dev.conclave.metrics;

import akka.actor.typed.ActorSystem;
import dev.conclave.actor.Insight;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Measures the node of an actor system: {@code new ConclaveMetrics(system).bindTo(registry)}.
 *
 * <p>Each of the first {@value NodeMeters#MAX_ELECTIONS} elections that the node meets has meters of its own; what happens in
 * the others is counted together, under the name {@code (others)}. When the actor system has ended, its meters leave the
 * registry. All methods may be called from any thread.
 */
public final class ConclaveMetrics implements MeterBinder {

    private final ActorSystem<?> system;
    private final Tags tags;

    /**
     * With no tags of its own.
     *
     * @param system whose node is measured; without {@code conclave.voters} there is nothing to measure
     */
    public ConclaveMetrics(ActorSystem<?> system) {
        this(system, Tags.empty());
    }

    /**
     * With tags that every meter gets, which tell apart several nodes in one registry.
     *
     * @param system whose node is measured; without {@code conclave.voters} there is nothing to measure
     * @param tags the tags
     */
    public ConclaveMetrics(ActorSystem<?> system, Iterable<Tag> tags) {
        this.system = system;
        this.tags = Tags.of(tags);
    }

    /**
     * From now on the node is measured. What happened before counts for nothing, but for how things stand.
     *
     * @param registry where the meters are kept
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        Insight insight = Insight.get(system);
        NodeMeters meters = new NodeMeters(registry, tags, insight.elections());
        insight.instruments().fit(meters);
        system.getWhenTerminated().whenComplete((done, failure) -> {
            insight.instruments().remove(meters);
            meters.close();
        });
    }
}
