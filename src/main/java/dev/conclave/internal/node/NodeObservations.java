package dev.conclave.internal.node;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.node.Node;
import dev.conclave.internal.telemetry.ChangeHistory;
import dev.conclave.status.NodeStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The facts of a node's life that operators see and that the protocol does not need. Written by the node's parts as they happen,
 * read from any thread; nothing here makes a writer wait for longer than a copy.
 */
public final class NodeObservations {

    private final VoterContacts contacts;
    private final ChangeHistory changes = new ChangeHistory();
    private final Map<String, NodeStatus.Warning> warnings = new ConcurrentHashMap<>();

    private final List<Runnable> electorateListeners = new CopyOnWriteArrayList<>();
    private final AskedChanges askedChanges = new AskedChanges();

    private final AtomicInteger eventStreams = new AtomicInteger();

    private volatile Optional<Node> node = Optional.empty();
    private volatile Optional<String> obstacle = Optional.empty();

    /** Creates the observations of a node that starts. */
    public NodeObservations(List<PeerId> voters) {
        this.contacts = new VoterContacts(voters);
    }

    /** When this node last heard from each voter. */
    public VoterContacts contacts() {
        return contacts;
    }

    /** How many streams of events are open, whichever server serves them. */
    public AtomicInteger eventStreams() {
        return eventStreams;
    }

    /** The last changes of this node's elections. */
    public ChangeHistory changes() {
        return changes;
    }

    /** Sets the state of the node after a step. */
    void node(Node now) {
        Optional<Node> before = node;
        node = Optional.of(now);
        if (before.isEmpty() || isOtherElectorate(before.get().electorate(), now.electorate())) {
            electorateListeners.forEach(Runnable::run);
        }
    }

    private static boolean isOtherElectorate(Electorate before, Electorate now) {
        return before.durable().number() != now.durable().number()
                || before.obeyed() != now.obeyed()
                || (!before.proposal().equals(now.proposal())
                        && !underWay(before).equals(underWay(now)));
    }

    /** Calls the listener, on the protocol's thread, after each change of what this node stores, obeys, or carries out. */
    public void onElectorate(Runnable listener) {
        electorateListeners.add(listener);
    }

    /** The changes of the electorate that this node was asked for. */
    public AskedChanges askedChanges() {
        return askedChanges;
    }

    /** The number of the configuration that this node's last peer obeys; -1 for none. */
    public int obeyed() {
        return node.map(now -> now.electorate().obeyed()).orElse(-1);
    }

    /** The change of the electorate that this node carries out, and how far it came; empty if there is none. */
    public Optional<String> underWay() {
        return node.flatMap(now -> underWay(now.electorate()));
    }

    private static Optional<String> underWay(Electorate electorate) {
        return electorate
                .proposal()
                .map(proposal -> (proposal.rest().isEmpty()
                                ? "planning"
                                : proposal.rest().get(0).toString()) + " ("
                        + proposal.round().phase().name().toLowerCase(Locale.ROOT)
                        + (proposal.rest().size() > 1
                                ? ", then "
                                        + proposal.rest()
                                                .subList(1, proposal.rest().size())
                                : "")
                        + ")");
    }

    /** The state of the node after its last step; empty before the first. */
    Optional<Node> node() {
        return node;
    }

    /** Notes why this node does not take part, until it does. */
    void obstacle(String why) {
        obstacle = Optional.of(why);
    }

    /** Why this node does not take part, if that was noted. */
    Optional<String> obstacle() {
        return obstacle;
    }

    /**
     * Notes a warning; a later one of the same kind replaces it.
     *
     * @param code {@link NodeStatus.Warning#code()}
     * @param wallMillis the wall clock
     */
    void warn(String code, String text, long wallMillis) {
        warnings.put(code, new NodeStatus.Warning(Instant.ofEpochMilli(wallMillis), code, text));
    }

    /** The warnings in the order of their instants. */
    List<NodeStatus.Warning> warnings() {
        return warnings.values().stream()
                .sorted(Comparator.comparing(NodeStatus.Warning::at))
                .toList();
    }
}
