package dev.conclave.internal.peer;

import akka.actor.typed.ActorRef;
import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.peer.BrokenInvariant;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.runtime.Time;
import dev.conclave.internal.telemetry.ChangeHistory;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.logging.AsyncLogger;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The dependencies of a {@link PeerActor}, supplied by its node.
 *
 * @param election its election
 * @param self the constants of the peer, before the founding
 * @param ballots its ballots on disk
 * @param outgoing its outgoing messages and reports to the node
 * @param campaignLimiter bounds how many peers of the node ask for votes at a time
 * @param time clock and timer
 * @param view the view that it updates
 * @param participants the subscribers and users on this node
 * @param vouched whether the node's leaderships are still valid
 * @param instruments receive its effects and messages
 * @param changes keeps the last changes of all elections
 * @param logs returns the loggers for events of elections; failures are logged in any case
 */
public record PeerEnvironment(
        ElectionName election,
        Peer.Self self,
        Ballots ballots,
        Outgoing outgoing,
        CampaignLimiter campaignLimiter,
        Time time,
        KnownLeader view,
        SubscribersAndUsers participants,
        BooleanSupplier vouched,
        TelemetryListener instruments,
        ChangeHistory changes,
        Function<Class<?>, AsyncLogger> logs) {

    /** The constants of a peer that starts now, under the newest configuration on this node's disk (E4). */
    Peer.Self current() {
        return ballots.configuration()
                .map(newest -> self.under(newest.number(), newest.settings()))
                .orElse(self);
    }

    /** Returns the exception with which a caller's future fails if this peer ends before it can answer. */
    IllegalStateException gone(String why) {
        return new IllegalStateException("the peer of \"" + election + "\" on " + self.id() + " " + why);
    }

    /** Access to the stored ballot of one election. */
    public interface Ballots {
        /** Completes with the newest ballot when all pending writes are durable. */
        CompletionStage<Ballot> settled();

        /** Completes with the newest entry of the register when all pending writes are durable. */
        CompletionStage<RegisterEntry> register();

        /** Completes when the entry of the register is durable. */
        CompletionStage<Void> save(RegisterEntry entry);

        /** Whether this node may hold a value of so many bytes in the register of this election, in place of the present one. */
        boolean hasRoomFor(int bytes);

        /** Completes when the ballot is durable. */
        CompletionStage<Void> save(Ballot ballot);

        /**
         * How long, in nanoseconds, a peer that starts now is loyal to a leader that it may have forgotten (R6).
         *
         * @param firstInThisLife whether this process has had no peer of this election before
         */
        long loyalForNanos(Ballot read, boolean firstInThisLife);

        /** The newest configuration on this node's disk, under which a peer that starts now begins (E4); empty before the founding. */
        Optional<Configuration> configuration();

        /** Whether this node takes part (E8). */
        boolean takesPart();
    }

    /** The outgoing messages of a peer, and its reports to the node. */
    public interface Outgoing {
        /** Sends a message that was made under the configuration with this number (E3). */
        void send(PeerId to, int configuration, Message message, MessageRoute way);

        /** Reports that a leader is known. */
        void leaderKnown();

        /** Reports that this node stores a register (U7); before any message can say so. */
        void holdsRegister();

        /** Reports that a message was dropped, because its term is too high (R13). */
        void implausible(PeerId from, long term);

        /** Reports that a disk or a network path is too slow for the election timeout E. */
        void slow(Effect.Slow slow);

        /** Reports that the leadership of this peer is void, because the clocks show that this machine was suspended. */
        void suspended(String warning);

        /** Reports that a step of this peer broke an invariant; the peer ends, and the node must stop. */
        void broken(BrokenInvariant why);

        /** Reports that the peer turned this observer away, since it notifies as many as it can. */
        void crowded(PeerId observer);

        /** Reports that a message of this peer was dropped, since too many effects wait for the disk. */
        void diskBehind(PeerId from);

        /** Reports that the peer is idle; the node then sends it {@link PeerCommand.EndIfIdle}. */
        void idle(ActorRef<PeerCommand> peer);

        /** Reports that the peer received {@link PeerCommand.EndIfIdle} but is no longer idle. */
        void stays(ActorRef<PeerCommand> peer);
    }
}
