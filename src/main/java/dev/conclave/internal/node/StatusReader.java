package dev.conclave.internal.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.internal.peer.SubscribersAndUsers;
import dev.conclave.internal.telemetry.NodeCounts;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.ElectionRow;
import dev.conclave.status.ElectionStatusPage;
import dev.conclave.status.NodeStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Makes the values of {@code dev.conclave.status} from what the node's parts show of themselves. May be used from any thread; sends
 * no message and takes no lock for which the protocol waits longer than for a copy.
 */
public final class StatusReader {

    private final NodeEnvironment environment;
    private final Telemetry telemetry;
    private final Instant startedAt;
    private final RegisterReader registers;

    /** Creates a reader of a node that starts now. */
    public StatusReader(NodeEnvironment environment, Telemetry telemetry) {
        this.environment = environment;
        this.telemetry = telemetry;
        this.startedAt = now();
        this.registers = new RegisterReader(environment);
    }

    /** Reads the registers of the node. */
    public RegisterReader registers() {
        return registers;
    }

    /** Which elections a question is about. */
    public enum Selection {
        /** All that the node knows. */
        ALL,
        /** Those that this node leads. */
        LEADING,
        /** Those of which this node knows a leader. */
        LED,
        /** Those of which this node knows no leader. */
        LEADERLESS
    }

    /**
     * Returns the state of the node.
     *
     * @param whyNotReady why the node is not ready; empty if it is
     * @param streams the streams of events
     */
    public NodeStatus status(Optional<String> whyNotReady, NodeStatus.EventStreams streams) {
        Node.Self self = environment.self();
        boolean takesPart = environment.takesPart();
        Settings settings = environment.settings();
        return new NodeStatus(
                NodeStatus.FORMAT_VERSION,
                now(),
                Telemetry.version(),
                self.id().toString(),
                Long.toHexString(self.incarnation().value()),
                startedAt,
                environment.isVoter(),
                takesPart,
                takesPart ? List.of() : texts(missing()),
                takesPart ? Optional.empty() : Optional.of(whyNot()),
                environment.elections().isDrained(),
                whyNotReady.isEmpty(),
                whyNotReady,
                environment
                        .configuration()
                        .map(known -> new NodeStatus.StoredConfiguration(
                                Configuration.show(known.group()),
                                known.number(),
                                environment.observations().obeyed() >= known.number())),
                new NodeStatus.AgreedSettings(
                        texts(settings.voters()),
                        millis(settings.electionNanos()),
                        millis(settings.heartbeatNanos()),
                        settings.maxClockDrift(),
                        millis(environment.peer().stopMarginNanos()),
                        millis(settings.leaseNanos())),
                environment.observations().warnings(),
                settings.voters().stream().map(this::voter).toList(),
                counts(),
                journal(),
                registerTotals(),
                environment.instruments().counts().allDropped(),
                telemetry.singletons().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(one -> new NodeStatus.SingletonStatus(
                                one.getKey(),
                                one.getValue().kept(),
                                one.getValue().allDropped(),
                                one.getValue().allStarts(),
                                one.getValue().allRestarts(),
                                one.getValue().allStuck()))
                        .toList(),
                new NodeStatus.LeaseCounts(
                        telemetry.leases().allHeld(),
                        telemetry.leases().allWaiting(),
                        telemetry.leases().allRefused(),
                        telemetry.leases().allUnanswered(),
                        telemetry.leases().allLost()),
                streams);
    }

    /** Why this node does not take part (R3, R10, E8). */
    private String whyNot() {
        Optional<String> told = environment.observations().obstacle();
        if (told.isPresent()) {
            return told.get();
        }
        List<PeerId> missing = missing();
        return environment.whyNotTakingPart().orElse("it has just started")
                + (missing.isEmpty() ? "" : "; missing: " + missing);
    }

    private List<PeerId> missing() {
        Optional<Node> node = environment.observations().node();
        if (node.isEmpty() || node.get().takesPart()) {
            return List.of();
        }
        return node.get().settings().voters().stream()
                .filter(voter -> !voter.equals(node.get().self().id()))
                .filter(voter -> !node.get().contacts().containsKey(voter))
                .toList();
    }

