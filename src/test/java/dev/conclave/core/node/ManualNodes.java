package dev.conclave.core.node;

import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Stepping;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Several {@link Node}s, their data directories, and the hellos between them. A hello reaches the node that runs at its
 * address, if one does. A head is stored at once unless the disk is slow. Time passes only in {@link #after}; all hellos in
 * flight arrive before {@link #settle()} returns.
 */
final class ManualNodes {

    /** More hellos than any of these small groups may need. */
    private static final int ENDLESS = 2_000;

    private final Settings settings;
    private final Map<String, House> houses = new TreeMap<>();
    private final Queue<NodeEffect.Greet> flying = new ArrayDeque<>();
    private long now = -TestValues.ms(5000);
    private long drawn;

    /** An address: a directory, which outlives the lives of the node that uses it. */
    private static final class House {
        Optional<Node> node = Optional.empty();
        Optional<JournalHead> disk = Optional.empty();
        boolean slowDisk;
        final Queue<JournalHead> waiting = new ArrayDeque<>();
        int lives;
        long term;
        final List<NodeEffect> did = new ArrayList<>();
    }

    ManualNodes(String... voters) {
        settings = TestValues.settings(voters);
    }

    // ---- starts and ends

    /** Starts nodes on their directories, or on empty ones. */
    ManualNodes start(String... names) {
        for (String name : names) {
            start(name, OperatorConfirmation.NONE, settings);
        }
        return this;
    }

    /** Starts a node on an empty directory in the place of the lost identity, with the operator's confirmation. */
    ManualNodes startInPlaceOf(DirectoryIdentity lost, String name) {
        return start(name, new OperatorConfirmation(Optional.of(lost), Optional.empty()), settings);
    }

    /** Starts a node with other settings, which the operator has not corrected yet. */
    ManualNodes startWith(Settings other, String name) {
        return start(name, OperatorConfirmation.NONE, other);
    }

    private ManualNodes start(String name, OperatorConfirmation word, Settings own) {
        JournalHead head = JournalHead.open(house(name).disk, word, id(name), own, ++drawn);
        house(name).disk = Optional.of(head);
        return begin(name, own, head);
    }

    /** Starts a non-voter, which has no data directory. */
    ManualNodes startWithoutVote(String name) {
        return begin(name, settings, JournalHead.withoutVote(id(name), settings));
    }

    private ManualNodes begin(String name, Settings own, JournalHead head) {
        House house = house(name);
        Node.Self self = new Node.Self(id(name), TestValues.life(name, ++house.lives), own, 7, 0, ++drawn);
        house.node = Optional.of(Node.start(self, head, now));
        house.did.clear();
        return tell(name, new NodeInput.Tick());
    }

    /** A node that was unreachable goes on in its former state. */
    ManualNodes resume(String name, Node node) {
        house(name).node = Optional.of(node);
        return this;
    }

    ManualNodes stop(String... names) {
        for (String name : names) {
            house(name).node = Optional.empty();
            house(name).waiting.clear();
        }
        return this;
    }

    /** Loses the data directory. */
    ManualNodes wipe(String name) {
        house(name).disk = Optional.empty();
        return stop(name);
    }

    /** Restores an older directory. */
    ManualNodes restore(String name, JournalHead old) {
        house(name).disk = Optional.of(old);
        return this;
    }

    ManualNodes slowDisk(String name) {
        house(name).slowDisk = true;
        return this;
    }

    ManualNodes diskForces(String name) {
        Queue<JournalHead> waiting = house(name).waiting;
        while (!waiting.isEmpty()) {
            store(name, waiting.remove());
        }
        return this;
    }

    /** Sets the highest term that the node knows of any election. */
    ManualNodes knowsTerm(String name, long term) {
        house(name).term = term;
        return this;
    }

    /** Node {@code at} has received a message that {@code from} sends only when it has this term on disk. */
    ManualNodes hasProven(String at, String from, long term) {
        house(at).node = Optional.of(node(at).knowing(id(from), term));
        return this;
    }

    // ---- what happens

    ManualNodes tell(String name, NodeInput input) {
        House house = house(name);
        Node.Step step = Stepping.current().step(node(name), now, () -> house.term, input);
        house.node = Optional.of(step.node());
        for (NodeEffect effect : step.effects()) {
            house.did.add(effect);
            if (effect instanceof NodeEffect.Greet greet) {
                flying.add(greet);
            } else if (effect instanceof NodeEffect.StoreHead save) {
                if (house.slowDisk) {
                    house.waiting.add(save.head());
                } else {
                    store(name, save.head());
                }
            }
        }
        return this;
    }

    private void store(String name, JournalHead head) {
        house(name).disk = Optional.of(head);
        tell(name, new NodeInput.HeadStored(head));
    }

    /** Delivers all hellos in flight and their answers. Returns how many hellos that were. */
    int settle() {
        int arrived = 0;
        while (!flying.isEmpty()) {
            NodeEffect.Greet next = flying.remove();
            if (house(next.to().host()).node.isPresent()) {
                tell(next.to().host(), new NodeInput.Greeted(next.hello()));
            }
            assertThat(++arrived).as("hellos without end").isLessThan(ENDLESS);
        }
        return arrived;
    }

    /** Time passes; every node receives the ticks that it asks for. Returns how many hellos that took. */
    int after(long nanos) {
        long until = now + nanos;
        int hellos = settle();
        while (true) {
            Optional<String> next = houses.keySet().stream()
                    .filter(name -> wakeAt(name) <= until)
                    .min(Comparator.comparingLong(this::wakeAt));
            if (next.isEmpty()) {
                now = until;
                return hellos;
            }
            now = Math.max(now, wakeAt(next.get()));
            tell(next.get(), new NodeInput.Tick());
            assertThat(wakeAt(next.get())).as("asks for a tick without end").isGreaterThan(now);
            hellos += settle();
        }
    }

    /** Whether a frame from one reaches the other's elections. */
    boolean hears(String to, String from) {
        return node(from).frameTo(id(to)).filter(frame -> hears(to, frame)).isPresent();
    }

    boolean hears(String to, NodeInput.Framed frame) {
        List<NodeEffect> did = house(to).did;
        int from = did.size();
        tell(to, frame);
        return did.subList(from, did.size()).contains(new NodeEffect.Deliver());
    }

    // ---- questions

    private House house(String name) {
        return houses.computeIfAbsent(name, unused -> new House());
    }

    private long wakeAt(String name) {
        return house(name).node.map(Node::wakeAt).orElse(Peer.NEVER);
    }

    Node node(String name) {
        return house(name).node.orElseThrow();
    }

    JournalHead disk(String name) {
        return house(name).disk.orElseThrow();
    }

    long now() {
        return now;
    }

    Settings settings() {
        return settings;
    }

    /** The effects of this kind in this life of the node. */
    <T extends NodeEffect> List<T> did(String name, Class<T> kind) {
        return house(name).did.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    ManualNodes forgetWhatWasDone() {
        houses.values().forEach(house -> house.did.clear());
        return this;
    }

    ManualNodes takePart(String... names) {
        for (String name : names) {
            assertThat(node(name).takesPart()).as("%s takes part", name).isTrue();
        }
        return this;
    }

    ManualNodes doNotTakePart(String... names) {
        for (String name : names) {
            assertThat(node(name).takesPart()).as("%s takes part", name).isFalse();
        }
        return this;
    }
}
