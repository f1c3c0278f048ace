package dev.conclave.explore.electorate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.electorate.CatchUp;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.electorate.ElectorateMessage.AskRegisters;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.peer.HeldRegister;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.LeaderRegister;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.RebuiltPeer;
import dev.conclave.explore.world.RegisterOracle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The {@link ClusterFingerprint} tells states apart that differ in a part of the register on which the future depends (U1 to U7). Two
 * states of one fingerprint are one to a search, which looks at the future of the first alone.
 */
class ClusterFingerprintTest {

    private static final long NOW = 1_000;
    private static final long LATER = 2_000;

    private static final ElectionName ELECTION = new ElectionName("explored");
    private static final RegisterVersion FIRST = new RegisterVersion(1, 0);
    private static final RegisterVersion SECOND = new RegisterVersion(1, 1);
    private static final RegisterEntry EMPTY = new RegisterEntry(FIRST, Optional.empty());

    private static RegisterEntry entry(long number) {
        return new RegisterEntry(SECOND, Optional.of(RegisterOracle.value(number)));
    }

    private static long hash(Object value) {
        return new ClusterFingerprint(NOW, true, false).of(value);
    }

    private static void assertAllDiffer(List<?> values) {
        Set<Long> hashes = values.stream().map(ClusterFingerprintTest::hash).collect(Collectors.toSet());
        assertThat(hashes).as("%s", values).hasSameSizeAs(new HashSet<>(values)).hasSameSizeAs(values);
    }

    private static HeldRegister held(
            RegisterEntry entry,
            RegisterVersion durable,
            Optional<PeerId> owesTo,
            RegisterEntry confirmed,
            long asksAt) {
        return new HeldRegister(entry, durable, owesTo, confirmed, NOW, asksAt);
    }

    @Test
    void whatAPeerHasStoredAndWhatItOwesIsToldApart() {
        Optional<PeerId> leader = Optional.of(Cluster.id(1));
        assertAllDiffer(List.of(
                held(entry(1), SECOND, Optional.empty(), EMPTY, Long.MIN_VALUE),
                held(entry(2), SECOND, Optional.empty(), EMPTY, Long.MIN_VALUE),
                held(EMPTY, SECOND, Optional.empty(), EMPTY, Long.MIN_VALUE),
                held(entry(1), FIRST, Optional.empty(), EMPTY, Long.MIN_VALUE),
                held(entry(1), FIRST, leader, EMPTY, Long.MIN_VALUE),
                held(entry(1), SECOND, Optional.empty(), entry(1), Long.MIN_VALUE),
                held(entry(1), SECOND, Optional.empty(), EMPTY, LATER),
                held(entry(1), SECOND, Optional.empty(), EMPTY, LATER + 1),
                held(entry(1), SECOND, Optional.empty(), EMPTY, NOW)));
    }

    @Test
    void anInstantThatHasPassedAndTheAgeOfACopyMakeNoOtherState() {
        assertThat(hash(held(EMPTY, FIRST, Optional.empty(), EMPTY, NOW)))
                .isEqualTo(hash(held(EMPTY, FIRST, Optional.empty(), EMPTY, NOW - 1)));
        assertThat(hash(new HeldRegister(EMPTY, FIRST, Optional.empty(), EMPTY, 1, NOW)))
                .isEqualTo(hash(new HeldRegister(EMPTY, FIRST, Optional.empty(), EMPTY, 2, NOW)));
    }

    private static LeaderRegister leading(long storedBy, boolean isDone, long write, boolean isIssued, long givesUpAt) {
        return new LeaderRegister(
                FIRST,
                Optional.of(entry(2)),
                storedBy,
                isDone,
                Optional.of(entry(1)),
                Optional.of(new LeaderRegister.Write(write, entry(write).value(), isIssued)),
                givesUpAt);
    }

    @Test
    void whatALeaderRepeatsWritesAndCountsIsToldApart() {
        LeaderRegister one = leading(1, false, 2, true, LATER);
        List<LeaderRegister> others = new ArrayList<>(List.of(
                one,
                leading(2, false, 2, true, LATER),
                leading(1, true, 2, true, LATER),
                leading(1, false, 3, true, LATER),
                leading(1, false, 2, false, LATER),
                leading(1, false, 2, true, LATER + 1)));
        others.add(new LeaderRegister(
                SECOND, one.issued(), one.storedBy(), one.isDone(), one.truth(), one.write(), one.givesUpAt()));
        others.add(new LeaderRegister(
                FIRST, Optional.of(entry(3)), one.storedBy(), one.isDone(), one.truth(), one.write(), one.givesUpAt()));
        others.add(new LeaderRegister(
                FIRST, one.issued(), one.storedBy(), one.isDone(), Optional.empty(), one.write(), one.givesUpAt()));
        others.add(new LeaderRegister(
                FIRST, one.issued(), one.storedBy(), one.isDone(), one.truth(), Optional.empty(), one.givesUpAt()));
        assertAllDiffer(others);
    }

    private static Leader leader(Leader l, boolean isAnnounced, LeaderRegister register) {
        return new Leader(
                l.givesUpAt(),
                l.leaseUntil(),
                isAnnounced,
                l.retiring(),
                l.acks(),
                l.roundAt(),
                l.beatAt(),
                l.named(),
                register);
    }

    /** A cluster whose node 2 leads, with a value that nodes 1 and 2 have. */
    private static Cluster written() {
        return new ClusterModel(
                        ElectorateSearches.writtenBesideAChange("ticks=1 timers=1 messages=1")
                                .bounds(),
                        ElectorateCore.PRODUCTION)
                .initial()
                .cluster();
    }

