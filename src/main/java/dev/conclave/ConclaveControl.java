package dev.conclave;

import akka.Done;
import akka.actor.typed.ActorRef;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.electorate.WishText;
import dev.conclave.core.peer.Effect;
import dev.conclave.internal.node.AskedChanges;
import dev.conclave.internal.node.ElectorateReader;
import dev.conclave.internal.node.NodeCommand;
import dev.conclave.internal.node.NodeControl;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.node.StatusReader;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.peer.SubscribersAndUsers;
import dev.conclave.internal.runtime.CallerFutures;
import dev.conclave.internal.telemetry.ChangeHistory;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.logging.AsyncLogger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The commands of operators to a running node, each with its cause, and what operators see of it. */
final class ConclaveControl implements NodeControl {

    private static final AsyncLogger LOG = AsyncLogger.of(Conclave.class);

    private final ActorRef<NodeMessage> node;
    private final NodeEnvironment environment;
    private final CallerFutures futures;
    private final Telemetry telemetry;
    private final StatusReader reader;
    private final ElectorateReader electorate;
    private final Supplier<Optional<String>> whyNotReady;

    ConclaveControl(
            ActorRef<NodeMessage> node,
            NodeEnvironment environment,
            CallerFutures futures,
            Telemetry telemetry,
            Supplier<Optional<String>> whyNotReady) {
        this.node = node;
        this.environment = environment;
        this.futures = futures;
        this.telemetry = telemetry;
        this.reader = new StatusReader(environment, telemetry);
        this.electorate = new ElectorateReader(environment);
        this.whyNotReady = whyNotReady;
    }

    @Override
    public PeerId self() {
        return environment.self().id();
    }

    @Override
    public StatusReader reader() {
        return reader;
    }

    @Override
    public ChangeHistory changes() {
        return environment.observations().changes();
    }

    @Override
    public AtomicInteger eventStreams() {
        return environment.observations().eventStreams();
    }

    @Override
    public Optional<String> whyNotReady() {
        return whyNotReady.get();
    }

    @Override
    public CompletionStage<Done> ping() {
        return futures.<Done, Done>ask(
                answered -> node.tell(new NodeCommand.Ping(answered)),
                (answered, why) -> answered.completeExceptionally(new IllegalStateException(why)),
                done -> done);
    }

    @Override
    public CompletionStage<Done> handOver(ElectionName election, Optional<PeerId> to, String by) {
        requireNoLease(election, "hand over");
        return futures.<Done, Done>ask(
                done -> node.tell(new NodeCommand.ForPeer(election, new PeerCommand.HandOver(done, to, by))),
                (done, why) -> done.completeExceptionally(
                        new IllegalStateException("this node no longer takes part in \"" + election + "\": " + why)),
                done -> done);
    }

    @Override
    public void stand(ElectionName election, String by) {
        requireJoined(election);
        node.tell(new NodeCommand.ForPeer(election, new PeerCommand.Stand(by)));
    }

    @Override
    public void withdraw(ElectionName election, String by) {
        requireJoined(election);
        node.tell(new NodeCommand.ForPeer(election, new PeerCommand.Withdraw(by)));
    }

    @Override
    public CompletionStage<RegisterEntry> readRegister(ElectionName election) {
        return futures.<RegisterEntry, RegisterEntry>ask(
                done -> node.tell(new NodeCommand.ForPeer(election, new PeerCommand.ReadRegister(done))),
                (done, why) -> done.completeExceptionally(new IllegalStateException(why)),
                entry -> entry);
    }

    @Override
    public CompletionStage<RegisterVersion> importRegister(
            ElectionName election, Optional<RegisterValue> value, boolean replaces, String by) {
        requireNoLease(election, "change");
        return futures.<Effect, RegisterVersion>ask(
                done -> node.tell(
                        new NodeCommand.ForPeer(election, new PeerCommand.ImportRegister(value, replaces, by, done))),
                (done, why) -> done.completeExceptionally(new IllegalStateException(
                        "this node has ended, and a majority may or may not have the value: " + why)),
                answer -> written(election, answer));
    }