    private NodeStatus.VoterStatus voter(PeerId voter) {
        Node.Self self = environment.self();
        boolean own = voter.equals(self.id());
        Optional<Node.Contact> contact = environment
                .observations()
                .node()
                .flatMap(node -> Optional.ofNullable(node.contacts().get(voter)));
        Optional<Lifeline> lifeline = environment.lifeline();
        VoterContacts seen = environment.observations().contacts();
        int httpPort =
                own ? self.httpPort() : contact.map(Node.Contact::httpPort).orElse(0);
        return new NodeStatus.VoterStatus(
                voter.toString(),
                own,
                own || contact.isPresent(),
                own ? environment.takesPart() : contact.isPresent() && holdsConfiguration(voter),
                ago(seen.heardAt(voter)),
                ago(seen.acknowledgedAt(voter)),
                isRecent(seen.acknowledgedAt(voter)) ? nanos(seen.roundTripNanos(voter)) : Optional.empty(),
                lifeline.isEmpty() ? "off" : own || lifeline.get().isUp(voter) ? "up" : "down",
                own || lifeline.map(line -> line.hasLane(voter)).orElse(false),
                httpPort == 0 ? Optional.empty() : Optional.of(voter.host() + ":" + httpPort));
    }

    /** Whether the voter has said that it has this node's configuration, or a later one. */
    private boolean holdsConfiguration(PeerId voter) {
        return environment
                .observations()
                .node()
                .map(node -> node.electorate())
                .filter(electorate -> Optional.ofNullable(electorate.seen().get(voter))
                        .filter(said -> said.group() == electorate.durable().group()
                                && said.stored() >= electorate.durable().number())
                        .isPresent())
                .isPresent();
    }

    private NodeStatus.ElectionCounts counts() {
        int known = 0;
        int leading = 0;
        int leaderless = 0;
        for (ElectionName name : environment.elections().names()) {
            KnownLeader.Sight sight = environment.elections().view(name).sight();
            known++;
            leading += leads(sight) ? 1 : 0;
            leaderless += sight.leader().isEmpty() ? 1 : 0;
        }
        return new NodeStatus.ElectionCounts(known, leading, leaderless);
    }

    private Optional<NodeStatus.JournalStatus> journal() {
        if (environment.store().head().identity().equals(DirectoryIdentity.NONE)) {
            return Optional.empty();
        }
        NodeCounts.Forces forces = environment.instruments().counts().forces();
        return Optional.of(new NodeStatus.JournalStatus(
                environment.store().size(), forces.count(), millis(forces.lastNanos()), millis(forces.longestNanos())));
    }

    private NodeStatus.RegisterTotals registerTotals() {
        return new NodeStatus.RegisterTotals(
                registers.count(), environment.store().registerBytes(), StoredBallots.MOST_REGISTER_BYTES);
    }

    /**
     * Returns a part of the elections.
     *
     * @param search a part of the name, in any case; empty for all
     * @param offset how many matching elections come before the first row
     * @param limit the maximum number of rows, cut to {@link ElectionStatusPage#MOST_ROWS}
     */
    public ElectionStatusPage elections(String search, Selection selection, int offset, int limit) {
        String part = search.toLowerCase(Locale.ROOT);
        List<ElectionName> matching = environment.elections().names().stream()
                .filter(name ->
                        part.isEmpty() || name.value().toLowerCase(Locale.ROOT).contains(part))
                .filter(name -> selection == Selection.ALL
                        || matches(environment.elections().view(name).sight(), selection))
                .sorted()
                .toList();
        return new ElectionStatusPage(
                NodeStatus.FORMAT_VERSION,
                now(),
                environment.self().id().toString(),
                matching.size(),
                offset,
                matching.stream()
                        .skip(offset)
                        .limit(Math.min(limit, ElectionStatusPage.MOST_ROWS))
                        .map(this::row)
                        .toList());
    }

