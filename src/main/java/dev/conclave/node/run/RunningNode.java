package dev.conclave.node.run;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Serve;
import dev.conclave.core.ElectionName;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.EventText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running peer: an actor system that is a candidate in one election. */
public final class RunningNode {

    private static final AsyncLogger log = AsyncLogger.of(RunningNode.class);

    /** A separate thread, so that no other work of this process delays the instants of events. */
    private static final String EVENTS_DISPATCHER = "conclave-node.events-dispatcher";

    /** How long a process that was told to end waits for its hand-over. */
    private static final Duration LONGEST_HAND_OVER = Duration.ofSeconds(4);

    /** The maximum time to wait for the next leader at the end; there may be none if all peers shut down at once. */
    private static final Duration LONGEST_WAIT_FOR_A_SUCCESSOR = Duration.ofMillis(300);

    /** The maximum time for writing the last event and the last log lines. */
    private static final Duration LONGEST_LAST_WORDS = Duration.ofSeconds(2);

    private final ActorSystem<Void> system;
    private final EventWriter events;
    private final Election election;
    private final CompletableFuture<Done> successorHeard = new CompletableFuture<>();
    private volatile boolean leaving;
    private volatile boolean stopped;

    private RunningNode(ActorSystem<Void> system, EventWriter events) {
        this.system = system;
        this.events = events;
        this.election = Conclave.get(system).join(events.election().value());
    }

    /**
     * Starts a peer as a candidate.
     *
     * @throws CliException if it cannot start; then everything is cleaned up
     */
    static RunningNode start(NodeConfig node, EventWriter events) throws CliException {
        refuseTakenPort(node);
        ActorSystem<Void> system;
        try {
            system = ActorSystem.create(Behaviors.empty(), node.system(), node.config());
        } catch (RuntimeException e) {
            throw new CliException("the peer " + node.peer() + " cannot start: " + CliException.oneLine(e), e);
        }
        try {
            if (!node.config().getString("conclave.http.port").equals("off")) {
                PrometheusMetrics.attach(system);
            }
            RunningNode running = new RunningNode(system, events);
            running.stand();
            return running;
        } catch (RuntimeException e) {
            system.terminate();
            throw new CliException("the peer " + node.peer() + " cannot take part: " + CliException.oneLine(e), e);
        }
    }