    private RegisterVersion written(ElectionName election, Effect answer) {
        if (answer instanceof Effect.RegisterWritten written) {
            return written.version();
        }
        throw new IllegalStateException(
                answer instanceof Effect.RegisterRefused refused
                        ? refused.why() == Effect.RegisterRefusal.NOT_LEADER
                                ? self() + " does not lead \"" + election + "\": ask the node that leads it"
                                : JoinedRegister.why(election, refused.why())
                        : "the leadership ended before a majority was known to have the value: read the register, which"
                                + " tells whether it has it");
    }

    private void requireJoined(ElectionName election) {
        requireNoLease(election, "change");
        if (environment
                .elections()
                .known(election)
                .filter(SubscribersAndUsers::isJoined)
                .isEmpty()) {
            throw new IllegalStateException("the application on " + self() + " has not joined \""
                    + PrintableText.of(election.value())
                    + "\", so it could do nothing with the leadership: ask a node whose application has");
        }
    }

    private static void requireNoLease(ElectionName election, String what) {
        if (election.value().startsWith(ElectionName.OWN_PREFIX)) {
            throw new IllegalStateException("\"" + PrintableText.of(election.value())
                    + "\" belongs to an Akka lease, which only its owner may " + what
                    + ": stop the singleton or the shard that holds it");
        }
    }

    @Override
    public CompletionStage<Done> drain(String by) {
        if (!environment.elections().isDrained()) {
            LOG.info("{} is drained ({}): it leads no election until undrain(), but keeps voting", self(), by);
        }
        return futures.<Done, Done>ask(
                drained -> drained(true, new NodeCommand.Drain(drained, by)),
                (drained, why) -> drained.complete(Done.getInstance()),
                drained -> drained);
    }

    @Override
    public void undrain(String by) {
        if (environment.elections().isDrained()) {
            drained(false, new NodeCommand.Undrain(by));
            LOG.info("{} is no longer drained ({})", self(), by);
        }
    }

    /** Drains or undrains the node, by one thread at a time, so that the state that readers see is that of the last call. */
    private synchronized void drained(boolean now, NodeMessage command) {
        environment.elections().drained(now);
        node.tell(command);
    }

    @Override
    public ElectorateReader electorate() {
        return electorate;
    }

    @Override
    public AskedChange change(Wish wish, String by) {
        String what = WishText.show(wish);
        LOG.info("{} was asked for a change of the electorate ({}): {}", self(), by, what);
        AskedChanges asked = environment.observations().askedChanges();
        long id = asked.begin(what, by, environment.time().wallMillis());
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        var unused = ask(wish, false, by).whenComplete((steps, failure) -> {
            // Noted before the caller learns of it, so that the caller finds it there.
            asked.end(id, Optional.ofNullable(failure).map(ConclaveControl::sentence));
            if (failure == null) {
                done.complete(steps);
            } else {
                done.completeExceptionally(failure);
            }
        });
        return new AskedChange(id, done);
    }

    private static String sentence(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage());
    }

    @Override
    public CompletionStage<List<String>> wish(Wish wish, boolean dryRun, String by) {
        return dryRun ? ask(wish, true, by) : change(wish, by).done();
    }

    private CompletionStage<List<String>> ask(Wish wish, boolean dryRun, String by) {
        return futures.<List<String>, List<String>>ask(
                done -> node.tell(new NodeCommand.Wished(wish, dryRun, by, done)),
                (done, why) -> done.completeExceptionally(new IllegalStateException(
                        "this node has ended, so it does not continue the change; look at the history at another voter: "
                                + why)),
                steps -> steps);
    }

    @Override
    public Optional<Supplier<String>> metrics() {
        return telemetry.metrics();
    }
}
