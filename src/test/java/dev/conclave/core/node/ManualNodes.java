package dev.conclave.core.node;

import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Several {@link Node}s, their data directories, and the hellos and words about the electorate between them. Each reaches the node
 * that runs at its address, if one does. A head is stored at once unless the disk is slow, and peers switch at once. Time passes
 * only in {@link #after}; all that is in flight arrives before {@link #settle()} returns.
 */
final class ManualNodes {

    /** More messages than any of these small groups may need at one instant. */
    private static final int ENDLESS = 2_000;

    private final Settings settings;
    private final Map<String, House> houses = new TreeMap<>();
    private final Queue<Runnable> flying = new ArrayDeque<>();
    private long now = -TestValues.ms(5000);
    private long drawn;

    /** An address: a directory, which outlives the lives of the node that uses it. */
    private static final class House {
        Optional<Node> node = Optional.empty();
        Optional<JournalHead> disk = Optional.empty();
        boolean hasDirectory = true;
        boolean slowDisk;
        final Queue<JournalHead> waiting = new ArrayDeque<>();
        int lives;
        final List<NodeEffect> did = new ArrayList<>();
    }

    ManualNodes(String... voters) {
        this(TestValues.settings(voters));
    }

    ManualNodes(Settings listed) {
        settings = listed;
    }

    /** Voters that have founded a group. */
    static ManualNodes founded(String... voters) {
        ManualNodes all = new ManualNodes(voters).start(voters);
        all.after(TestValues.E);
        return all.takePart(voters);
    }

    // ---- starts and ends

    /** Starts nodes on their directories, or on new ones; each may found a group. */
    ManualNodes start(String... names) {
        for (String name : names) {
            startWith(settings, name);
        }
        return this;
    }

    /** Starts a node whose file says other settings. */
    ManualNodes startWith(Settings listed, String name) {
        JournalHead head = JournalHead.open(house(name).disk, id(name), ++drawn);
        house(name).disk = Optional.of(head);
        house(name).hasDirectory = true;
        return begin(name, listed, head);
    }

    /** Starts a node without a data directory. */
    ManualNodes startWithoutDirectory(String name) {
        house(name).hasDirectory = false;
        return begin(name, settings, JournalHead.withoutDirectory(id(name)));
    }

    private ManualNodes begin(String name, Settings listed, JournalHead head) {
        House house = house(name);
        Node.Self self =
                new Node.Self(id(name), TestValues.life(name, ++house.lives), listed, TestValues.MARGIN, 7, 0, ++drawn);
        house.node = Optional.of(Node.start(self, head, now));
        house.did.clear();
        tell(name, new NodeInput.MayFound(0));
        return tell(name, new NodeInput.Tick());
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

    /** All heads written so far are durable now. */
    ManualNodes diskForces(String name) {
        Queue<JournalHead> waiting = house(name).waiting;
        while (!waiting.isEmpty()) {
            store(name, waiting.remove());
        }
        return this;
    }

    // ---- what happens

    ManualNodes tell(String name, NodeInput input) {
        House house = house(name);
        Node.Step step = node(name).step(now, 0x9E3779B97F4A7C15L * ++drawn, input);
        house.node = Optional.of(step.node());
        for (NodeEffect effect : step.effects()) {
            house.did.add(effect);
            carryOut(name, house, effect);
        }
        return this;
    }

    private void carryOut(String name, House house, NodeEffect effect) {
        if (effect instanceof NodeEffect.Greet greet) {
            flying.add(() -> arrive(greet.to().host(), new NodeInput.Greeted(greet.hello())));
        } else if (effect instanceof NodeEffect.Tell tell) {
            node(name)
                    .frameTo(tell.to(), node(name).electorate().durable().number())
                    .ifPresent(header ->
                            flying.add(() -> arrive(tell.to().host(), new NodeInput.Told(header, tell.message()))));
        } else if (effect instanceof NodeEffect.Switch to) {
            tell(name, new NodeInput.PeersSwitched(to.configuration().number()));
        } else if (effect instanceof NodeEffect.StoreHead save) {
            if (house.slowDisk) {
                house.waiting.add(save.head());
            } else {
                store(name, save.head());
            }
        }
    }

    private void arrive(String name, NodeInput input) {
        if (house(name).node.isPresent()) {
            tell(name, input);
        }
    }

    private void store(String name, JournalHead head) {
        if (house(name).hasDirectory) {
            house(name).disk = Optional.of(head);
        }
        tell(name, new NodeInput.HeadStored(head));
    }

    /** Delivers all that is in flight, and the answers. Returns how many messages that were. */
    int settle() {
        int arrived = 0;
        while (!flying.isEmpty()) {
            flying.remove().run();
            assertThat(++arrived).as("messages without end").isLessThan(ENDLESS);
        }
        return arrived;
    }

    /** Time passes; every node receives the ticks that it asks for. Returns how many messages that took. */
    int after(long nanos) {
        long until = now + nanos;
        int messages = settle();
        while (true) {
            Optional<String> next = houses.keySet().stream()
                    .filter(name -> wakeAt(name) <= until)
                    .min(Comparator.comparingLong(this::wakeAt));
            if (next.isEmpty()) {
                now = until;
                return messages;
            }
            now = Math.max(now, wakeAt(next.get()));
            tell(next.get(), new NodeInput.Tick());
            assertThat(wakeAt(next.get())).as("asks for a tick without end").isGreaterThan(now);
            messages += settle();
        }
    }

    /** A change is wanted at the node, and has ended. */
    ManualNodes wish(String name, Wish wish) {
        tell(name, new NodeInput.Wished(new Proposal.Request(++drawn, wish, false, "a test", 1)));
        after(60 * TestValues.E);
        return this;
    }

    /** The header of a frame that the node would send now. */
    NodeInput.Framed frame(String from, String to) {
        return node(from)
                .frameTo(id(to), node(from).electorate().durable().number())
                .orElseThrow();
    }

    /** Whether a frame from one reaches the other's elections. */
    boolean hears(String to, String from) {
        return node(from)
                .frameTo(id(to), node(from).electorate().durable().number())
                .filter(frame -> hears(to, frame))
                .isPresent();
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

    Configuration configuration(String name) {
        return node(name).electorate().configuration().orElseThrow();
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

    List<NodeEffect.Dropped> dropped(String name, NodeEffect.Drop kind) {
        return did(name, NodeEffect.Dropped.class).stream()
                .filter(dropped -> dropped.kind() == kind)
                .toList();
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
