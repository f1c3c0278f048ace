package dev.conclave.core;

import static dev.conclave.core.Words.id;
import static org.assertj.core.api.Assertions.assertThat;

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
final class Neighbours {

    /** More hellos than any of these small groups may need. */
    private static final int ENDLESS = 2_000;

    private final Settings settings;
    private final Map<String, House> houses = new TreeMap<>();
    private final Queue<NodeEffect.Greet> flying = new ArrayDeque<>();
    private long now = -Words.ms(5000);
    private long drawn;

    /** An address: a directory, which outlives the lives of the node that uses it. */
    private static final class House {
        Optional<Node> node = Optional.empty();
        Optional<Head> disk = Optional.empty();
        boolean slowDisk;
        final Queue<Head> waiting = new ArrayDeque<>();
        int lives;
        long term;
        final List<NodeEffect> did = new ArrayList<>();
    }

    Neighbours(String... voters) {
        settings = Words.settings(voters);
    }

    // ---- starts and ends

    /** Starts nodes on their directories, or on empty ones. */
    Neighbours start(String... names) {
        for (String name : names) {
            start(name, OperatorsWord.NONE, settings);
        }
        return this;
    }

    /** Starts a node on an empty directory in the place of the lost identity, with the operator's confirmation. */
    Neighbours startInPlaceOf(Identity lost, String name) {
        return start(name, new OperatorsWord(Optional.of(lost), Optional.empty()), settings);
    }

    /** Starts a node with other settings, which the operator has not corrected yet. */
    Neighbours startWith(Settings other, String name) {
        return start(name, OperatorsWord.NONE, other);
    }

    private Neighbours start(String name, OperatorsWord word, Settings own) {
        Head head = Head.open(house(name).disk, word, id(name), own, ++drawn);
        house(name).disk = Optional.of(head);
        return begin(name, own, head);
    }

    /** Starts a non-voter, which has no data directory. */
    Neighbours startWithoutVote(String name) {
        return begin(name, settings, Head.withoutVote(id(name), settings));
    }

    private Neighbours begin(String name, Settings own, Head head) {
        House house = house(name);
        Node.Self self = new Node.Self(id(name), Words.life(name, ++house.lives), own, 7, ++drawn);
        house.node = Optional.of(Node.start(self, head, now));
        house.did.clear();
        return tell(name, new NodeInput.Tick());
    }

    /** A node that was unreachable goes on in its former state. */
    Neighbours resume(String name, Node node) {
        house(name).node = Optional.of(node);
        return this;
    }

    Neighbours stop(String... names) {
        for (String name : names) {
            house(name).node = Optional.empty();
            house(name).waiting.clear();
        }
        return this;
    }

    /** Loses the data directory. */
    Neighbours wipe(String name) {
        house(name).disk = Optional.empty();
        return stop(name);
    }

    /** Restores an older directory. */
    Neighbours restore(String name, Head old) {
        house(name).disk = Optional.of(old);
        return this;
    }

    Neighbours slowDisk(String name) {
        house(name).slowDisk = true;
        return this;
    }

    Neighbours diskForces(String name) {
        Queue<Head> waiting = house(name).waiting;
        while (!waiting.isEmpty()) {
            store(name, waiting.remove());
        }
        return this;
    }

    /** Sets the highest term that the node knows of any election. */
    Neighbours knowsTerm(String name, long term) {
        house(name).term = term;
        return this;
    }

    /** Node {@code at} has received a message that {@code from} sends only when it has this term on disk. */
    Neighbours hasProven(String at, String from, long term) {
        house(at).node = Optional.of(node(at).knowing(id(from), term));
        return this;
    }

    // ---- what happens

    Neighbours tell(String name, NodeInput input) {
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

    private void store(String name, Head head) {
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

    Head disk(String name) {
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

    Neighbours forgetWhatWasDone() {
        houses.values().forEach(house -> house.did.clear());
        return this;
    }

    Neighbours takePart(String... names) {
        for (String name : names) {
            assertThat(node(name).takesPart()).as("%s takes part", name).isTrue();
        }
        return this;
    }

    Neighbours doNotTakePart(String... names) {
        for (String name : names) {
            assertThat(node(name).takesPart()).as("%s takes part", name).isFalse();
        }
        return this;
    }
}
