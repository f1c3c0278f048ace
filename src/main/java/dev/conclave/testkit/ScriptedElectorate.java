package dev.conclave.testkit;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import dev.conclave.Electorate;
import dev.conclave.ElectorateChange;
import dev.conclave.ElectorateView;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.SingleChange;
import dev.conclave.core.electorate.WishText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The electorate of a {@link ScriptedConclave}: it is founded, every node that a change names runs and answers, and a change that
 * makes sense is carried out at once.
 */
final class ScriptedElectorate implements Electorate {

    private static final long GROUP = 1;
    private static final String BY = "the application";

    private final PeerId self;
    private final ActorSystem<?> system;
    private final Set<ActorRef<ElectorateView>> subscribers = ConcurrentHashMap.newKeySet();

    private Configuration configuration;
    private long identities;

    /**
     * Creates a founded electorate.
     *
     * @param founded its first voters and times
     */
    ScriptedElectorate(PeerId self, ActorSystem<?> system, Settings founded) {
        this.self = self;
        this.system = system;
        Map<PeerId, DirectoryIdentity> named = new TreeMap<>();
        for (PeerId voter : founded.voters()) {
            named.put(voter, DirectoryIdentity.of(++identities));
        }
        this.configuration = Configuration.founding(GROUP, named, founded, 0, self.toString());
    }

    @Override
    public synchronized ElectorateView view() {
        Settings settings = configuration.settings();
        return new ElectorateView(
                Optional.of(Configuration.show(configuration.group())),
                configuration.number(),
                settings.voters().stream().map(PeerId::toString).toList(),
                Duration.ofNanos(settings.electionNanos()),
                Duration.ofNanos(settings.heartbeatNanos()),
                settings.maxClockDrift(),
                true,
                settings.isVoter(self),
                Optional.empty(),
                configuration.history().stream()
                        .map(origin -> new ElectorateView.Step(
                                origin.number(), Instant.ofEpochMilli(origin.atMillis()), origin.by(), origin.what()))
                        .toList());
    }

    @Override
    public CompletionStage<ElectorateView> change(ElectorateChange change) {
        return outcome(() -> carriedOut(change));
    }

    @Override
    public CompletionStage<List<String>> plan(ElectorateChange change) {
        return outcome(() -> {
            List<SingleChange> steps = steps(change);
            Configuration unused = after(steps);
            return steps.stream().map(Object::toString).toList();
        });
    }

    /** Returns a stage that completes on a thread of the actor system, or fails with the sentence of a refusal. */
    private <T> CompletionStage<T> outcome(Supplier<T> what) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        system.executionContext().execute(() -> {
            try {
                outcome.complete(what.get());
            } catch (IllegalArgumentException senseless) {
                outcome.completeExceptionally(new IllegalStateException(senseless.getMessage()));
            }
        });
        return outcome;
    }

    private synchronized ElectorateView carriedOut(ElectorateChange change) {
        Configuration next = after(steps(change));
        boolean isNew = next.number() > configuration.number();
        configuration = next;
        ElectorateView view = view();
        if (isNew) {
            subscribers.forEach(subscriber -> subscriber.tell(view));
        }
        return view;
    }

    private synchronized List<SingleChange> steps(ElectorateChange change) {
        return WishText.parse(change.toString()).changes(configuration, voter -> true);
    }

    private synchronized Configuration after(List<SingleChange> steps) {
        Configuration next = configuration;
        long now = System.currentTimeMillis();
        for (SingleChange step : steps) {
            if (step instanceof SingleChange.AddVoter add) {
                next = next.adding(add.voter(), DirectoryIdentity.of(++identities), now, BY);
            } else if (step instanceof SingleChange.RemoveVoter remove) {
                if (next.named().size() == 1) {
                    throw new IllegalArgumentException(remove.voter() + " is the last voter; add another one first");
                }
                next = next.removing(remove.voter(), now, BY);
            } else {
                next = next.timed(((SingleChange.SetTimes) step).times(), now, BY);
            }
        }
        return next;
    }

    @Override
    public synchronized void subscribe(ActorRef<ElectorateView> subscriber) {
        subscribers.add(subscriber);
        subscriber.tell(view());
    }
}
