package dev.conclave.testkit;

import akka.Done;
import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import dev.conclave.Conclave;
import dev.conclave.ConclaveSettings;
import dev.conclave.Election;
import dev.conclave.Electorate;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.internal.node.InternalElections;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** The {@link Conclave} of an actor system with a {@link ConclaveTestKit}. */
final class ScriptedConclave extends Conclave implements InternalElections<Election> {

    private final PeerId self;
    private final ActorSystem<?> system;
    private final ConclaveSettings settings;
    private final Duration electionTimeout;
    private final double drift;
    private final Map<ElectionName, ScriptedElection> scripts = new ConcurrentHashMap<>();
    private final Map<ElectionName, Election> joined = new ConcurrentHashMap<>();

    private final ScriptedElectorate electorate;

    private volatile boolean leaving;
    private volatile boolean drained;

    ScriptedConclave(PeerId self, ActorSystem<?> system) {
        this.self = self;
        this.system = system;
        this.settings = ConclaveSettings.create(system);
        Config config = system.settings().config().getConfig("conclave");
        this.electionTimeout = config.getDuration("election-timeout");
        this.drift = config.getDouble("max-clock-drift");
        this.electorate = new ScriptedElectorate(
                self,
                system,
                new Settings(
                        settings.voters().isEmpty() ? List.of(self) : settings.voters(),
                        config.getDuration("heartbeat-interval").toNanos(),
                        electionTimeout.toNanos(),
                        drift));
    }

    /** The script of an election, which exists whether the code under test has joined it or not. */
    ScriptedElection script(ElectionName election) {
        return scripts.computeIfAbsent(election, name -> {
            ScriptedElection script = new ScriptedElection(name, self, system, electionTimeout, drift);
            if (leaving && !name.isOfLease()) {
                var unused = script.leaveAll();
            }
            if (drained && !name.isOfLease()) {
                var unused = script.drain();
            }
            return script;
        });
    }

    @Override
    public Election join(String election) {
        return joined.computeIfAbsent(
                ElectionName.ofApplication(election), name -> handle(name, left -> joined.remove(name, left)));
    }

    @Override
    public Election own(ElectionName election) {
        return handle(election, left -> {});
    }

    private Election handle(ElectionName name, Consumer<Election> left) {
        return new JoinedScriptedElection(
                name.value(),
                script(name),
                settings.whenServerEnds(),
                (election, work) -> whileLeading(system, election, work.executor(), work.task()),
                left);
    }

    @Override
    public void observe(ElectionName election, boolean begins) {
        // A scripted election always shows its leader, with or without observers.
    }

    @Override
    public Electorate electorate() {
        return electorate;
    }

    @Override
    public CompletionStage<Done> leave() {
        leaving = true;
        return all(ScriptedElection::leaveAll);
    }

    @Override
    public CompletionStage<Done> drain() {
        drained = true;
        return all(ScriptedElection::drain);
    }

    @Override
    public void undrain() {
        drained = false;
        scripts.values().forEach(ScriptedElection::undrain);
    }

    @Override
    public boolean isDrained() {
        return drained;
    }

    private CompletionStage<Done> all(Function<ScriptedElection, CompletionStage<Done>> what) {
        CompletableFuture<?>[] all = scripts.entrySet().stream()
                .filter(entry -> !entry.getKey().isOfLease())
                .map(entry -> what.apply(entry.getValue()).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).thenApplyAsync(over -> Done.getInstance(), system.executionContext());
    }

    @Override
    protected boolean isReady() {
        return whyNotReady().isEmpty();
    }

    /** Why the node is not ready according to {@code conclave.health-check}; empty if it is. */
    private Optional<String> whyNotReady() {
        ConclaveSettings.Readiness readiness = settings.readiness();
        readiness.elections().forEach(this::join);
        Collection<Election> asked = readiness.elections().isEmpty()
                ? joined.values()
                : readiness.elections().stream().map(this::join).toList();
        return readiness.when() == ConclaveSettings.ReadyWhen.TAKES_PART
                ? Optional.empty()
                : asked.stream()
                        .filter(election -> election.status().leader().isEmpty())
                        .map(election -> "it knows no leader of \"" + election.name() + '"')
                        .findFirst();
    }
}
