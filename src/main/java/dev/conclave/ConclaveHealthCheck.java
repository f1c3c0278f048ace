package dev.conclave;

import akka.actor.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A readiness check for Akka Management, which creates it by its class name:
 *
 * <pre>{@code
 * akka.management.health-checks.readiness-checks.conclave = "dev.conclave.ConclaveHealthCheck"
 * }</pre>
 *
 * <p>The settings below {@code conclave.health-check} define when a node is ready. Never use it as a liveness check: restarting a
 * node that knows no leader does not help, and fewer running nodes take longer to elect one.
 */
public final class ConclaveHealthCheck implements Supplier<CompletionStage<Boolean>> {

    private final ActorSystem system;

    /**
     * Called by Akka Management.
     *
     * @param system the actor system whose readiness is checked
     */
    public ConclaveHealthCheck(ActorSystem system) {
        this.system = system;
    }

    /**
     * Checks what this node knows at this moment, without waiting.
     *
     * @return true if this node is ready, or if Conclave is dormant
     */
    @Override
    public CompletionStage<Boolean> get() {
        return CompletableFuture.completedStage(
                Conclave.get(Adapter.toTyped(system)).isReady());
    }
}
