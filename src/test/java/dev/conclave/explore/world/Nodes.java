package dev.conclave.explore.world;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.node.OperatorConfirmation;
import dev.conclave.core.peer.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes around the peers, with the heads of their directories: hellos, strangers, identities, admission and the
 * operator's confirmation (R13, R15). Takes the place of the endpoint of a real process.
 */
public final class Nodes {

    private static final JournalHead[] NOTHING = new JournalHead[0];

    private final PeerGroup group;
    private final Core core;
    private final @Nullable Node[] nodes;
    private final @Nullable JournalHead[] durable;
    private final JournalHead[][] pending;

    /** The identities that each peer's directories have had, oldest first. */
    private final DirectoryIdentity[][] identities;

    private final int[] drawn;

    public Nodes(PeerGroup group, Core core) {
        this.group = group;
        this.core = core;
        int n = group.size();
        nodes = new Node[n];
        durable = new JournalHead[n];
        pending = new JournalHead[n][];
        Arrays.fill(pending, NOTHING);
        identities = new DirectoryIdentity[n][];
        Arrays.fill(identities, new DirectoryIdentity[0]);
        drawn = new int[n];
    }

    public Nodes(Nodes other) {
        group = other.group;
        core = other.core;
        nodes = other.nodes.clone();
        durable = other.durable.clone();
        pending = other.pending.clone();
        identities = other.identities.clone();
        drawn = other.drawn.clone();
    }

    // ---- questions

    public Node node(int peer) {
        Node up = nodes[peer];
        if (up == null) {
            throw new IllegalStateException("p" + peer + " is down");
        }
        return up;
    }

    /** Whether the peer has a directory that is not lost. */
    public boolean hasDirectory(int peer) {
        return durable[peer] != null;
    }

    public boolean hasPending(int peer) {
        return pending[peer].length > 0;
    }

    /** How many identities the peer's directories have had. */
    public int identities(int peer) {
        return identities[peer].length;
    }

    public boolean takesPart(int peer) {
        return node(peer).takesPart();
    }

    /** Whether a voter has told the peer that it knows it under another identity. */
    public boolean isRefused(int peer) {
        return node(peer).told().stream().anyMatch(who -> !who.equals(group.id(peer)));
    }

    /** The identity under which the peer durably knows the other; empty if under none. */
    public Optional<DirectoryIdentity> known(int peer, int other) {
        return Optional.ofNullable(node(peer).durable().known().get(group.id(other)));
    }

    // ---- events

    /**
     * Opens the directory, a new one if there is none, and begins a life.
     *
     * @param word which of the peer's former identities the operator's file accept names, counted from 1; 0 for no file; above
     *     them the contested one, of generation {@code word} less their number
     * @return false if the directory refuses to be opened so
     */
    public boolean start(World world, int peer, int word) {
        if (!group.isVoter(peer)) {
            JournalHead head =
                    JournalHead.withoutVote(group.id(peer), group.self(peer).settings());
            durable[peer] = head;
            begin(world, peer, head);
            return true;
        }
        OperatorConfirmation said = word == 0
                ? OperatorConfirmation.NONE
                : new OperatorConfirmation(Optional.of(named(peer, word)), Optional.empty());
        long random = 1000L * (peer + 1) + drawn[peer] + 1;
        JournalHead head;
        try {
            head = core.open(
                    Optional.ofNullable(durable[peer]),
                    said,
                    group.id(peer),
                    group.self(peer).settings(),
                    random);
        } catch (IllegalStateException refused) {
            return false;
        }
        if (head.identity().random() == random) {
            drawn[peer]++;
            identities[peer] = Stream.concat(Arrays.stream(identities[peer]), Stream.of(head.identity()))
                    .toArray(DirectoryIdentity[]::new);
        }
        durable[peer] = head;
        begin(world, peer, head);
        return true;
    }

    private DirectoryIdentity named(int peer, int word) {
        int had = identities[peer].length;
        return word <= had ? identities[peer][word - 1] : new DirectoryIdentity(word - had, 0);
    }

