package dev.conclave.internal.telemetry;

import akka.actor.typed.ActorSystem;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Passes a node's events to the {@link TelemetryListener}s that are attached; they may be attached and removed at any time.
 * Without a listener an event costs the read of one field; otherwise it is put into a {@link TelemetryQueue}, so that no
 * election waits for a listener, even if it blocks (R14).
 */
public final class TelemetryPublisher implements TelemetryListener {

    private final NodeCounts counts = new NodeCounts();
    private volatile TelemetryQueue[] fitted = {};

    /** The counts of this node, which need no listener. */
    public NodeCounts counts() {
        return counts;
    }

    /**
     * Attaches a listener: it receives events from now on, a little later than a fail-over takes, on Akka's dispatcher for blocking
     * calls.
     */
    public void fit(TelemetryListener instruments, ActorSystem<?> system) {
        fit(instruments, new LateExecutor(system));
    }

    /**
     * Attaches a listener: it receives events from now on.
     *
     * @param executor runs the calls
     */
    public synchronized void fit(TelemetryListener instruments, Executor executor) {
        TelemetryQueue[] more = Arrays.copyOf(fitted, fitted.length + 1);
        more[fitted.length] = new TelemetryQueue(instruments, executor);
        fitted = more;
    }

    /** Removes a listener: it receives no more events, except for a call that is in progress. */
    public synchronized void remove(TelemetryListener instruments) {
        for (TelemetryQueue one : fitted) {
            if (one.isOf(instruments)) {
                one.close();
            }
        }
        fitted = Arrays.stream(fitted).filter(one -> !one.isOf(instruments)).toArray(TelemetryQueue[]::new);
    }

    @Override
    public void begun(ElectionName election, long nowNanos) {
        if (fitted.length > 0) {
            each(one -> one.begun(election, nowNanos));
        }
    }

    @Override
    public void forgotten(ElectionName election, long nowNanos) {
        if (fitted.length > 0) {
            each(one -> one.forgotten(election, nowNanos));
        }
    }

    @Override
    public void decided(ElectionName election, Effect effect, long nowNanos) {
        boolean keepsALease =
                effect instanceof Effect.Send send && send.message().renews();
        if (fitted.length > 0 && !keepsALease) {
            each(one -> one.decided(election, effect, nowNanos));
        }
    }

    @Override
    public void heard(ElectionName election, PeerId from, Message message, long nowNanos) {
        if (fitted.length > 0 && !(message instanceof Message.Heartbeat)) {
            each(one -> one.heard(election, from, message, nowNanos));
        }
    }

    @Override
    public void dropped(String reason) {
        counts.dropped(reason);
        if (fitted.length > 0) {
            each(one -> one.dropped(reason));
        }
    }

    @Override
    public void votersAre(List<PeerId> voters) {
        if (fitted.length > 0) {
            each(one -> one.votersAre(voters));
        }
    }

    @Override
    public void forced(long tookNanos) {
        counts.forced(tookNanos);
        if (fitted.length > 0) {
            each(one -> one.forced(tookNanos));
        }
    }

    @Override
    public void singletonBegun(String singleton, SingletonCounts counts) {
        if (fitted.length > 0) {
            each(one -> one.singletonBegun(singleton, counts));
        }
    }

    @Override
    public void singletonStopped(String singleton, long tookNanos) {
        if (fitted.length > 0) {
            each(one -> one.singletonStopped(singleton, tookNanos));
        }
    }

    @Override
    public void leaseAcquired(long tookNanos) {
        if (fitted.length > 0) {
            each(one -> one.leaseAcquired(tookNanos));
        }
    }

    private void each(Consumer<TelemetryListener> event) {
        for (TelemetryQueue one : fitted) {
            one.add(event);
        }
    }
}
