package dev.conclave.testkit;

import akka.Done;
import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import dev.conclave.Conclave;
import dev.conclave.ConclaveSetup;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.actor.OwnElections;
import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
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
    private final Map<ElectionName, ScriptedElection> elections = new ConcurrentHashMap<>();
    private volatile @Nullable ActorSystem<?> system;

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
        if (system != null) {
            throw new IllegalStateException("this kit serves " + system.name() + " already; make one for each system");
        }
        system = under;
        return new ScriptedConclave();
    }

    private final class ScriptedConclave extends Conclave implements OwnElections<Election> {
        @Override
        public Election join(String election) {
            return of(election);
        }

        @Override
        public Election own(ElectionName election) {
            return of(election);
        }

        @Override
        public void observe(ElectionName election, boolean begins) {
            // Its elections are there without anybody who watches.
        }
    }

    private ScriptedElection of(String election) {
        return of(ElectionName.ofApplication(election));
    }

    private ScriptedElection of(ElectionName election) {
        ActorSystem<?> under = system;
        if (under == null) {
            throw new IllegalStateException(
                    "no actor system uses this kit yet; pass setup() to one, and let it call Conclave.get(system)");
        }
        return elections.computeIfAbsent(election, name -> new ScriptedElection(name, self, under, wholeLease(under)));
    }

    /** As long as that of a real leader right after a round: E(1 - rho)/(1 + rho). */
    private static Duration wholeLease(ActorSystem<?> system) {
        Config config = system.settings().config().getConfig("conclave");
        double drift = config.getDouble("max-clock-drift");
        long election = config.getDuration("election-timeout").toNanos();
        return Duration.ofNanos((long) (election * (1 - drift) / (1 + drift)));
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
     * Lets the node under test lead, in the next term, whether it stands or not. The lease lasts until the test ends it.
     *
     * @param election its name
     * @return the same handle as its users and subscribers are given
     * @throws IllegalStateException if it leads already, or users of an earlier leadership have not answered yet (R7)
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
        return of(election).dismiss(Effect.Reason.LEASE_EXPIRED, leaseLeft);
    }

    /**
     * Lets another node lead, in the next term. If the node under test leads, it hands over first (R9), with one second of its
     * lease left.
     *
     * @param election its name
     * @param leader which node; not the one under test
     * @return completes when the other one leads
     */
    public CompletionStage<Done> electOther(String election, PeerId leader) {
        if (leader.equals(self)) {
            throw new IllegalArgumentException(
                    leader + " is the node under test; elect(\"" + election + "\") lets it lead");
        }
        return of(election).electOther(leader, LEASE_LEFT);
    }

    /**
     * Lets the other node that leads be lost: nobody leads. Nothing happens if no other leads.
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
        of(election).dismiss(Effect.Reason.LEASE_EXPIRED, Duration.ZERO);
    }
}
