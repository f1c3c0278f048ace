package dev.conclave.testkit;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.util.ByteString;
import dev.conclave.Conclave;
import dev.conclave.ConclaveSetup;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Conclave} without voters, disks or a network, whose elections are controlled by the test. For tests of code that uses
 * Conclave, including elected singletons:
 *
 * <pre>{@code
 * ConclaveTestKit conclave = ConclaveTestKit.create();
 * ActorTestKit actors = ActorTestKit.create(ActorSystem.create(
 *     Behaviors.empty(),
 *     "test",
 *     ActorSystemSetup.create(BootstrapSetup.create(config), conclave.setup())));
 * Leadership leadership = conclave.elect("orders");
 * conclave.dismiss("orders").toCompletableFuture().join();
 * }</pre>
 *
 * <p>The test plays the other nodes and the network. The node under test sees what it would see of real elections: events in
 * their order, users that are told to start and stop, growing terms, and leaderships that no longer hold once they are dismissed.
 * {@link Conclave#electorate()} is that of {@code conclave.voters}, or of this node alone; a change that makes sense is carried out at once.
 * Nothing happens by itself except the end of a lease whose users do not answer. The scheduler of the actor system times that:
 * with Akka's {@code ManualTime} it happens when the test lets time pass.
 *
 * <p>All methods may be called from any thread, and none waits for an actor: events are in the subscribers' mailboxes when a
 * method returns. One kit serves one actor system.
 */
public final class ConclaveTestKit {

    private static final Duration LEASE_LEFT = Duration.ofSeconds(1);

    private final PeerId self;
    private final Set<String> leaseElections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ScriptedConclave conclave;

    private ConclaveTestKit(PeerId self) {
        this.self = self;
    }

    /**
     * Creates a kit for a node with the name {@code 127.0.0.1:25520}.
     *
     * @return a new kit
     */
    public static ConclaveTestKit create() {
        return create(PeerId.parse("127.0.0.1:25520"));
    }

    /**
     * Creates a kit for a node with this name.
     *
     * @param self the name of the node under test
     * @return a new kit
     */
    public static ConclaveTestKit create(PeerId self) {
        return new ConclaveTestKit(Objects.requireNonNull(self, "self"));
    }

    /**
     * The setup to pass to the actor system under test, in an {@link akka.actor.setup.ActorSystemSetup}.
     *
     * @return the setup, for one actor system
     */
    public ConclaveSetup setup() {
        return new ConclaveSetup(this::bind);
    }

    private synchronized Conclave bind(ActorSystem<?> under) {
        if (conclave != null) {
            throw new IllegalStateException("this kit is already used by an actor system; create one for each system");
        }
        ScriptedConclave scripted = new ScriptedConclave(self, under);
        conclave = scripted;
        return scripted;
    }

    private ScriptedElection of(String election) {
        ScriptedConclave scripted = conclave;
        if (scripted == null) {
            throw new IllegalStateException(
                    "no actor system uses this kit yet; pass setup() to one, and let it call Conclave.get(system)");
        }
        return scripted.script(
                leaseElections.contains(election) ? new ElectionName(election) : ElectionName.ofApplication(election));
    }

    /**
     * Returns the name of the election behind an Akka lease ({@code conclave.lease}), for the methods of this kit: the node under
     * test is a candidate in it while an owner waits for the lease, and holds the lease when it is elected.
     *
     * @param lease the name of the lease, as Akka's configuration or {@code LeaseSettings} has it
     * @return the name of its election, which {@link Conclave#join} rejects
     */
    public String leaseElection(String lease) {
        String election = ElectionName.ofLease(lease).value();
        leaseElections.add(election);
        return election;
    }

    /**
     * The name of the node under test.
     *
     * @return its name
     */
    public PeerId self() {
        return self;
    }

    /**
     * Whether the node under test is a candidate: its code has called {@link Election#stand()} and has not withdrawn.
     *
     * @param election the name of the election
     * @return whether it is a candidate
     */
    public boolean stands(String election) {
        return of(election).stands();
    }

    /**
     * Elects the node under test in the next term. The lease lasts until the test ends it.
     *
     * @param election the name of the election
     * @return the same leadership that users and subscribers receive
     * @throws IllegalStateException if the node is not a candidate, for example because of a misspelled name; if it already
     *     leads; or if users of an earlier leadership have not answered yet (R7)
     */
    public Leadership elect(String election) {
        return of(election).elect();
    }

    /**
     * Like {@link #dismiss(String, Duration)} with a remaining lease of one second.
     *
     * @param election the name of the election
     * @return completes when the leadership is over
     */
    public CompletionStage<Done> dismiss(String election) {
        return dismiss(election, LEASE_LEFT);
    }

    /**
     * Ends the leadership of the node under test as the loss of a majority does (R8): it no longer holds, users are told to stop,
     * and it is over when all of them have answered or the rest of the lease has passed. Then there is no leader.
     *
     * @param leaseLeft how long users may take, by the scheduler of the actor system
     * @param election the name of the election
     * @return completes when the leadership is over
     * @throws IllegalStateException if the node does not lead
     */
    public CompletionStage<Done> dismiss(String election, Duration leaseLeft) {
        return of(election).dismiss(leaseLeft);
    }

    /**
     * Adds another node as a candidate: a hand-over of the node under test then succeeds, and the candidate that was added first
     * leads after it. Without another candidate a hand-over fails.
     *
     * @param election the name of the election
     * @param candidate the other node; not the one under test
     */
    public void addCandidate(String election, PeerId candidate) {
        requireOther(election, candidate);
        of(election).addCandidate(candidate);
    }

    /**
     * Removes another node as a candidate. It keeps leading if it leads.
     *
     * @param election the name of the election
     * @param candidate the other node
     */
    public void removeCandidate(String election, PeerId candidate) {
        of(election).removeCandidate(candidate);
    }

    private void requireOther(String election, PeerId peer) {
        if (peer.equals(self)) {
            throw new IllegalArgumentException(
                    peer + " is the node under test; elect(\"" + election + "\") lets it lead");
        }
    }

    /**
     * Elects another node in the next term; it stays a candidate until {@link #loseOther} or {@link #removeCandidate}. If the
     * node under test leads, it hands over first (R9), with a remaining lease of one second.
     *
     * @param election the name of the election
     * @param leader the other node; not the one under test
     * @return completes when the other node leads
     */
    public CompletionStage<Done> electOther(String election, PeerId leader) {
        requireOther(election, leader);
        return of(election).electOther(leader, LEASE_LEFT);
    }

    /**
     * Simulates the loss of another node that leads: there is no leader, and that node is no longer a candidate. Has no effect if
     * no other node leads.
     *
     * @param election the name of the election
     */
    public void loseOther(String election) {
        of(election).loseOther();
    }

    /**
     * Fills the register, as another leader of a new term would have left it: the next {@link #elect} finds it.
     *
     * @param election the name of the election
     * @param value what that leader wrote last
     */
    public void registerHolds(String election, ByteString value) {
        of(election).registerHolds(value);
    }

    /**
     * Lets the next write of the register have the answer {@link dev.conclave.Written.Unknown}, as if the leadership
     * ended in the middle of it.
     *
     * @param election the name of the election
     */
    public void nextWriteIsUnknown(String election) {
        of(election).register().nextIsUnknown();
    }

    /**
     * Simulates a pause of the process beyond its lease, such as a long garbage collection: from this call on the leadership no
     * longer holds. Users and subscribers are notified with {@link #wakeUp}.
     *
     * @param election the name of the election
     * @throws IllegalStateException if the node does not lead
     */
    public void oversleep(String election) {
        of(election).oversleep();
    }

    /**
     * Ends the pause begun by {@link #oversleep}: users and subscribers are notified that the lease has ended, and the leadership
     * is over without waiting for users.
     *
     * @param election the name of the election
     * @throws IllegalStateException if the node does not lead
     */
    public void wakeUp(String election) {
        var unused = of(election).dismiss(Duration.ZERO);
    }
}
