package dev.conclave.testkit;

import akka.Done;
import akka.actor.typed.ActorRef;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.ElectionRegister;
import dev.conclave.ElectionStatus;
import dev.conclave.Leadership;
import dev.conclave.LeadingTask;
import dev.conclave.LeadingTaskHandle;
import dev.conclave.Serve;
import dev.conclave.WhenServerEnds;
import dev.conclave.core.PeerId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** The {@link Election} of a scripted election, as {@link dev.conclave.Conclave#join} returns it to the node under test. */
final class JoinedScriptedElection implements Election {

    private final String name;
    private final ScriptedElection election;
    private final WhenServerEnds whenServerEnds;
    private final BiFunction<Election, Work, LeadingTaskHandle> starts;
    private final Consumer<Election> left;

    /** A task of {@link #whileLeading} and its executor. */
    record Work(Executor executor, LeadingTask task) {}

    /**
     * Creates a handle on a scripted election.
     *
     * @param whenServerEnds the default for actors that serve without a choice of their own
     * @param starts starts a task that runs while the node leads
     * @param left called when the election is left through this handle
     */
    JoinedScriptedElection(
            String name,
            ScriptedElection election,
            WhenServerEnds whenServerEnds,
            BiFunction<Election, Work, LeadingTaskHandle> starts,
            Consumer<Election> left) {
        this.name = name;
        this.election = election;
        this.whenServerEnds = whenServerEnds;
        this.starts = starts;
        this.left = left;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void stand() {
        election.stand();
    }

    @Override
    public void withdraw() {
        election.withdraw();
    }

    @Override
    public CompletionStage<Done> handOver() {
        return election.handOver(Optional.empty());
    }

    @Override
    public CompletionStage<Done> handOver(PeerId to) {
        return election.handOver(Optional.of(to));
    }

    @Override
    public CompletionStage<Leadership> whenElected() {
        return election.whenElected();
    }

    @Override
    public CompletionStage<Done> leave() {
        left.accept(this);
        return election.leave();
    }

    @Override
    public Optional<Leadership> leadership() {
        return election.leadership();
    }

    @Override
    public ElectionStatus status() {
        return election.status();
    }

    @Override
    public ElectionRegister register() {
        return election.register();
    }

    @Override
    public void subscribe(ActorRef<ElectionEvent> subscriber) {
        election.subscribe(subscriber);
    }

    @Override
    public LeadingTaskHandle whileLeading(Executor executor, LeadingTask task) {
        return starts.apply(this, new Work(executor, task));
    }

    @Override
    public void serve(ActorRef<Serve> user) {
        serve(user, whenServerEnds);
    }

    @Override
    public void serve(ActorRef<Serve> user, WhenServerEnds whenItEnds) {
        election.serve(user, whenItEnds);
    }
}
