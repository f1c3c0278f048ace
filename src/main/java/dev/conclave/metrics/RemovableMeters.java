package dev.conclave.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;

/** Creates meters with given tags and remembers them, so that they can be removed from the registry again. */
final class RemovableMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Made made;

    /** The created meters, in parts that can be removed separately. */
    private static final class Made {
        private final Queue<Meter> meters = new ConcurrentLinkedQueue<>();
        /** Strong references, since a registry refers only weakly to the objects that supply values. */
        private final Queue<DoubleSupplier> asked = new ConcurrentLinkedQueue<>();

        private final Queue<Made> parts = new ConcurrentLinkedQueue<>();

        void removeFrom(MeterRegistry registry) {
            List.copyOf(parts).forEach(part -> part.removeFrom(registry));
            parts.clear();
            new ArrayList<>(meters).forEach(registry::remove);
            meters.clear();
            asked.clear();
        }
    }

    RemovableMeters(MeterRegistry registry, Tags tags) {
        this(registry, tags, new Made());
    }

    private RemovableMeters(MeterRegistry registry, Tags tags, Made made) {
        this.registry = registry;
        this.tags = tags;
        this.made = made;
    }

    /** Returns an instance with an additional tag. */
    RemovableMeters with(String key, String value) {
        return new RemovableMeters(registry, tags.and(key, value), made);
    }

    /** Returns an instance with an additional tag; its {@link #removeAll} removes only the meters created by it. */
    RemovableMeters part(String key, String value) {
        Made part = new Made();
        made.parts.add(part);
        return new RemovableMeters(registry, tags.and(key, value), part);
    }

    Counter counter(String name, String description) {
        return own(Counter.builder(name).description(description).tags(tags).register(registry));
    }

    /** Creates a counter whose value is kept elsewhere and read on demand. */
    void counter(String name, String description, DoubleSupplier count) {
        made.asked.add(count);
        own(FunctionCounter.builder(name, count, DoubleSupplier::getAsDouble)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    Timer timer(String name, String description) {
        return own(Timer.builder(name).description(description).tags(tags).register(registry));
    }

    /** Creates a gauge whose value is read on demand. */
    void gauge(String name, String description, DoubleSupplier value) {
        own(Gauge.builder(name, value::getAsDouble)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    /** Creates a gauge of a time in seconds, read on demand. */
    void secondsGauge(String name, String description, DoubleSupplier seconds) {
        own(Gauge.builder(name, seconds::getAsDouble)
                .description(description)
                .baseUnit("seconds")
                .tags(tags)
                .register(registry));
    }

    /** Creates a counter of seconds, read on demand. */
    void secondsCounter(String name, String description, DoubleSupplier seconds) {
        made.asked.add(seconds);
        own(FunctionCounter.builder(name, seconds, DoubleSupplier::getAsDouble)
                .description(description)
                .baseUnit("seconds")
                .tags(tags)
                .register(registry));
    }

    private <M extends Meter> M own(M meter) {
        made.meters.add(meter);
        return meter;
    }

    void removeAll() {
        made.removeFrom(registry);
    }
}
