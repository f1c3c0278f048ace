package dev.conclave.bench.akka;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.FastCrashDetection;
import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An application that embeds Conclave: a cluster node with Akka's defaults and the settings of docs/embedding.md, in a plain JVM.
 * The variant {@code embedder-fast} calls {@link FastCrashDetection#enable()} first.
 */
public final class EmbedderPeer implements Peer {

    private static final String SYSTEM = "application";

    private final ActorSystem<Void> system;
    private final Election election;

    private EmbedderPeer(ActorSystem<Void> system, Election election) {
        this.system = system;
        this.election = election;
    }

    /** Runs a node. */
    public static void main(String[] arguments) {
        for (String argument : arguments) {
            if (argument.equals("variant=embedder-fast") && !FastCrashDetection.enable()) {
                System.err.println("this machine does not allow a file table of its own");
                System.exit(1);
            }
        }
        PeerProcess.run(arguments, EmbedderPeer::start);
    }

    private static Peer start(Place place, Announcer announcer) {
        Config config = ConfigFactory.parseMap(Map.of(
                        "akka.actor.provider", "cluster",
                        "akka.loglevel", "WARNING",
                        "conclave.voters", place.members(),
                        "conclave.data-dir", place.data().toString(),
                        "conclave.heartbeat-interval", place.heartbeatMillis() + "ms",
                        "conclave.election-timeout", place.electionMillis() + "ms",
                        "akka.remote.artery.advanced.outbound-restart-backoff", "200ms",
                        "akka.remote.artery.advanced.inject-handshake-interval", "200ms",
                        "akka.remote.artery.advanced.handshake-retry-interval", "200ms"))
                .withFallback(Nodes.config("no-such-resource.conf", SYSTEM, place))
                .withFallback(ConfigFactory.load())
                .resolve();
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), SYSTEM, config);
        Election election = Conclave.get(system).join("default");
        election.subscribe(system.systemActorOf(
                Behaviors.receiveMessage((ElectionEvent event) -> {
                    say(event, announcer);
                    return Behaviors.same();
                }),
                "announcer",
                DispatcherSelector.defaultDispatcher()));
        election.stand();
        return new EmbedderPeer(system, election);
    }

    private static void say(ElectionEvent event, Announcer announcer) {
        if (event instanceof ElectionEvent.Elected) {
            announcer.leader();
        } else if (event instanceof ElectionEvent.Following following) {
            announcer.following(following.leader().toString());
        } else if (event instanceof ElectionEvent.Leaderless || event instanceof ElectionEvent.Dismissed) {
            announcer.leaderless();
        }
    }

    @Override
    public boolean leads() {
        return election.leadership().isPresent();
    }

    @Override
    public void transfer() {
        election.handOver();
    }

    @Override
    public void leave() throws Exception {
        Conclave.get(system).leave().toCompletableFuture().get(30, TimeUnit.SECONDS);
        system.terminate();
    }
}
