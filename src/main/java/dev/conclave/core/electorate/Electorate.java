package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.electorate.Proposal.Request;
import dev.conclave.core.peer.Peer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The immutable state of one node's part in the electorate: which configuration it has stored and which one its peers obey (E1,
 * E4), its answers in the rounds that choose the next one (E6), a wish that it proposes, and the founding (E10). Every method that
 * returns a {@link Step} is pure.
 *
 * @param self the constants of this life
 * @param durable the newest state that is known to be on disk
 * @param pending the newest state, perhaps not yet durable
 * @param gate the messages that wait for the disk, in their order
 * @param switchedTo the configuration that the peers were told to obey; empty before the founding
 * @param obeyed the number of the configuration that the last peer obeys: the node is wholly under it (E4); -1 for none
 * @param whollySince when the last peer began to obey that configuration; the start, if all peers began under it
 * @param storedAt when the newest configuration became durable
 * @param askAgainAt when the voters that have not said that they stored it, or that have not answered the founder, are asked again
 * @param seen what other nodes have said of themselves
 * @param shown which configuration was shown to a node last, or which one it was asked for, and when
 * @param highestCounter the highest counter of a ballot that this node has seen
 * @param proposal a wish under way at this node
 * @param clockOffsetMillis the wall clock less this node's clock, since this node may found a group (E10); empty while it may not
 * @param answers the identities of the voters that have answered the founder
 * @param holdsRegister whether this node has stored a register of some election (U7)
 * @param catchUp how far this node has read the registers of the former voters (U7)
 */
