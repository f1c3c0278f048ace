package dev.conclave.internal.node;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.internal.runtime.Time;
import dev.conclave.internal.telemetry.DropReasons;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Records what a node drops (R13): counts every drop, and logs each sender once for each reason.
 *
 * <p>Memory and log stay bounded under a flood of senders: {@value #MOST} senders are remembered, and a sender makes room for
 * another one when nothing of it was dropped for {@link #FORGOTTEN_NANOS}. While none does, one line in that time says that
 * further senders are not named.
 */
public final class DroppedMessageLog {

    private static final AsyncLogger LOG = AsyncLogger.of(NodeActor.class);

    /** The maximum number of senders and reasons that are remembered. */
    static final int MOST = 1_000;

    /** The time in nanoseconds without a drop after which the next drop of the same sender is logged again. */
    static final long FORGOTTEN_NANOS = Duration.ofHours(1).toNanos();

    private final TelemetryListener instruments;
    private final Time time;
    private final Map<String, Long> droppedAt = new LinkedHashMap<>(16, 0.75f, true);
    private long silentSince;
    private boolean silent;

    /** Creates a log without drops. */
    public DroppedMessageLog(TelemetryListener instruments, Time time) {
        this.instruments = instruments;
        this.time = time;
    }

    /** Records a drop that was decided by {@link dev.conclave.core.node.Node}. */
    public void dropped(NodeEffect.Dropped dropped) {
        instruments.dropped(dropped.kind().name());
        if (dropped.kind() == NodeEffect.Drop.NO_PASS) {
            LOG.debug("{}", dropped.why());
        } else if (dropped.kind() == NodeEffect.Drop.STRANGERS || dropped.kind() == NodeEffect.Drop.TOO_MANY_PEERS) {
            // Logged once for all senders, since one bound was reached.
            once(dropped.kind().name(), dropped.why());
        } else {
            once(dropped.kind() + " " + dropped.from(), dropped.why());
        }
    }

    /** Records a malformed frame. */
    public void malformed(ParsedFrame.Malformed malformed) {
        instruments.dropped(DropReasons.MALFORMED);
        once("malformed " + malformed.from(), "A malformed frame was dropped: " + malformed.why());
    }

    /** Records bytes from an express lane that are not a batch of messages. */
    void unreadable(String address) {
        instruments.dropped("MALFORMED");
        once(
                "express " + address,
                "Bytes from " + address + " over an express lane were dropped: they are not a frame");
    }

    /** Records messages of kinds that this version does not know, in a batch whose other messages are delivered. */
    void skipped(PeerId from, int messages) {
        for (int i = 0; i < messages; i++) {
            instruments.dropped(DropReasons.UNKNOWN_KIND);
        }
        once(
                "kind " + from,
                from
                        + " runs a newer version and sends messages of a kind that this version does not know; these"
                        + " are skipped, and all other messages are delivered");
    }

    /** Records a hello of another version of the wire format than {@link Hello#VERSION}. */
    void otherVersion(Hello hello) {
        once(
                "version " + hello.version() + " " + hello.from(),
                hello.from() + " uses version " + hello.version() + " of the wire format, and this node version "
                        + Hello.VERSION + ": they work together, and each ignores what only the newer version knows");
    }

    /** Records a message whose term belongs to a later configuration than the message itself. */
    public void implausible(PeerId from, long term) {
        instruments.dropped(DropReasons.IMPLAUSIBLE_TERM);
        once(
                "term " + from,
                "A message from " + from + " was dropped: it names term " + Terms.show(term)
                        + ", which belongs to a later configuration of the electorate than the message");
    }

    /** Records a message that would start a peer although there is no room for another one. */
    public void crowded(PeerId from) {
        instruments.dropped(DropReasons.CROWDED);
        once(
                "crowded " + from,
                "A message from " + from + " was dropped: this node already takes part in " + PeerRegistry.MAX_HEARD_OF
                        + " elections and does not join more because of messages from other nodes; leave elections"
                        + " that are not needed");
    }

    /** Records an observer that was turned away, because the peer already notifies as many as it can. */
    public void crowdedOut(ElectionName election, PeerId observer) {
        instruments.dropped(DropReasons.TOO_MANY_OBSERVERS);
        once(
                "observers",
                observer + " is not notified who leads \"" + election
                        + "\", and neither is any other new observer for now: this node already notifies"
                        + " as many observers as it can; let fewer nodes join the election");
    }

    /** Records a message that was dropped because too many effects of its election wait for the disk. */
    public void diskBehind(ElectionName election) {
        instruments.dropped(DropReasons.DISK_BEHIND);
        once(
                "disk",
                "A message for \"" + election
                        + "\" was dropped, and further ones will be: the disk of conclave.data-dir has been stuck for"
                        + " so long that too many messages wait for it");
    }

    private void once(String key, String why) {
        long now = time.nanoTime();
        if (droppedAt.containsKey(key)) {
            droppedAt.put(key, now);
            return;
        }
        makeRoom(now);
        if (droppedAt.size() < MOST) {
            droppedAt.put(key, now);
            LOG.warn("{}", why);
        } else if (!silent || now - silentSince >= FORGOTTEN_NANOS) {
            silent = true;
            silentSince = now;
            LOG.warn(
                    "Messages of more than {} senders were dropped; further senders are counted but not logged; the"
                            + " first of them: {}",
                    MOST,
                    why);
        }
    }

    /** Forgets senders of which nothing was dropped lately, the one with the oldest drop first. */
    private void makeRoom(long now) {
        Iterator<Long> eldest = droppedAt.values().iterator();
        while (droppedAt.size() >= MOST && eldest.hasNext() && now - eldest.next() >= FORGOTTEN_NANOS) {
            eldest.remove();
        }
    }
}