    @Test
    void theRegistersOfAPeerAndOfALeaderBelongToThePeer() {
        Peer peer = written().peer(2);
        Leader leads = (Leader) peer.role();
        LeaderRegister waits = leading(1, false, 2, true, LATER);
        LeaderRegister waitsLonger = leading(1, false, 2, true, LATER + 1);
        assertAllDiffer(List.of(
                peer,
                RebuiltPeer.of(peer).register(HeldRegister.NONE).peer(),
                RebuiltPeer.of(peer).role(leader(leads, true, waits)).peer(),
                RebuiltPeer.of(peer).role(leader(leads, false, waits)).peer(),
                RebuiltPeer.of(peer).role(leader(leads, false, waitsLonger)).peer()));
        // An announced leader does not give up for want of what it repeats.
        assertThat(hash(leader(leads, true, waits))).isEqualTo(hash(leader(leads, true, waitsLonger)));
    }

    private static Electorate reading(
            Electorate e, boolean holdsRegister, CatchUp catchUp, PeerMap<Electorate.Seen> seen) {
        return new Electorate(
                e.self(),
                e.durable(),
                e.pending(),
                e.gate(),
                e.switchedTo(),
                e.obeyed(),
                e.whollySince(),
                e.storedAt(),
                e.askAgainAt(),
                seen,
                e.shown(),
                e.highestCounter(),
                e.proposal(),
                e.clockOffsetMillis(),
                e.answers(),
                holdsRegister,
                catchUp);
    }

    private static PeerMap<CatchUp.Progress> read(Optional<ElectionName> after, boolean isWhole) {
        PeerMap<CatchUp.Progress> none = PeerMap.empty();
        return none.with(Cluster.id(1), new CatchUp.Progress(after, isWhole));
    }

    @Test
    void howFarAVoterHasReadTheFormerOnesBelongsToItsElectorate() {
        Electorate e = written().electorate(0);
        Electorate.Seen said = Objects.requireNonNull(e.seen().get(Cluster.id(1)));
        PeerMap<Electorate.Seen> toldOfNone = e.seen()
                .with(
                        Cluster.id(1),
                        new Electorate.Seen(
                                said.identity(),
                                said.group(),
                                said.stored(),
                                said.obeyed(),
                                said.stopMarginNanos(),
                                !said.registers(),
                                said.saidAt()));
        CatchUp rests = new CatchUp(1, PeerMap.empty(), Long.MIN_VALUE);
        assertAllDiffer(List.of(
                reading(e, false, rests, e.seen()),
                reading(e, true, rests, e.seen()),
                reading(e, false, rests, toldOfNone),
                reading(e, false, new CatchUp(2, PeerMap.empty(), Long.MIN_VALUE), e.seen()),
                reading(e, false, new CatchUp(1, PeerMap.empty(), NOW), e.seen()),
                reading(e, false, new CatchUp(1, PeerMap.empty(), LATER), e.seen()),
                reading(e, false, new CatchUp(1, read(Optional.empty(), false), NOW), e.seen()),
                reading(e, false, new CatchUp(1, read(Optional.of(ELECTION), false), NOW), e.seen()),
                reading(e, false, new CatchUp(1, read(Optional.of(ELECTION), true), NOW), e.seen())));
    }

    private static Cluster.Flight note(int configuration, Message message) {
        return new Cluster.Flight.Note(2, 1, 1, 1, DirectoryIdentity.of(3), 1, configuration, message);
    }

    private static Cluster.Flight versions(RegisterVersion version, boolean isLast) {
        TreeMap<ElectionName, RegisterVersion> versions = new TreeMap<>();
        versions.put(ELECTION, version);
        return new Cluster.Flight.Letter(
                2, 1, 1, 1, DirectoryIdentity.of(3), new RegisterVersions(1, 1, Optional.empty(), versions, isLast));
    }

    @Test
    void theMessagesOfTheRegisterAreToldApartAndSoAreTheirLabels() {
        assertAllDiffer(List.of(
                note(0, new Message.StoreRegister(entry(1))),
                note(1, new Message.StoreRegister(entry(1))),
                note(0, new Message.StoreRegister(entry(2))),
                note(0, new Message.StoreRegister(EMPTY)),
                note(0, new Message.RegisterStored(1, 0)),
                note(0, new Message.RegisterStored(1, 1)),
                note(0, new Message.RequestRegister(1, FIRST)),
                note(0, new Message.RequestRegister(1, SECOND)),
                versions(FIRST, true),
                versions(SECOND, true),
                versions(SECOND, false),
                new Cluster.Flight.Letter(
                        2, 1, 1, 1, DirectoryIdentity.of(3), new AskRegisters(1, 1, Optional.empty())),
                new Cluster.Flight.Letter(
                        2, 1, 1, 1, DirectoryIdentity.of(3), new AskRegisters(1, 1, Optional.of(ELECTION)))));
    }

    @Test
    void theDisksAndWhatTheOracleRemembersBelongToTheRest() {
        Cluster before = written();
        Cluster issued = new Cluster(before);
        issued.registers.wrote();
        Cluster forced = new Cluster(before);
        forced.registers.mayLose();
        Cluster died = new Cluster(before);
        died.registers.died(2);
        Cluster asked = new Cluster(before);
        asked.write(2, asked.held(2));
        Cluster written = new Cluster(asked);
        written.runPeer(2, 0);
        Cluster stored = new Cluster(written);
        stored.force(2, 0);
        assertThat(List.of(before, issued, forced, died, asked, written, stored))
                .extracting(ClusterFingerprint::rest)
                .doesNotHaveDuplicates();
    }
}
