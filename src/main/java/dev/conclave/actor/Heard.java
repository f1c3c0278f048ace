package dev.conclave.actor;

import dev.conclave.core.Hello;
import dev.conclave.core.NodeInput;
import dev.conclave.core.PeerId;
import java.util.List;
import java.util.Optional;

/** What a {@link Frame} says. */
sealed interface Heard {

    /** A hello. */
    record HeardHello(Hello hello) implements Heard {}

    /**
     * What one node says to another in some elections.
     *
     * @param header to be judged by {@link dev.conclave.core.Node} before anything else is looked at
     * @param envelopes in the order in which they were sent
     * @param skipped how many messages a newer version put in that this one does not know
     */
    record HeardBatch(NodeInput.Framed header, List<Envelope> envelopes, int skipped) implements Heard {
        public HeardBatch {
            envelopes = List.copyOf(envelopes);
        }
    }

    /**
     * Nothing that can be understood: to be dropped and counted (R13).
     *
     * @param why one short sentence, fit for a log whatever the sender wrote
     * @param from who claims to have sent it, if that much could be read; nothing proves it
     */
    record Malformed(String why, Optional<PeerId> from) implements Heard {
        private static final int MAX_CHARS = 200;

        public Malformed {
            why = why.substring(0, Math.min(why.length(), MAX_CHARS)).replaceAll("[^\\x20-\\x7e]", "?");
        }
    }
}
