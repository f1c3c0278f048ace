package dev.conclave.metrics;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.telemetry.AkkaLeaseCounts;
import dev.conclave.internal.telemetry.DropReasons;
import dev.conclave.internal.telemetry.NodeProbe;
import dev.conclave.internal.telemetry.SingletonCounts;
import dev.conclave.internal.telemetry.TelemetryListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The meters of one node: of its journal, dropped messages, leases, singletons, and each election. */
final class NodeMeters implements TelemetryListener {

    private static final double NANOS_PER_SECOND = 1e9;

    private final RemovableMeters own;
    private final MetersByElection elections;
    private final RoundTrips roundTrips;
    private final Map<String, Counter> drops = new HashMap<>();
    private final Map<String, Timer> singletons = new HashMap<>();
    private final Map<PeerId, RemovableMeters> lifelines = new HashMap<>();
    private final Timer forced;
    private final Timer acquired;
    private final Counter missed;
    private final Counter written;
    private final Counter refused;
    private final Counter unknown;

    private volatile Optional<NodeProbe> node = Optional.empty();
    private boolean closed;

    NodeMeters(RemovableMeters own, MetersByElection.Views views, AkkaLeaseCounts leases) {
        this.own = own;
        this.elections = new MetersByElection(own, views, () -> node);
        this.roundTrips = new RoundTrips(own);
        this.forced = own.timer("conclave.journal.force", "How long writing and forcing a batch of ballots took");
        this.acquired = own.timer(
                "conclave.leases.acquire", "Time from an owner's acquire on this node until it holds the lease");
        this.missed = own.counter(
                "conclave.metrics.missed", "Events missing from these meters, since the registry was too slow");
        String writes = "Writes of registers on this node, by their answer (U4)";
        this.written = own.with("answer", "done").counter("conclave.register.writes", writes);
        this.refused = own.with("answer", "refused").counter("conclave.register.writes", writes);
        this.unknown = own.with("answer", "unknown").counter("conclave.register.writes", writes);
        DropReasons.all().forEach(this::dropsOf);
        own.gauge(
                "conclave.takes.part",
                "1 while this node may vote, if it is a voter, and lead (E8)",
                () -> node.map(one -> one.takesPart().getAsBoolean() ? 1 : 0).orElse(0));
        own.gauge(
                "conclave.drained",
                "1 while the operator has drained this node: it votes, and leads nothing",
                () -> node.map(one -> one.drained().getAsBoolean() ? 1 : 0).orElse(0));
        own.gauge(
                "conclave.voters",
                "Number of voters of the configuration",
                () -> node.map(one -> one.settings().voters().size()).orElse(0));
        own.gauge(
                "conclave.voters.heard",
                "Voters of the configuration that this node hears, itself included if it votes (E8)",
                () -> node.map(one -> one.electorate().votersHeard().getAsInt()).orElse(0));
        own.gauge(
                "conclave.configuration",
                "The number of the configuration on this node's disk; -1 before the founding",
                () -> node.map(one -> one.electorate().configuration().getAsInt())
                        .orElse(-1));
        own.secondsGauge(
                "conclave.electorate.change",
                "For how long this node has been carrying out a change of the electorate; 0 if it carries out none",
                () -> node.map(one -> one.electorate().changeSeconds().getAsDouble())
                        .orElse(0.0));
        own.gauge(
                "conclave.registers",
                "Registers on this node's disk",
                () -> node.map(one -> one.registers().count().getAsInt()).orElse(0));
        own.gauge(
                "conclave.register.bytes",
                "The size of their values in bytes",
                () -> node.map(one -> one.registers().bytes().getAsLong()).orElse(0L));
        own.secondsGauge(
                "conclave.register.copy.age",
                "Time since the leader last confirmed the copy of a register that has waited longest on this node (U5)",
                () -> node.map(one -> one.registers().oldestCopySeconds().getAsDouble())
                        .orElse(0.0));
        own.secondsGauge(
                "conclave.election.timeout",
                "The election timeout E of this node",
                () -> node.map(one -> one.settings().electionNanos() / NANOS_PER_SECOND)
                        .orElse(0.0));
        own.secondsGauge(
                "conclave.heartbeat.interval",
                "The heartbeat interval H of this node",
                () -> node.map(one -> one.settings().heartbeatNanos() / NANOS_PER_SECOND)
                        .orElse(0.0));
        own.gauge("conclave.leases.held", "Leases that have an owner on this node", leases::allHeld);
        own.gauge("conclave.leases.waiting", "Calls of acquire that are waiting on this node", leases::allWaiting);
        String refused = "Calls of acquire on this node that did not obtain the lease";
        own.with("reason", "held").counter("conclave.leases.refused", refused, leases::allRefused);
        own.with("reason", "unanswered").counter("conclave.leases.refused", refused, leases::allUnanswered);
        own.counter("conclave.leases.lost", "Leases that owners on this node have lost", leases::allLost);
    }

