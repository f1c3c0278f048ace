package dev.conclave.metrics;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import dev.conclave.actor.Insight;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Measures the node of an actor system: {@code new ConclaveMetrics(system).bindTo(registry)}.
 *
 * <p>{@value MetersByElection#MOST} elections at a time have meters of their own: one that the node has forgotten makes room for
 * another. What happens in the others is counted together, under the name {@code (others)}, and what happens in the elections
 * behind leases under {@code (leases)}. When the actor system has ended, its meters leave the registry. All methods may be
 * called from any thread. The registry is only called on Akka's dispatcher for blocking calls: however slow it is, no election
 * waits for it, and what it cannot take in is left out and counted.
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
        NodeMeters meters = new NodeMeters(new OwnMeters(registry, tags), insight.elections()::view, insight.leases());
        // On a thread of its own kind: a registry may block, and then it holds up no more than itself.
        insight.instruments().fit(meters, system.dispatchers().lookup(DispatcherSelector.blocking()));
        insight.status().thenAccept(meters::begun);
        insight.singletons().forEach(meters::singletonBegun);
        insight.elections().names().forEach(election -> meters.begun(election, System.nanoTime()));
        system.getWhenTerminated().whenComplete((done, failure) -> {
            insight.instruments().remove(meters);
            meters.close();
        });
    }
}
