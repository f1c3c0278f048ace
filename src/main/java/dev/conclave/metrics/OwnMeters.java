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

/** Makes meters under some tags, and remembers which, so that they can be taken out of the registry again. */
final class OwnMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Made made;

    /** What was made, in parts that can be taken out by themselves. */
    private static final class Made {
        private final Queue<Meter> meters = new ConcurrentLinkedQueue<>();
        /** A registry refers only weakly to what it asks for a value. */
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

    OwnMeters(MeterRegistry registry, Tags tags) {
        this(registry, tags, new Made());
    }

    private OwnMeters(MeterRegistry registry, Tags tags, Made made) {
        this.registry = registry;
        this.tags = tags;
        this.made = made;
    }

    /** The same, with one tag more. */
    OwnMeters with(String key, String value) {
        return new OwnMeters(registry, tags.and(key, value), made);
    }

    /** With one tag more; {@link #removeAll} of the result takes out what was made with it, and nothing else. */
    OwnMeters part(String key, String value) {
        Made part = new Made();
        made.parts.add(part);
        return new OwnMeters(registry, tags.and(key, value), part);
    }

    Counter counter(String name, String description) {
        return own(Counter.builder(name).description(description).tags(tags).register(registry));
    }

    /** A count that is kept elsewhere, and read when somebody asks for it. */
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
