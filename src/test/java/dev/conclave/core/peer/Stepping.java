package dev.conclave.core.peer;

import java.util.concurrent.Callable;

/**
 * How the tests of the rules make their steps: as the core does, or through something around it. So a test of a rule can be
 * run against a core that breaks it.
 */
public interface Stepping {

    /** One step of a peer. */
    default Peer.Step step(Peer peer, long now, long draw, Input input) {
        return peer.step(now, draw, input);
    }

    /** Of the thread at hand. */
    static Stepping current() {
        return Holder.CURRENT.get();
    }

    /** Runs with all steps of this thread made so. */
    static <T> T around(Stepping stepping, Callable<T> what) throws Exception {
        Stepping former = Holder.CURRENT.get();
        Holder.CURRENT.set(stepping);
        try {
            return what.call();
        } finally {
            Holder.CURRENT.set(former);
        }
    }

    /** Where it is kept. */
    final class Holder {
        private static final ThreadLocal<Stepping> CURRENT = ThreadLocal.withInitial(() -> new Stepping() {});

        private Holder() {}
    }
}
