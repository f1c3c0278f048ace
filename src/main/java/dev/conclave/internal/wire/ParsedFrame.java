package dev.conclave.internal.wire;

import akka.util.ByteString;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parsed contents of a {@link Frame}. */
public sealed interface ParsedFrame {

    /** A frame that contains a hello. */
    record HeardHello(Hello hello) implements ParsedFrame {}

    /**
     * A frame that contains messages of some elections from one node to another.
     *
     * @param header checked by {@link dev.conclave.core.node.Node} before the messages are used
     * @param envelopes in the order in which they were sent
     * @param pieces parts of messages that did not fit into a frame
     * @param skipped how many messages are of kinds that this version does not know
     */
    record HeardBatch(NodeInput.Framed header, List<Envelope> envelopes, List<Piece> pieces, int skipped)
            implements ParsedFrame {
        public HeardBatch {
            envelopes = List.copyOf(envelopes);
            pieces = List.copyOf(pieces);
        }

        /** Creates a batch of whole messages. */
        public HeardBatch(NodeInput.Framed header, List<Envelope> envelopes, int skipped) {
            this(header, envelopes, List.of(), skipped);
        }
    }

    /**
     * A part of a message with a value of a register, see {@link RegisterPieces}.
     *
     * @param common the fields that all pieces of the message have
     * @param size the size of the value
     * @param place the place of these bytes in it
     */
    record Piece(Map<String, Object> common, long size, long place, ByteString bytes) {}

    /**
     * A frame that contains a message about the electorate.
     *
     * @param header checked by {@link dev.conclave.core.node.Node} before the message is used
     */
    record HeardElectorate(NodeInput.Framed header, ElectorateMessage message) implements ParsedFrame {}

    /**
     * A frame that cannot be parsed: it is dropped and counted (R13).
     *
     * @param why one short sentence, safe for logs whatever the sender wrote
     * @param from the claimed sender, if it could be read; not verified
     */
    record Malformed(String why, Optional<PeerId> from) implements ParsedFrame {
        private static final int MAX_CHARS = 200;

        public Malformed {
            why = why.substring(0, Math.min(why.length(), MAX_CHARS)).replaceAll("[^\\x20-\\x7e]", "?");
        }
    }
}