    private boolean matches(KnownLeader.Sight sight, Selection selection) {
        return switch (selection) {
            case ALL -> true;
            case LEADING -> leads(sight);
            case LED -> sight.leader().isPresent();
            case LEADERLESS -> sight.leader().isEmpty();
        };
    }

    private static boolean leads(KnownLeader.Sight sight) {
        return sight.lease().filter(LeadershipLease::holds).isPresent();
    }

    private ElectionRow row(ElectionName name) {
        KnownLeader view = environment.elections().view(name);
        KnownLeader.Sight sight = view.sight();
        Optional<LeadershipLease> lease = sight.lease();
        // The lease may have ended while the process was paused: another node may lead by now.
        boolean over = lease.isPresent() && !lease.get().holds();
        Optional<SubscribersAndUsers> here = environment.elections().known(name);
        return new ElectionRow(
                name.value(),
                view.role(),
                over ? Optional.empty() : sight.leader().map(PeerId::toString),
                sight.term(),
                sight.sinceMillis() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(sight.sinceMillis())),
                lease.filter(held -> !over).map(held -> millis(held.remainingNanos())),
                here.map(SubscribersAndUsers::isCandidate).orElse(false),
                here.map(SubscribersAndUsers::isJoined).orElse(false),
                name.isOfLease());
    }

    /** Returns one election with everything that this node knows about it; empty if the node does not know the election. */
    public Optional<ElectionDetails> election(ElectionName name) {
        Optional<SubscribersAndUsers> here = environment.elections().known(name);
        if (here.isEmpty()) {
            return Optional.empty();
        }
        ElectionRow row = row(name);
        Optional<Peer> peer = environment.elections().view(name).peer();
        List<PeerId> succession = peer.map(StatusReader::succession).orElse(List.of());
        Set<PeerId> others = new TreeSet<>(peer.map(this::candidates).orElse(List.of()));
        others.removeAll(Set.copyOf(succession));
        return Optional.of(new ElectionDetails(
                NodeStatus.FORMAT_VERSION,
                now(),
                environment.self().id().toString(),
                row.name(),
                row.role(),
                row.leader(),
                row.term(),
                row.since(),
                row.leaseLeftMillis(),
                row.stands(),
                row.joined(),
                row.ofLease(),
                texts(succession),
                texts(List.copyOf(others)),
                here.get().userCount(),
                here.get().subscriberCount(),
                registers.copy(name),
                environment
                        .observations()
                        .changes()
                        .matching(change -> change.election().equals(name.value()))));
    }

    private static List<PeerId> succession(Peer peer) {
        return peer.role() instanceof Leader leader ? leader.named() : List.of();
    }

    private List<PeerId> candidates(Peer peer) {
        if (!(peer.role() instanceof Leader leader)) {
            return List.of();
        }
        List<PeerId> voters = peer.self().settings().voters();
        List<PeerId> standing = new ArrayList<>();
        for (int place = 0; place < voters.size(); place++) {
            if (leader.acks().stands(place)) {
                standing.add(voters.get(place));
            }
        }
        Stream<PeerId> observers = peer.observers().entrySet().stream()
                .filter(observer -> observer.getValue().stands())
                .map(Map.Entry::getKey);
        return Stream.concat(standing.stream(), observers)
                .limit(ElectionStatusPage.MOST_ROWS)
                .toList();
    }

    private Optional<Double> ago(OptionalLong at) {
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(millis(Math.max(0, environment.time().nanoTime() - at.getAsLong())));
    }

    /** Whether this is the time of a leader that the voter answers: not that of a former one, or before the voter fell silent. */
    private boolean isRecent(OptionalLong at) {
        return at.isPresent()
                && environment.time().nanoTime() - at.getAsLong()
                        < 2 * environment.settings().electionNanos();
    }

    private static Optional<Double> nanos(OptionalLong nanos) {
        return nanos.isEmpty() ? Optional.empty() : Optional.of(millis(nanos.getAsLong()));
    }

    /** In milliseconds, to a microsecond. */
    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private Instant now() {
        return Instant.ofEpochMilli(environment.time().wallMillis());
    }

    private static List<String> texts(List<PeerId> peers) {
        return peers.stream().map(PeerId::toString).toList();
    }
}
