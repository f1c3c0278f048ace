package dev.conclave.bench.akka;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;

/**
 * A cluster node with the configuration and the libraries of {@code conclave-node.jar} and no voters, so that Conclave is
 * dormant: what a node costs that Conclave adds nothing to.
 */
public final class BarePeer implements Peer {

    private static final String SYSTEM = "conclave";

    private final ActorSystem<Void> system;

    private BarePeer(ActorSystem<Void> system) {
        this.system = system;
    }

    /** Runs a node. */
    public static void main(String[] arguments) {
        System.setProperty("logback.configurationFile", "conclave-node-logback.xml");
        PeerProcess.run(arguments, BarePeer::start);
    }

    private static Peer start(Place place, Announcer announcer) {
        Config config = Nodes.config("conclave-node.conf", SYSTEM, place)
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve();
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), SYSTEM, config);
        new Membership(place.members().size(), announcer).watch(system);
        return new BarePeer(system);
    }

    @Override
    public boolean leads() {
        return false;
    }

    @Override
    public void transfer() {
        throw new UnsupportedOperationException("nobody leads here");
    }

    @Override
    public void leave() {
        system.terminate();
    }
}
