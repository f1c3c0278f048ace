package dev.conclave.actor;

import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;
import dev.conclave.logging.AsyncLogger;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Where a node's instruments are fitted, at any time while it runs. As long as there are none, what they would hear costs the
 * reading of a field. One that fails harms nobody, and is told of once.
 */
public final class InstrumentPanel implements Instruments {

    private static final AsyncLogger LOG = AsyncLogger.of(InstrumentPanel.class);

    private volatile Instruments[] fitted = {};
    private final AtomicBoolean complained = new AtomicBoolean();

    /** From now on they hear what happens, in any thread's time. */
    public synchronized void fit(Instruments instruments) {
        Instruments[] more = new Instruments[fitted.length + 1];
        System.arraycopy(fitted, 0, more, 0, fitted.length);
        more[fitted.length] = instruments;
        fitted = more;
    }

    /** They hear no more, but for what is being told just now. */
    public synchronized void remove(Instruments instruments) {
        fitted = Arrays.stream(fitted).filter(one -> !one.equals(instruments)).toArray(Instruments[]::new);
    }

    @Override
    public void decided(ElectionName election, Effect effect, long nowNanos) {
        if (fitted.length > 0) {
            each(one -> one.decided(election, effect, nowNanos));
        }
    }

    @Override
    public void heard(ElectionName election, PeerId from, Message message, long nowNanos) {
        if (fitted.length > 0) {
            each(one -> one.heard(election, from, message, nowNanos));
        }
    }

    @Override
    public void dropped(String reason) {
        if (fitted.length > 0) {
            each(one -> one.dropped(reason));
        }
    }

    @Override
    public void forced(long tookNanos) {
        if (fitted.length > 0) {
            each(one -> one.forced(tookNanos));
        }
    }

    private void each(Consumer<Instruments> what) {
        for (Instruments one : fitted) {
            try {
                what.accept(one);
            } catch (RuntimeException failed) {
                if (complained.compareAndSet(false, true)) {
                    LOG.warn("An instrument has failed, and may fail on; elections are not concerned", failed);
                }
            }
        }
    }
}
