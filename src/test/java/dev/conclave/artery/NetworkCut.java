package dev.conclave.artery;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.ExtendedActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.remote.RemoteActorRefProvider;
import akka.remote.testkit.Direction;
import akka.remote.testkit.SetThrottle;
import akka.remote.testkit.ThrottleMode;
import java.util.Collection;

/**
 * A cut of the network between actor systems of this JVM: Artery drops messages, and connections stay open. Lifelines
 * stay open too and give no proof of death, as with a cut cable. The systems need {@link #SETTINGS}.
 */
public final class NetworkCut {

    /** Lets a test set which messages Artery drops. */
    public static final String SETTINGS = "akka.remote.artery.advanced.test-mode = on\n";

    private NetworkCut() {}

    /** Drops all messages between the two sides from now on. */
    public static void between(Collection<TestCluster.Node> some, Collection<TestCluster.Node> others) {
        tell(some, others, ThrottleMode.blackholeThrottleMode());
        tell(others, some, ThrottleMode.blackholeThrottleMode());
    }

    /** Lets all messages pass again. */
    public static void healed(Collection<TestCluster.Node> some, Collection<TestCluster.Node> others) {
        tell(some, others, ThrottleMode.unthrottledThrottleMode());
        tell(others, some, ThrottleMode.unthrottledThrottleMode());
    }

    private static void tell(
            Collection<TestCluster.Node> some, Collection<TestCluster.Node> others, ThrottleMode mode) {
        for (TestCluster.Node here : some) {
            ActorSystem system = Adapter.toClassic(here.system());
            RemoteActorRefProvider provider = (RemoteActorRefProvider) ((ExtendedActorSystem) system).provider();
            for (TestCluster.Node there : others) {
                Address address = ((ExtendedActorSystem) Adapter.toClassic(there.system()))
                        .provider()
                        .getDefaultAddress();
                var unused = provider.transport()
                        .managementCommand(new SetThrottle(address, Direction.bothDirection(), mode));
            }
        }
    }
}