public record Electorate(
        Self self,
        StoredElectorate durable,
        StoredElectorate pending,
        List<Held> gate,
        Optional<Configuration> switchedTo,
        int obeyed,
        long whollySince,
        long storedAt,
        long askAgainAt,
        PeerMap<Seen> seen,
        PeerMap<ShownTo> shown,
        long highestCounter,
        Optional<Proposal> proposal,
        OptionalLong clockOffsetMillis,
        PeerMap<DirectoryIdentity> answers,
        boolean holdsRegister,
        CatchUp catchUp) {

    /**
     * The constants of a node's life.
     *
     * @param id its address
     * @param identity the identity of its directory; {@link DirectoryIdentity#NONE} if it has none, and then it is never a voter
     * @param life its life
     * @param listed the voters and times in the node's file, which count at the founding only
     * @param stopMarginNanos the margin that is configured on this node
     * @param group the only group to which this node may belong, as its file says; 0 for any, and then it may found one
     * @param readmitAfterNanos how long this node is excluded before it asks to be readmitted by itself; 0 for never (E9)
     */
    public record Self(
            PeerId id,
            DirectoryIdentity identity,
            long life,
            Settings listed,
            long stopMarginNanos,
            long group,
            long readmitAfterNanos) {}

    /**
     * A message that leaves once a state is durable.
     *
     * @param after that state
     */
    public record Held(StoredElectorate after, PeerId to, ElectorateMessage message) {}

    /**
     * The last word of another node about itself.
     *
     * @param identity the identity of its directory
     * @param group its group; 0 for none
     * @param stored the number of the configuration on its disk
     * @param obeyed the number of the configuration that its last peer obeys
     * @param stopMarginNanos the margin that is configured there
     * @param registers whether it has stored a register (U7)
     * @param saidAt when it said so, by this node's clock
     */
    public record Seen(
            DirectoryIdentity identity,
            long group,
            int stored,
            int obeyed,
            long stopMarginNanos,
            boolean registers,
            long saidAt) {}

    /** A configuration, by its number, that was shown or asked for, and when. */
    public record ShownTo(int number, long at) {}

    /**
     * The result of a step.
     *
     * @param electorate the changed state
     * @param effects what to do, in this order
     */
    public record Step(Electorate electorate, List<ElectorateEffect> effects) {}

    /** The node starts, with what its journal holds: its peers begin under the configuration there (E4). */
    public static Electorate start(Self self, StoredElectorate found, long now) {
        return new Electorate(
                self,
                found,
                found,
                List.of(),
                found.configuration(),
                found.number(),
                now,
                now,
                now,
                PeerMap.empty(),
                PeerMap.empty(),
                found.promised().counter(),
                Optional.empty(),
                OptionalLong.empty(),
                PeerMap.empty(),
                false,
                CatchUp.NOTHING);
    }

    /** The newest configuration on disk; empty before the founding. */
    public Optional<Configuration> configuration() {
        return durable.configuration();
    }

    /** The times that this node goes by: those of its configuration, or of its file before the founding. */
    public Settings settings() {
        return durable.configuration().map(Configuration::settings).orElse(self.listed());
    }

    /** Whether this node is a voter of its configuration (E8). */
    public boolean isVoter() {
        return durable.configuration()
                .filter(known -> known.names(self.id(), self.identity()))
                .isPresent();
    }

    /** Whether the others hear this node: it has a configuration, and that one does not name its address with another identity (E8). */
    public boolean isHeard() {
        return durable.configuration()
                .filter(known -> !known.excludes(self.id(), self.identity()))
                .isPresent();
    }

    /** Whether messages of elections and rounds from the node are heard (E8). */
    public boolean hears(PeerId from, DirectoryIdentity identity) {
        return durable.configuration()
                .filter(known -> known.excludes(from, identity))
                .isEmpty();
    }

    /** When this node needs a {@link #tick}; {@link Peer#NEVER} if it needs none. */
    public long wakeAt() {
        long at = Math.min(isWaiting() ? askAgainAt : Peer.NEVER, mayShrinkAt());
        at = Math.min(at, readmitAt());
        at = Math.min(at, catchUp.asksAt() == Long.MIN_VALUE ? Peer.NEVER : catchUp.asksAt());
        if (proposal.isPresent()) {
            Round round = proposal.get().round();
            at = Math.min(
                    at,
                    Math.min(
                            Math.min(round.endsAt(), round.againAt()),
                            proposal.get().givesUpAt()));
        }
        return at;
    }

    /** E9: when this node asks to be readmitted; {@link Peer#NEVER} if its address is not excluded, or it does not ask by itself. */
    long readmitAt() {
        boolean isExcluded = durable.configuration()
                .filter(known -> known.excludes(self.id(), self.identity()))
                .isPresent();
        return isExcluded && self.readmitAfterNanos() > 0 && !self.identity().equals(DirectoryIdentity.NONE)
                ? Math.max(storedAt + self.readmitAfterNanos(), askAgainAt)
                : Peer.NEVER;
    }

    /** E7: when a longer E than the present one may be forgotten; {@link Peer#NEVER} if there is none. */
    long mayShrinkAt() {
        boolean isLonger = pending.longestElectionNanos() > settings().electionNanos();
        return isLonger && obeyed >= 0 && obeyed == durable.number() && pending.equals(durable)
                ? whollySince + pending.longestElectionNanos()
                : Peer.NEVER;
    }

    /** Whether this node waits for others: without a configuration, or with one that its peers do not obey yet. */
    boolean isWaiting() {
        return durable.configuration().isEmpty()
                || durable.number() > switchedTo.map(Configuration::number).orElse(-1);
    }

    /**
     * Whether this node is the one that founds: the first of the listed voters, without a configuration, and no node has said that
     * it belongs to a group, which will show its configuration (E10).
     */
    boolean isFounder() {
        return clockOffsetMillis.isPresent()
                && pending.configuration().isEmpty()
                && self.group() == 0
                && !self.identity().equals(DirectoryIdentity.NONE)
                && self.listed().voters().get(0).equals(self.id())
                && seen.values().stream().allMatch(said -> said.group() == 0);
    }

    /** Time has passed. */
    public Step tick(long now, long draw) {
        ElectorateStep step = new ElectorateStep(this, now, draw);
        step.tick();
        return step.end();
    }

    /**
     * This node may found a group, if it is the first of its list (E10).
     *
     * @param wallMillis the wall clock, in milliseconds since 1970
     */
    public Step mayFound(long now, long draw, long wallMillis) {
        ElectorateStep step = new ElectorateStep(this, now, draw);
        step.clockOffsetMillis = OptionalLong.of(wallMillis - now / ElectorateStep.NANOS_PER_MILLI);
        step.tick();
        return step.end();
    }

    /** Another node and this one have greeted each other. */
    public Step met(long now, PeerId peer, DirectoryIdentity identity) {
        ElectorateStep step = new ElectorateStep(this, now, 0);
        step.met(peer, identity);
        return step.end();
    }

    /** A message has arrived; the sender is proven. */
    public Step heard(long now, long draw, PeerId from, DirectoryIdentity identity, ElectorateMessage message) {
        ElectorateStep step = new ElectorateStep(this, now, draw);
        step.heard(from, identity, message);
        return step.end();
    }

    /**
     * A message of an election was made under this configuration (E3). The node switches to one that it has stored, asks for one
     * that it has not, and shows its own to a node that is behind.
     */
    public Step labelled(long now, PeerId from, long group, int number) {
        ElectorateStep step = new ElectorateStep(this, now, 0);
        step.labelled(from, group, number);
        return step.end();
    }

    /** Whether a message with this label changes nothing here, so that {@link #labelled} need not be called. */
    public boolean isOrdinary(long group, int number) {
        return durable.configuration().isPresent()
                && group == durable.group()
                && number == durable.number()
                && number <= switchedTo.map(Configuration::number).orElse(-1);
    }

    /** The state is durable, as an effect {@link ElectorateEffect.Store} asked. */
    public Step stored(long now, long draw, StoredElectorate what) {
        ElectorateStep step = new ElectorateStep(this, now, draw);
        step.stored(what);
        return step.end();
    }

    /** Every peer of this node obeys the configuration with this number (E4). */
    public Step switched(long now, long draw, int number) {
        ElectorateStep step = new ElectorateStep(this, now, draw);
        step.switched(number);
        return step.end();
    }

    /** U7: this node stores a register; called before any other node can hear that it has. */
    public Step holdsRegister(long now) {
        ElectorateStep step = new ElectorateStep(this, now, 0);
        step.holdsRegister = true;
        return step.end();
    }

    /** U7: this node has all of these entries, or newer ones, on disk, as an effect {@link ElectorateEffect.FetchRegisters} asked. */
    public Step registersHeld(long now, PeerId from, RegisterVersions listed) {
        ElectorateStep step = new ElectorateStep(this, now, 0);
        CatchUp.held(step, from, listed);
        return step.end();
    }

    /** An operator or the application wants a change; this node proposes it. */
    public Step wish(long now, long draw, Request request) {
        ElectorateStep step = new ElectorateStep(this, now, draw);
        step.wish(request);
        return step.end();
    }
}
