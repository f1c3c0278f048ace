package dev.conclave;

import akka.actor.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A readiness check for Akka Management, which makes it by its name:
 *
 * <pre>{@code
 * akka.management.health-checks.readiness-checks.conclave = "dev.conclave.ConclaveHealthCheck"
 * }</pre>
 *
 * <p>What it asks for is set below {@code conclave.health-check}. Never a liveness check: a node that knows of no leader
 * is not mended by being killed, and the fewer there are, the longer it takes to elect one.
 */
public final class ConclaveHealthCheck implements Supplier<CompletionStage<Boolean>> {

    private final ActorSystem system;

    /**
     * Called by Akka Management.
     *
     * @param system the actor system that is to be ready
     */
    public ConclaveHealthCheck(ActorSystem system) {
        this.system = system;
    }

    /**
     * Looks at what this node knows at this moment, and waits for nobody.
     *
     * @return true if it is ready, also where Conclave is dormant
     */
    @Override
    public CompletionStage<Boolean> get() {
        return CompletableFuture.completedStage(
                Conclave.get(Adapter.toTyped(system)).isReady());
    }
}
