package dev.conclave.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;

/** Makes meters under some tags, and remembers which, so that they can be taken out of the registry again. */
final class OwnMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Queue<Meter> made;
    /** A registry holds what it asks for a sum only weakly. */
    private final Queue<DoubleSupplier> asked;

    OwnMeters(MeterRegistry registry, Tags tags) {
        this(registry, tags, new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    }

    private OwnMeters(MeterRegistry registry, Tags tags, Queue<Meter> made, Queue<DoubleSupplier> asked) {
        this.registry = registry;
        this.tags = tags;
        this.made = made;
        this.asked = asked;
    }

    /** The same, with one tag more. */
    OwnMeters with(String key, String value) {
        return new OwnMeters(registry, tags.and(key, value), made, asked);
    }

    Counter counter(String name, String description) {
        return own(Counter.builder(name).description(description).tags(tags).register(registry));
    }

    Timer timer(String name, String description) {
        return own(Timer.builder(name).description(description).tags(tags).register(registry));
    }

    /** A value that is read when somebody asks for it. */
    void gauge(String name, String description, DoubleSupplier value) {
        own(Gauge.builder(name, value::getAsDouble)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    /** A time in seconds that is read when somebody asks for it. */
    void secondsGauge(String name, String description, DoubleSupplier seconds) {
        own(Gauge.builder(name, seconds::getAsDouble)
                .description(description)
                .baseUnit("seconds")
                .tags(tags)
                .register(registry));
    }

    /** A sum of times in seconds that only grows. */
    void secondsCounter(String name, String description, DoubleSupplier seconds) {
        asked.add(seconds);
        own(FunctionCounter.builder(name, seconds, DoubleSupplier::getAsDouble)
                .description(description)
                .baseUnit("seconds")
                .tags(tags)
                .register(registry));
    }

    private <M extends Meter> M own(M meter) {
        made.add(meter);
        return meter;
    }

    void removeAll() {
        made.forEach(registry::remove);
        made.clear();
        asked.clear();
    }
}