    /**
     * Starts a peer as a candidate whose events are written nowhere, for a command that uses standard output itself.
     *
     * @throws CliException if it cannot start; then everything is cleaned up
     */
    public static RunningNode start(NodeConfig node, ElectionName election) throws CliException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return start(node, new EventWriter(nowhere, EventFormat.json, node.peer(), node.remembers(), election));
    }

    private void stand() {
        // A system actor, since those stop last: it must still receive the end of a leadership.
        election.subscribe(system.systemActorOf(
                EventSubscriber.create(events, this::heard),
                "conclave-node-watcher",
                DispatcherSelector.fromConfig(EVENTS_DISPATCHER)));
        election.stand();
    }

    private void heard(ElectionEvent event) {
        if (leaving && event instanceof ElectionEvent.Following) {
            successorHeard.complete(Done.getInstance());
        }
        // A peer whose data directory has failed is useless; ending the process shows that to its supervisor.
        if (!leaving && event instanceof ElectionEvent.Stopped) {
            stopped = true;
            log.error("This peer no longer takes part in elections; its process ends");
            system.terminate();
        }
    }

    /** Checks the port before the transport does, which would log a hundred lines. */
    private static void refuseTakenPort(NodeConfig node) throws CliException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(node.bindHost()), node.bindPort()));
        } catch (IOException e) {
            throw new CliException(
                    "cannot listen on " + node.bindHost() + " port " + node.bindPort() + ": " + CliException.oneLine(e)
                            + "; choose another with --host and --port, or end the process that uses it",
                    e);
        }
    }

    /** Starts an actor that works only while this peer leads, and stops after all actors of an application. */
    public void serve(Behavior<Serve> user, String name) {
        election.serve(system.systemActorOf(user, name, Props.empty()));
    }

    /** The election in which this peer is a candidate. */
    public Election election() {
        return election;
    }

    /** Executes a command from standard input. */
    void command(String line) {
        switch (line.strip()) {
            case "" -> {}
            case "stand" -> election.stand();
            case "withdraw" -> election.withdraw();
            case "hand-over" ->
                election.handOver().whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.warn("The hand-over failed: {}", CliException.oneLine(failure));
                    }
                });
            default -> log.warn("\"{}\" is not a command; the commands are stand, withdraw and hand-over", line);
        }
    }

    /** Waits until the actor system has ended. */
    public void awaitEnd() throws InterruptedException {
        try {
            system.getWhenTerminated().toCompletableFuture().get();
        } catch (ExecutionException e) {
            log.error("The actor system ended with a failure: {}", CliException.oneLine(e));
        }
    }

    /**
     * Hands over, waits for the next leader, and then leaves the cluster and ends the actor system: in this order, so that the
     * election does not compete with the shutdown for CPU, and this peer can still vote.
     *
     * @param patience the time limit; after it the others notice the end of this process as they notice a crash
     */
    void leave(Duration patience) {
        leave(patience, patience.compareTo(LONGEST_HAND_OVER) < 0 ? patience : LONGEST_HAND_OVER);
    }

    /**
     * The same, for a peer whose users need longer to stop.
     *
     * @param longest the part of the patience that the hand-over may take
     */
    public void leave(Duration patience, Duration longest) {
        leaving = true;
        long giveUpAt = System.nanoTime() + patience.toNanos();
        try {
            boolean led = election.leadership().isPresent();
            boolean left = within(longest, Conclave.get(system).leave());
            if (led && left) {
                within(LONGEST_WAIT_FOR_A_SUCCESSOR, successorHeard);
            }
            CoordinatedShutdown.get(system)
                    .runAll(CoordinatedShutdown.jvmExitReason())
                    .toCompletableFuture()
                    .get(giveUpAt - System.nanoTime(), TimeUnit.NANOSECONDS);
            system.getWhenTerminated().toCompletableFuture().get(giveUpAt - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.warn("The orderly shutdown took longer than {}, so it was cut short", EventText.millis(patience));
        } catch (ExecutionException e) {
            log.warn("The orderly shutdown failed: {}", CliException.oneLine(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended();
    }

    /** Whether the stage completes in time. */
    private static boolean within(Duration longest, CompletionStage<Done> awaited)
            throws ExecutionException, InterruptedException {
        try {
            awaited.toCompletableFuture().get(longest.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Why this peer has ended although it was not asked to, in words that say what to do. */
    public String whyItEnded() {
        if (stopped) {
            return "it can no longer vote or lead in this life; the log says why. Restart it";
        }
        CoordinatedShutdown.Reason reason =
                CoordinatedShutdown.get(system).getShutdownReason().orElse(CoordinatedShutdown.unknownReason());
        if (reason instanceof CoordinatedShutdown.IncompatibleConfigurationDetectedReason$) {
            return "the cluster refused its settings; the log names those that differ. Make them equal and restart it";
        }
        if (reason instanceof CoordinatedShutdown.ClusterDowningReason$) {
            return "the other nodes removed it from the cluster. Restart it";
        }
        if (reason instanceof CoordinatedShutdown.ClusterJoinUnsuccessfulReason$) {
            return "it could not join the cluster; the log names the nodes that it asked. Restart it";
        }
        return "its actor system was shut down (" + reason + "); the log says more. Restart it";
    }

    /** Whether this peer was asked to end. */
    public boolean isLeaving() {
        return leaving;
    }

    /** Writes the last event and the last log lines; a stalled reader of either does not prevent the end of the process. */
    public void ended() {
        try {
            CompletableFuture.allOf(events.stopped(), AsyncLogger.flush())
                    .get(LONGEST_LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException stalled) {
            // The output is not read.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
