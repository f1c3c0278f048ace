package dev.conclave.node.run;

import akka.actor.typed.ActorSystem;
import dev.conclave.metrics.ConclaveMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/**
 * The meters of a node, of its JVM and of its process in Prometheus' text format. A scrape reads counters and fields, and takes no
 * lock that an election waits for. Thread-safe.
 */
public final class PrometheusMetrics {

    /** The content type of {@link #scrape}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics pauses = new JvmGcMetrics();
    private boolean measuresProcess;

    private PrometheusMetrics() {}

    /** Starts to count the events of the node of an actor system. When the system has ended, a scrape is empty. */
    public static PrometheusMetrics attach(ActorSystem<?> system) {
        PrometheusMetrics metrics = new PrometheusMetrics();
        ConclaveMetrics conclave = new ConclaveMetrics(system);
        conclave.bindTo(metrics.registry);
        conclave.answerScrapes(metrics::scrape);
        system.getWhenTerminated().whenComplete((done, failure) -> metrics.close());
        return metrics;
    }

    /** Returns the present values of all meters. */
    public String scrape() {
        measureProcess();
        return registry.scrape();
    }

    /** Measures JVM and process from the first scrape on, since loading the classes of JMX would slow down every start. */
    private synchronized void measureProcess() {
        if (measuresProcess || registry.isClosed()) {
            return;
        }
        measuresProcess = true;
        List<MeterBinder> process = List.of(
                new JvmMemoryMetrics(),
                pauses,
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics());
        process.forEach(binder -> binder.bindTo(registry));
    }

    private synchronized void close() {
        pauses.close();
        registry.clear();
        registry.close();
    }
}
