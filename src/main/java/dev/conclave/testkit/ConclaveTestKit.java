package dev.conclave.testkit;

import akka.Done;
import akka.actor.typed.ActorSystem;
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
 * A {@link Conclave} without voters, disks or a network, whose elections go as the test says. For tests of what stands on
 * Conclave, elected singletons included:
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
 * <p>The test plays the other nodes and the network; what the node under test sees is what the real one lets it see: events in
 * their order, users told to start and to stop, terms that grow, handles that hold no more once they are dismissed. Nothing
 * happens by itself but the end of a lease whose users do not answer, and that is timed by the scheduler of the actor system:
 * with Akka's {@code ManualTime} it comes when the test lets time pass.
 *
 * <p>All methods may be called from any thread, and none waits for an actor: what a subscriber is told is in its mailbox when a
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
     * A kit for a node that is {@code 127.0.0.1:25520}.
     *
     * @return a new kit
     */
    public static ConclaveTestKit create() {
        return create(PeerId.parse("127.0.0.1:25520"));
    }

    /**
     * A kit for a node of this name.
     *
     * @param self the name of the node under test
     * @return a new kit
     */
    public static ConclaveTestKit create(PeerId self) {
        return new ConclaveTestKit(Objects.requireNonNull(self, "self"));
    }

    /**
     * What to pass to the actor system under test, in an {@link akka.actor.setup.ActorSystemSetup}.
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
     * The name of the election behind a lease of Akka's ({@code conclave.lease}), for the methods of this kit: the node under
     * test stands in it while an owner waits for the lease, and holds the lease when it is elected.
     *
     * @param lease the name of the lease, as Akka's configuration or {@code LeaseSettings} has it
     * @return its election's name, which {@link Conclave#join} refuses
     */
    public String leaseElection(String lease) {
        String election = ElectionName.ofLease(lease).value();
        leaseElections.add(election);
        return election;
    }

    /**
     * The node under test.
     *
     * @return its name
     */
    public PeerId self() {
        return self;
    }

    /**
     * Whether the node under test stands in the election: its {@link Election#stand()} was called, and not taken back.
     *
     * @param election its name
     * @return whether it stands
     */
    public boolean stands(String election) {
        return of(election).stands();
    }

    /**
     * Lets the node under test lead, in the next term. The lease lasts until the test ends it.
     *
     * @param election its name
     * @return the same handle as its users and subscribers are given
     * @throws IllegalStateException if it does not stand, as after a misspelled name; if it leads already, or users of an earlier
     *     leadership have not answered yet (R7)
     */
    public Leadership elect(String election) {
        return of(election).elect();
    }

    /**
     * {@link #dismiss(String, Duration)} with one second of the lease left.
     *
     * @param election its name
     * @return completes when it is over
     */
    public CompletionStage<Done> dismiss(String election) {
        return dismiss(election, LEASE_LEFT);
    }

    /**
     * Ends the leadership of the node under test as the loss of its majority does (R8): it holds no more, users are told to
     * stop, and it is over when all have answered, or when the rest of the lease has passed. Nobody leads then.
     *
     * @param leaseLeft how long users have; by the scheduler of the actor system
     * @param election its name
     * @return completes when it is over
     * @throws IllegalStateException if the node does not lead
     */
    public CompletionStage<Done> dismiss(String election, Duration leaseLeft) {
        return of(election).dismiss(leaseLeft);
    }

    /**
     * Lets another node stand from now on: a hand-over of the node under test succeeds, and the candidate that was added first
     * leads after it. Without one a hand-over fails, as it does where no other node stands.
     *
     * @param election its name
     * @param candidate which node; not the one under test
     */
    public void addCandidate(String election, PeerId candidate) {
        requireOther(election, candidate);
        of(election).addCandidate(candidate);
    }

    /**
     * The other node stands no more. Nothing else changes, also if it leads.
     *
     * @param election its name
     * @param candidate which node
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
     * Lets another node lead, in the next term; it stands until {@link #loseOther} or {@link #removeCandidate}. If the node under test leads, it hands over first (R9), with one second of its
     * lease left.
     *
     * @param election its name
     * @param leader which node; not the one under test
     * @return completes when the other one leads
     */
    public CompletionStage<Done> electOther(String election, PeerId leader) {
        requireOther(election, leader);
        return of(election).electOther(leader, LEASE_LEFT);
    }

    /**
     * Lets the other node that leads be lost: nobody leads, and it stands no more. Nothing happens if no other leads.
     *
     * @param election its name
     */
    public void loseOther(String election) {
        of(election).loseOther();
    }

    /**
     * Lets the process sleep beyond its lease, as in a long pause of the garbage collector: from this call on it holds no
     * more. What wakes up and is told so comes with {@link #wakeUp}.
     *
     * @param election its name
     * @throws IllegalStateException if the node does not lead
     */
    public void oversleep(String election) {
        of(election).oversleep();
    }

    /**
     * After {@link #oversleep}: users and subscribers are told that the lease has ended, and it is over without anybody being
     * waited for.
     *
     * @param election its name
     * @throws IllegalStateException if the node does not lead
     */
    public void wakeUp(String election) {
        var unused = of(election).dismiss(Duration.ZERO);
    }
}
