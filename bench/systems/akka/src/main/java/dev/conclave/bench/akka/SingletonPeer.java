package dev.conclave.bench.akka;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.SingletonActor;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;
import java.util.concurrent.TimeUnit;

/** A node of a cluster that runs one Cluster Singleton: to lead is to run it. The variant names the settings. */
public final class SingletonPeer implements Peer {

    private static final String SYSTEM = "bench";

    private final ActorSystem<Void> system;
    private final Membership membership;

    private SingletonPeer(ActorSystem<Void> system, Membership membership) {
        this.system = system;
        this.membership = membership;
    }

    /** Runs a member. */
    public static void main(String[] arguments) {
        PeerProcess.run(arguments, SingletonPeer::start);
    }

    private static Peer start(Place place, Announcer announcer) {
        Config config = Nodes.config("bench-singleton-" + place.variant() + ".conf", SYSTEM, place)
                .withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), SYSTEM, config.resolve());
        Membership membership = new Membership(place.members().size(), announcer);
        membership.watch(system);
        ClusterSingleton.get(system).init(SingletonActor.of(singleton(membership), "leader"));
        return new SingletonPeer(system, membership);
    }

    private static Behavior<Object> singleton(Membership membership) {
        return Behaviors.setup(context -> {
            membership.leads(true);
            return Behaviors.receive(Object.class)
                    .onSignal(PostStop.class, stopped -> {
                        membership.leads(false);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    @Override
    public boolean leads() {
        return membership.leads();
    }

    @Override
    public void transfer() {
        throw new UnsupportedOperationException("a singleton moves only when its node leaves");
    }

    /**
     * Akka's own hook does the same at the same moment, and must: remoting ends on SIGTERM as soon as Akka has no such hook,
     * and then nobody hears that this node leaves.
     */
    @Override
    public void leave() throws Exception {
        CoordinatedShutdown.get(system)
                .runAll(CoordinatedShutdown.jvmExitReason())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}