    private void begin(World world, int peer, JournalHead head) {
        Node.Self self = new Node.Self(
                group.id(peer),
                PeerGroup.incarnation(peer, world.life(peer)),
                group.self(peer).settings(),
                7,
                0,
                64L * peer + world.life(peer));
        nodes[peer] = Node.start(self, head, world.now(peer));
    }

    public void crash(int peer, boolean survive) {
        if (survive && pending[peer].length > 0) {
            durable[peer] = pending[peer][pending[peer].length - 1];
        }
        pending[peer] = NOTHING;
        nodes[peer] = null;
        if (!group.isVoter(peer)) {
            durable[peer] = null;
        }
    }

    public void wipe(int peer) {
        durable[peer] = null;
    }

    /** Forces the oldest head that waits. */
    public void force(World world, int peer) {
        JournalHead head = pending[peer][0];
        pending[peer] = Arrays.copyOfRange(pending[peer], 1, pending[peer].length);
        durable[peer] = head;
        step(world, peer, new NodeInput.HeadStored(head));
    }

    /** Returns whether the frame in the input is to be handed on. */
    public boolean step(World world, int peer, NodeInput input) {
        Node.Step step = core.step(
                node(peer),
                world.now(peer),
                () -> Math.max(
                        head(peer).map(JournalHead::floor).orElse(0L),
                        world.durable(peer).term()),
                input);
        nodes[peer] = step.node();
        boolean deliver = false;
        for (NodeEffect effect : step.effects()) {
            if (effect instanceof NodeEffect.Deliver) {
                deliver = true;
            } else if (effect instanceof NodeEffect.Greet greet) {
                int to = PeerGroup.indexOf(greet.to());
                world.post(new InFlight.Greeting(peer, world.life(peer), to, greet.hello()));
            } else if (effect instanceof NodeEffect.StoreHead store) {
                pending[peer] = Stream.concat(Arrays.stream(pending[peer]), Stream.of(store.head()))
                        .toArray(JournalHead[]::new);
                world.wroteHead(peer);
            } else if (effect instanceof NodeEffect.Replaced replaced) {
                world.identityReplaced(peer, replaced.peer());
            } else if (effect instanceof NodeEffect.Admitted admitted) {
                world.admitted(peer, admitted.floor());
            } else {
                if (effect instanceof NodeEffect.Dropped dropped
                        && dropped.kind() == NodeEffect.Drop.OLDER_MEMORY
                        && dropped.why().contains("restored from a backup. Stop it")) {
                    throw new AssertionError("nobody has restored anything: " + dropped);
                }
                world.noted(peer, effect);
            }
        }
        return deliver;
    }

    /** Notes the term that a delivered message proves to be on its sender's disk (R15), as the driver does. */
    public void heard(int peer, int from, Message message) {
        if (message.gains()) {
            nodes[peer] = node(peer).knowing(group.id(from), message.term());
        }
    }

    public Optional<JournalHead> head(int peer) {
        return Optional.ofNullable(durable[peer]);
    }

    /** The message in its frame; empty if the sender has no contact with the receiver. */
    public Optional<InFlight.Note> framed(World world, int from, int to, Message message) {
        Optional<NodeInput.Framed> header = node(from).frameTo(group.id(to));
        if (header.isEmpty()) {
            step(world, from, new NodeInput.Wanted(group.id(to)));
            return Optional.empty();
        }
        Node.Contact contact = node(from).contacts().get(group.id(to));
        int life = contact == null ? 0 : PeerGroup.lifeOf(contact.incarnation());
        return Optional.of(new InFlight.Note(from, world.life(from), to, life, message, header.get()));
    }

    public List<DirectoryIdentity> identitiesOf(int peer) {
        return List.of(identities[peer]);
    }

    public long fingerprint(World world, int peer) {
        long hash = 64L * identities[peer].length;
        JournalHead disk = durable[peer];
        hash = disk == null ? hash : Fingerprint.mix(hash, Fingerprint.head(disk));
        for (JournalHead waiting : pending[peer]) {
            hash = Fingerprint.mix(hash, Fingerprint.head(waiting));
        }
        Node node = nodes[peer];
        return node == null ? hash : Fingerprint.mix(hash, Fingerprint.node(node, world.now(peer)));
    }
}
