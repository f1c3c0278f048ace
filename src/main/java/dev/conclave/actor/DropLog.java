package dev.conclave.actor;

import dev.conclave.core.NodeEffect;
import dev.conclave.core.PeerId;
import dev.conclave.logging.AsyncLogger;
import java.util.HashSet;
import java.util.Set;

/** What a node drops (R13): everything is counted, each sender is told of once for each reason, and memory stays bounded. */
final class DropLog {

    private static final AsyncLogger LOG = AsyncLogger.of(ElectionNode.class);
    private static final int MAX_LOGGED = 1_000;

    private final Instruments instruments;
    private final Set<String> logged = new HashSet<>();

    /** With nothing dropped yet. */
    DropLog(Instruments instruments) {
        this.instruments = instruments;
    }

    /** What {@link dev.conclave.core.Node} does not believe. */
    void dropped(NodeEffect.Dropped dropped) {
        instruments.dropped(dropped.kind().name());
        if (dropped.kind() == NodeEffect.Drop.NO_PASS) {
            LOG.debug("{}", dropped.why());
        } else if (dropped.kind() == NodeEffect.Drop.STRANGERS) {
            // Whoever they claim to be, it is one thing that happens.
            once(dropped.kind().name(), dropped.why());
        } else {
            once(dropped.kind() + " " + dropped.from(), dropped.why());
        }
    }

    /** What cannot be understood. */
    void malformed(Heard.Malformed malformed) {
        instruments.dropped("MALFORMED");
        once("malformed " + malformed.from(), "A malformed frame was dropped: " + malformed.why());
    }

    /** What came over an express lane and is no batch of messages. */
    void unreadable(String address) {
        once(
                "express " + address,
                "A frame that came from " + address + " over an express lane was dropped: it is none");
    }

    /** What no number of elections can have brought about. */
    void implausible(PeerId from, long term) {
        instruments.dropped("IMPLAUSIBLE_TERM");
        once(
                "term " + from,
                "A message of " + from + " speaks of term " + term
                        + ", which no number of elections can have brought about; it was dropped");
    }

    /** What began a peer, if there were room for more of them. */
    void crowded(PeerId from) {
        instruments.dropped("CROWDED");
        once(
                "crowded " + from,
                "A message of " + from + " was dropped: this node has peers of " + Roster.MAX_HEARD_OF
                        + " elections and hears of no more by the messages of others; leave those that are not needed");
    }

    private void once(String key, String why) {
        if (logged.size() < MAX_LOGGED && logged.add(key)) {
            LOG.warn("{}", why);
        }
    }
}