    /** Notes that the node has started: from now on its state can be read. */
    synchronized void begun(NodeProbe status) {
        if (closed) {
            return;
        }
        node = Optional.of(status);
        showLifelines(status, status.settings().voters());
    }

    @Override
    public synchronized void votersAre(List<PeerId> voters) {
        if (!closed) {
            node.ifPresent(status -> showLifelines(status, voters));
        }
    }

    /** The lifeline to a removed voter may well be down, so its gauge goes: it would raise an alarm for ever. */
    private void showLifelines(NodeProbe status, List<PeerId> voters) {
        lifelines.forEach((peer, meters) -> {
            if (!voters.contains(peer)) {
                meters.removeAll();
            }
        });
        lifelines.keySet().retainAll(voters);
        for (PeerId voter : voters) {
            if (!voter.equals(status.self())) {
                lifelines.computeIfAbsent(voter, added -> {
                    RemovableMeters its = own.part("peer", added.toString());
                    its.gauge(
                            "conclave.lifeline.up",
                            "1 while the lifeline to the voter is up (R10)",
                            () -> status.lifelinesUp().get().contains(added) ? 1 : 0);
                    return its;
                });
            }
        }
    }

    /** Removes all meters from the registry, and creates no more. */
    synchronized void close() {
        closed = true;
        own.removeAll();
    }

    @Override
    public synchronized void begun(ElectionName election, long nowNanos) {
        if (!closed) {
            elections.begun(election, nowNanos);
        }
    }

    @Override
    public synchronized void forgotten(ElectionName election, long nowNanos) {
        if (!closed) {
            elections.forgotten(election, nowNanos);
        }
    }

    @Override
    public synchronized void decided(ElectionName election, Effect effect, long nowNanos) {
        if (!closed) {
            elections.of(election).decided(effect, nowNanos);
            registerDecided(effect);
        }
    }

    private void registerDecided(Effect effect) {
        if (effect instanceof Effect.RegisterWritten) {
            written.increment();
        } else if (effect instanceof Effect.RegisterRefused) {
            refused.increment();
        } else if (effect instanceof Effect.RegisterUnknown) {
            unknown.increment();
        }
    }

    @Override
    public synchronized void heard(ElectionName election, PeerId from, Message message, long nowNanos) {
        if (closed) {
            return;
        }
        elections.of(election).heard(from, message);
        if (message instanceof Message.HeartbeatAck ack && ack.sentAt() <= nowNanos) {
            roundTrips.record(from, nowNanos - ack.sentAt(), nowNanos);
        }
    }

    @Override
    public synchronized void dropped(String reason) {
        if (!closed) {
            dropsOf(reason).increment();
        }
    }

    private Counter dropsOf(String reason) {
        return drops.computeIfAbsent(
                reason,
                why -> own.with("reason", DropReasons.tag(why))
                        .counter("conclave.dropped", "Messages and frames that this node dropped (R13)"));
    }

    @Override
    public void forced(long tookNanos) {
        forced.record(Duration.ofNanos(tookNanos));
    }

    @Override
    public synchronized void singletonBegun(String singleton, SingletonCounts counts) {
        if (closed || singletons.containsKey(singleton)) {
            return;
        }
        RemovableMeters its = own.with("singleton", singleton);
        its.gauge("conclave.singleton.kept", "Messages buffered on this node for an instance", counts::kept);
        its.counter("conclave.singleton.dropped", "Buffered messages dropped on this node", counts::allDropped);
        its.counter("conclave.singleton.starts", "Instances started on this node", counts::allStarts);
        its.counter(
                "conclave.singleton.restarts",
                "Instances started after another one of the same term ended by itself",
                counts::allRestarts);
        its.counter("conclave.singleton.stuck", "Instances that could not be stopped in time", counts::allStuck);
        singletons.put(
                singleton,
                its.timer("conclave.singleton.stop", "Time from the stop request to an instance until it ended"));
    }

    @Override
    public synchronized void singletonStopped(String singleton, long tookNanos) {
        Timer timer = singletons.get(singleton);
        if (!closed && timer != null) {
            timer.record(Duration.ofNanos(tookNanos));
        }
    }

    @Override
    public void leaseAcquired(long tookNanos) {
        acquired.record(Duration.ofNanos(tookNanos));
    }

    @Override
    public void missed(long events) {
        missed.increment((double) events);
    }
}
