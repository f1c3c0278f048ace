package dev.conclave.internal.node;

import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.peer.HeldRegister;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.status.ElectionStatusPage;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.RegisterContent;
import dev.conclave.status.RegisterCopy;
import dev.conclave.status.RegisterList;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the values of {@code dev.conclave.status} that are about registers. May be used from any thread. */
public final class RegisterReader {

    private final NodeEnvironment environment;

    RegisterReader(NodeEnvironment environment) {
        this.environment = environment;
    }

    /** How many registers this node has on its disk. */
    int count() {
        return environment.store().registers().size();
    }

    /**
     * The registers on this node's disk behind a name, in the order of the names.
     *
     * @param after empty for the first ones
     * @param limit the maximum number of rows, cut to {@link ElectionStatusPage#MOST_ROWS}
     */
    public RegisterList stored(Optional<ElectionName> after, int limit) {
        int most = Math.min(limit, ElectionStatusPage.MOST_ROWS);
        Set<ElectionName> behind =
                environment.store().registersAfter(after, most + 1).keySet();
        Map<ElectionName, RegisterEntry> stored = environment.store().registers();
        List<RegisterList.Row> rows = behind.stream()
                .limit(most)
                .flatMap(name -> Optional.ofNullable(stored.get(name)).map(entry -> row(name, entry)).stream())
                .toList();
        return new RegisterList(
                NodeStatus.FORMAT_VERSION, now(), environment.self().id().toString(), rows, behind.size() > most);
    }

    /** Whether this node has a peer of the election, or its register on the disk. */
    public boolean knows(ElectionName name) {
        return environment.elections().view(name).peer().isPresent()
                || environment.store().registers().containsKey(name);
    }

    private RegisterList.Row row(ElectionName name, RegisterEntry entry) {
        return new RegisterList.Row(
                name.value(),
                entry.version().term(),
                entry.version().count(),
                entry.value().map(RegisterValue::size),
                leads(environment.elections().view(name)));
    }

    private static boolean leads(KnownLeader view) {
        return view.sight().lease().filter(LeadershipLease::holds).isPresent();
    }

    /** The register as this node knows it, without its value; empty without a peer of the election or without a register. */
    Optional<RegisterCopy> copy(ElectionName name) {
        return known(name).map(held -> copy(name, held));
    }

    private Optional<HeldRegister> known(ElectionName name) {
        return environment
                .elections()
                .view(name)
                .peer()
                .map(Peer::register)
                .filter(held -> held.entry().version().exists());
    }

    private RegisterCopy copy(ElectionName name, HeldRegister held) {
        Optional<RegisterEntry> truth = environment.elections().view(name).registerTruth();
        return shown(truth.orElse(held.confirmed()), truth.isPresent(), held.confirmedAt());
    }

    private RegisterCopy shown(RegisterEntry entry, boolean isTruth, long confirmedAt) {
        return new RegisterCopy(
                entry.version().term(),
                entry.version().count(),
                entry.value().map(RegisterValue::size),
                isTruth,
                isTruth
                        ? Optional.of(0.0)
                        : confirmedAt == Long.MIN_VALUE
                                ? Optional.empty()
                                : Optional.of(Math.round(
                                                Math.max(0, environment.time().nanoTime() - confirmedAt) / 1e3)
                                        / 1e3));
    }

    /** The copy of a register that this node has, or the truth if it leads. */
    public RegisterContent copyWithValue(ElectionName name) {
        Optional<RegisterEntry> truth = environment.elections().view(name).registerTruth();
        Optional<HeldRegister> held = known(name);
        RegisterEntry entry =
                truth.orElseGet(() -> held.map(HeldRegister::confirmed).orElse(RegisterEntry.NONE));
        long confirmedAt = held.map(HeldRegister::confirmedAt).orElse(Long.MIN_VALUE);
        return content(name, entry, shown(entry, truth.isPresent(), confirmedAt));
    }

    /** A value that the leader has just told. */
    public RegisterContent truth(ElectionName name, RegisterEntry entry) {
        return content(name, entry, shown(entry, true, 0));
    }

    private RegisterContent content(ElectionName name, RegisterEntry entry, RegisterCopy copy) {
        return new RegisterContent(
                NodeStatus.FORMAT_VERSION,
                now(),
                environment.self().id().toString(),
                name.value(),
                copy,
                entry.value().map(value -> Base64.getEncoder().encodeToString(value.toBytes())));
    }

    /**
     * How old the oldest copy of this node is, in seconds: since the node last heard from the leader that it is the newest value, or
     * since the node's start. Zero for registers that the node leads, and without any.
     */
    double oldestCopySeconds() {
        long now = environment.time().nanoTime();
        long oldest = now;
        for (ElectionName name : environment.elections().names()) {
            Optional<HeldRegister> held = known(name);
            if (held.isPresent() && !leads(environment.elections().view(name))) {
                oldest = Math.min(oldest, Math.max(held.get().confirmedAt(), environment.startedAt()));
            }
        }
        return (now - oldest) / 1e9;
    }

    private Instant now() {
        return Instant.ofEpochMilli(environment.time().wallMillis());
    }
}
