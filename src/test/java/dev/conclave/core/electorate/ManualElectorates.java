package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.peer.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Several {@link Electorate}s, stepped by hand. All nodes that run have greeted each other, unless they are cut off. Disks force
 * and peers switch at once, except where a test says so. Messages arrive in {@link #settle()}; time passes only in {@link #after}.
 */
final class ManualElectorates {

    static final long GROUP = 7;

    /** More messages than any of these small groups may need at one instant. */
    private static final int ENDLESS = 3_000;

    private final Settings listed;
    private final Map<String, House> houses = new TreeMap<>();
    private final Queue<Letter> flying = new ArrayDeque<>();
    private final Set<String> cut = new HashSet<>();
    private long now = -TestValues.ms(5000);
    private long draws;
    private long wishes;

    private record Letter(String from, int fromLife, String to, ElectorateMessage message) {}

    /** An address: a directory, which outlives the lives of the node that uses it. */
    private static final class House {
        Optional<Electorate> electorate = Optional.empty();
        StoredElectorate disk = StoredElectorate.EMPTY;
        int directories;
        DirectoryIdentity identity = DirectoryIdentity.NONE;
        long marginNanos = TestValues.MARGIN;
        long group;
        long readmitAfterNanos;
        boolean slowDisk;
        boolean slowPeers;
        int life;
        final Queue<StoredElectorate> writing = new ArrayDeque<>();
        final List<ElectorateEffect> did = new ArrayList<>();
    }

    private ManualElectorates(Settings listed) {
        this.listed = listed;
    }

    /** Nothing runs yet; these are the settings in all files. */
    static ManualElectorates listing(String... voters) {
        return new ManualElectorates(TestValues.settings(voters));
    }

    /** Voters that have founded the group {@link #GROUP}, and obey configuration 0. */
    static ManualElectorates of(String... voters) {
        return of(TestValues.settings(voters));
    }

    static ManualElectorates of(Settings settings) {
        ManualElectorates all = new ManualElectorates(settings);
        Map<PeerId, DirectoryIdentity> named = new TreeMap<>();
        for (PeerId voter : settings.voters()) {
            named.put(voter, TestValues.identity(voter.host()));
        }
        Configuration founded = Configuration.founding(GROUP, named, settings, 0, "a test");
        for (PeerId voter : settings.voters()) {
            all.house(voter.host()).disk = StoredElectorate.EMPTY.storing(founded);
            all.house(voter.host()).directories = 1;
            all.house(voter.host()).identity = TestValues.identity(voter.host());
        }
        for (PeerId voter : settings.voters()) {
            all.start(voter.host());
        }
        all.settle();
        return all.forgetWhatWasDone();
    }

    // ---- starts and ends

    /** Starts nodes on their directories, or on new ones. */
    ManualElectorates start(String... names) {
        for (String name : names) {
            House house = house(name);
            if (house.identity.equals(DirectoryIdentity.NONE)) {
                house.identity = TestValues.identity(name, ++house.directories);
            }
            begin(name, house);
        }
        return this;
    }

    ManualElectorates startWithoutDirectory(String name) {
        begin(name, house(name));
        return this;
    }

    private void begin(String name, House house) {
        house.life++;
        house.electorate = Optional.of(Electorate.start(
                new Electorate.Self(
                        id(name),
                        house.identity,
                        house.life,
                        listed,
                        house.marginNanos,
                        house.group,
                        house.readmitAfterNanos),
                house.disk,
                now));
        for (String other : List.copyOf(houses.keySet())) {
            if (!other.equals(name) && isUp(other)) {
                greet(name, other);
            }
        }
    }

    /** The two greet each other, unless they are cut off. */
    private void greet(String one, String other) {
        if (!cut.contains(one + other) && !cut.contains(other + one)) {
            take(one, node(one).met(now, id(other), house(other).identity));
            take(other, node(other).met(now, id(one), house(one).identity));
        }
    }

    ManualElectorates stop(String... names) {
        for (String name : names) {
            house(name).electorate = Optional.empty();
            house(name).writing.clear();
            if (house(name).identity.equals(DirectoryIdentity.NONE)) {
                house(name).disk = StoredElectorate.EMPTY;
            }
        }
        return this;
    }

    /** Loses the directory. */
    ManualElectorates wipe(String name) {
        house(name).disk = StoredElectorate.EMPTY;
        house(name).identity = DirectoryIdentity.NONE;
        return stop(name);
    }

    /** No message passes from one to the other. */
    ManualElectorates cut(String from, String to) {
        cut.add(from + to);
        return this;
    }

    /** No message passes from or to the node. */
    ManualElectorates cutOff(String name) {
        for (String other : houses.keySet()) {
            cut(name, other).cut(other, name);
        }
        return this;
    }

    ManualElectorates heal() {
        cut.clear();
        return this;
    }

    ManualElectorates slowDisk(String name) {
        house(name).slowDisk = true;
        return this;
    }

    /** The oldest write is durable now. */
    ManualElectorates diskForces(String name) {
        House house = house(name);
        house.disk = house.writing.remove();
        return take(name, node(name).stored(now, draw(), house.disk));
    }

    boolean isWriting(String name) {
        return !house(name).writing.isEmpty();
    }

    /** The peers of this node switch only when {@link #peersSwitch} is called. */
    ManualElectorates slowPeers(String name) {
        house(name).slowPeers = true;
        return this;
    }

    ManualElectorates peersSwitch(String name) {
        int number = node(name).switchedTo().orElseThrow().number();
        return take(name, node(name).switched(now, draw(), number));
    }

    /** The margin that is configured on the node, from its next start on. */
    ManualElectorates margin(String name, long nanos) {
        house(name).marginNanos = nanos;
        return this;
    }

    /** The only group to which the node may belong, as its file says from its next start on. */
    ManualElectorates belongsTo(long group, String name) {
        house(name).group = group;
        return this;
    }

    /** After how long the node asks to be readmitted by itself, and lets others do so, from its next start on. */
    ManualElectorates readmitsAfter(long nanos, String... names) {
        for (String name : names) {
            house(name).readmitAfterNanos = nanos;
        }
        return this;
    }

    /** The directory of a node that is down is written by an operator. */
    ManualElectorates write(String name, Configuration configuration) {
        house(name).disk = house(name).disk.storing(configuration);
        return this;
    }

    // ---- what happens

    /** The node hears a message of another one, which need not run. */
    ManualElectorates hears(String to, String from, ElectorateMessage message) {
        return hears(to, from, house(from).identity, message);
    }

    ManualElectorates hears(String to, String from, DirectoryIdentity identity, ElectorateMessage message) {
        return take(to, node(to).heard(now, draw(), id(from), identity, message));
    }

    /** The node hears a message of an election that was made under this configuration. */
    ManualElectorates hearsUnder(int number, String to, String from) {
        return hearsUnder(GROUP, number, to, from);
    }

    ManualElectorates hearsUnder(long group, int number, String to, String from) {
        return take(to, node(to).labelled(now, id(from), group, number));
    }

    /** U7: the node stores a register. */
    ManualElectorates holdsRegister(String name) {
        return take(name, node(name).holdsRegister(now));
    }

    /** U7: all these entries are on the node's disk. */
    ManualElectorates registersHeld(String name, String from, ElectorateMessage.RegisterVersions listed) {
        return take(name, node(name).registersHeld(now, id(from), listed));
    }

    ManualElectorates ticks(String name) {
        return take(name, node(name).tick(now, draw()));
    }

    ManualElectorates mayFound(String name) {
        return take(name, node(name).mayFound(now, draw(), now / 1_000_000));
    }

    /** A wish at the node, as an operator writes it with the letters of nodes. Returns its number. */
    long wishes(String name, String text) {
        return wishes(name, text, false);
    }

    long wishes(String name, String text, boolean dryRun) {
        return wishes(name, WishText.parse(text.replaceAll("\\b([a-z])\\b", "$1:1")), dryRun);
    }

    long wishes(String name, Wish wish, boolean dryRun) {
        take(
                name,
                node(name).wish(now, draw(), new Proposal.Request(++wishes, wish, dryRun, "test " + wishes, wishes)));
        return wishes;
    }

    /** The change is made, with the time that this takes. */
    ManualElectorates changes(String name, String text) {
        long number = wishes(name, text);
        after(60 * TestValues.E);
        assertThat(did(name, ElectorateEffect.Failed.class))
                .filteredOn(failed -> failed.wish() == number)
                .isEmpty();
        assertThat(did(name, ElectorateEffect.Done.class)).contains(new ElectorateEffect.Done(number));
        return this;
    }

    /** The wish fails at once, or within its patience, for this reason. */
    String failure(String name, String text) {
        return failure(name, WishText.parse(text.replaceAll("\\b([a-z])\\b", "$1:1")));
    }

    String failure(String name, Wish wish) {
        long number = wishes(name, wish, false);
        after(200 * TestValues.E);
        assertThat(did(name, ElectorateEffect.Done.class)).doesNotContain(new ElectorateEffect.Done(number));
        return did(name, ElectorateEffect.Failed.class).stream()
                .filter(failed -> failed.wish() == number)
                .map(ElectorateEffect.Failed::why)
                .findFirst()
                .orElseThrow();
    }

    private ManualElectorates take(String name, Electorate.Step step) {
        House house = house(name);
        house.electorate = Optional.of(step.electorate());
        for (ElectorateEffect effect : step.effects()) {
            house.did.add(effect);
            if (effect instanceof ElectorateEffect.Tell tell) {
                String to = tell.to().host();
                if (!cut.contains(name + to)) {
                    flying.add(new Letter(name, house.life, to, tell.message()));
                }
            } else if (effect instanceof ElectorateEffect.Store store) {
                house.writing.add(store.electorate());
            }
        }
        for (ElectorateEffect effect : step.effects()) {
            if (effect instanceof ElectorateEffect.Store && !house.slowDisk) {
                diskForces(name);
            } else if (effect instanceof ElectorateEffect.Switch && !house.slowPeers) {
                peersSwitch(name);
            }
        }
        return this;
    }

    /** All messages in flight arrive, and their answers. */
    ManualElectorates settle() {
        int arrived = 0;
        while (!flying.isEmpty()) {
            Letter next = flying.remove();
            boolean isOfThisLife = isUp(next.from) && house(next.from).life == next.fromLife;
            if (isUp(next.to) && isOfThisLife) {
                hears(next.to, next.from, next.message);
            }
            assertThat(++arrived).as("messages without end").isLessThan(ENDLESS);
        }
        return this;
    }

    /** Time passes; every node receives the ticks that it asks for. */
    ManualElectorates after(long nanos) {
        long until = now + nanos;
        settle();
        while (true) {
            Optional<String> next = houses.keySet().stream()
                    .filter(name -> wakeAt(name) <= until)
                    .min(Comparator.comparingLong(this::wakeAt));
            if (next.isEmpty()) {
                now = until;
                return this;
            }
            now = Math.max(now, wakeAt(next.get()));
            ticks(next.get());
            assertThat(wakeAt(next.get())).as("asks for a tick without end").isGreaterThan(now);
            settle();
        }
    }

    private long draw() {
        return ++draws * 0x9E3779B97F4A7C15L;
    }

    // ---- questions

    private House house(String name) {
        return houses.computeIfAbsent(name, unused -> new House());
    }

    private boolean isUp(String name) {
        return house(name).electorate.isPresent();
    }

    private long wakeAt(String name) {
        return house(name).electorate.map(Electorate::wakeAt).orElse(Peer.NEVER);
    }

    Electorate node(String name) {
        return house(name).electorate.orElseThrow();
    }

    StoredElectorate disk(String name) {
        return house(name).disk;
    }

    Configuration configuration(String name) {
        return node(name).configuration().orElseThrow();
    }

    DirectoryIdentity identity(String name) {
        return house(name).identity;
    }

    long now() {
        return now;
    }

    /** The effects of this kind, oldest first. */
    <T extends ElectorateEffect> List<T> did(String name, Class<T> kind) {
        return house(name).did.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The messages of this kind that the node has sent, to whomever. */
    <T extends ElectorateMessage> List<T> said(String name, Class<T> kind) {
        return did(name, ElectorateEffect.Tell.class).stream()
                .map(ElectorateEffect.Tell::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** The messages that the node has sent to another one. */
    List<ElectorateMessage> said(String name, String to) {
        return did(name, ElectorateEffect.Tell.class).stream()
                .filter(tell -> tell.to().equals(id(to)))
                .map(ElectorateEffect.Tell::message)
                .toList();
    }

    ManualElectorates forgetWhatWasDone() {
        houses.values().forEach(house -> house.did.clear());
        return this;
    }

    /** Each of these nodes obeys the configuration with this number, and has it on disk. */
    ManualElectorates obey(int number, String... names) {
        for (String name : names) {
            assertThat(disk(name).number()).as("on the disk of %s", name).isEqualTo(number);
            assertThat(node(name).obeyed()).as("obeyed by %s", name).isEqualTo(number);
        }
        return this;
    }
}
