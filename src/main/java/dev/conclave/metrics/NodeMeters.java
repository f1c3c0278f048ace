package dev.conclave.metrics;

import dev.conclave.actor.Instruments;
import dev.conclave.actor.NodePlace;
import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of one node: those of its journal and of what it drops, and those of each election. */
final class NodeMeters implements Instruments {

    /** More would cost a registry more than they tell. */
    static final int MAX_ELECTIONS = 100;

    private static final String OTHERS = "(others)";

    /** Of peers, each with a round trip of its own: the voters, and some. */
    private static final int MAX_PEERS = 100;

    private final OwnMeters own;
    private final NodePlace.Elections elections;
    private final Map<ElectionName, ElectionMeters> byElection = new ConcurrentHashMap<>();
    private final Map<PeerId, Timer> roundTrips = new ConcurrentHashMap<>();
    private final Map<String, Counter> drops = new ConcurrentHashMap<>();
    private final ElectionMeters others;
    private final Timer forced;

    NodeMeters(MeterRegistry registry, Tags tags, NodePlace.Elections elections) {
        this.own = new OwnMeters(registry, tags);
        this.elections = elections;
        this.others = ElectionMeters.ofMany(own.with("election", OTHERS));
        this.forced = own.timer("conclave.journal.force", "How long writing and forcing a batch of ballots took");
        elections.names().forEach(this::metersOf);
    }

    /** Takes all of them out of the registry. */
    void close() {
        own.removeAll();
    }

    private ElectionMeters metersOf(ElectionName election) {
        ElectionMeters known = byElection.get(election);
        if (known != null) {
            return known;
        }
        // Two that come at once may make it one more than the most.
        return byElection.size() >= MAX_ELECTIONS
                ? others
                : byElection.computeIfAbsent(
                        election, name -> ElectionMeters.of(own.with("election", name.value()), elections.view(name)));
    }

    @Override
    public void decided(ElectionName election, Effect effect, long nowNanos) {
        metersOf(election).decided(effect, nowNanos);
    }

    @Override
    public void heard(ElectionName election, PeerId from, Message message, long nowNanos) {
        metersOf(election).heard(message);
        if (message instanceof Message.HeartbeatAck ack && ack.sentAt() <= nowNanos) {
            roundTrip(from, nowNanos - ack.sentAt());
        }
    }

    private void roundTrip(PeerId peer, long nanos) {
        Timer known = roundTrips.get(peer);
        if (known == null && roundTrips.size() < MAX_PEERS) {
            known = roundTrips.computeIfAbsent(
                    peer,
                    id -> own.with("peer", id.toString())
                            .timer(
                                    "conclave.heartbeat.roundtrip",
                                    "From before a heartbeat was made until its acknowledgement was read"));
        }
        if (known != null) {
            known.record(Duration.ofNanos(nanos));
        }
    }

    @Override
    public void dropped(String reason) {
        drops.computeIfAbsent(
                        reason,
                        why -> own.with("reason", why.toLowerCase(Locale.ROOT).replace('_', '-'))
                                .counter("conclave.dropped", "What was dropped: strangers, malformed frames (R13)"))
                .increment();
    }

    @Override
    public void forced(long tookNanos) {
        forced.record(Duration.ofNanos(tookNanos));
    }
}
