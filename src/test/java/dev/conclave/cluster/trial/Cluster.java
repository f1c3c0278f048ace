package dev.conclave.cluster.trial;

import dev.conclave.cluster.machine.Network;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.judge.Event;
import dev.conclave.judge.Judge;
import dev.conclave.judge.Report;
import dev.conclave.judge.Violation;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.demo.EventHistory;
import dev.conclave.node.demo.PeerStates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongPredicate;

/**
 * The peers of one trial, all candidates in one election, and the faults that a test causes in them. Used by one thread.
 */
public final class Cluster implements AutoCloseable {

    /** H and E of all trials: short, so that tests are short, and long enough for a machine with two cores. */
    public static final Duration HEARTBEAT = Duration.ofMillis(100);

    static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The reason in the events of a peer whose lease has expired. */
    private static final String EXPIRED =
            Effect.Reason.LEASE_EXPIRED.name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** A look may ask all peers over HTTP, which takes processor time from peers that start. */
    private static final long BETWEEN_LOOKS_NANOS = 50_000_000;

    private final Network network;
    private final EventHistory history = new EventHistory(event -> {});
    private final EventHistory further = new EventHistory(event -> {});
    private final List<PeerProcess> peers = new ArrayList<>();
    private final List<Long> failoversNanos = new ArrayList<>();
    private final int founders;
    private List<LongPredicate> groups = List.of();
    private long term;
    private long lastFaultAt = System.nanoTime();

    /** A cluster all of whose peers are voters. */
    public Cluster(Network network, Program program, Path directory, List<String> options) {
        this(network, program, directory, options, network.peers(), Map.of());
    }

    /**
     * A cluster.
     *
     * @param listed the voters in the files of all peers
     * @param doors the HTTP doors of the peers that have one
     */
    Cluster(
            Network network,
            Program program,
            Path directory,
            List<String> options,
            List<PeerId> listed,
            Map<PeerId, HttpDoor> doors) {
        this.network = network;
        this.founders = listed.size();
        for (PeerId id : network.peers()) {
            Path home = directory.resolve("peer-" + id.host().replace(':', '_') + "_" + id.port());
            List<String> jvmOptions = new ArrayList<>(network.jvmOptions(id));
            Optional<HttpDoor> door = Optional.ofNullable(doors.get(id));
            door.ifPresent(one -> jvmOptions.addAll(one.jvmOptions()));
            jvmOptions.addAll(options);
            List<String> command = new ArrayList<>(network.startedThrough(id));
            command.addAll(program.command(id, listed, home.resolve("data"), jvmOptions));
            peers.add(new PeerProcess(id, home, command, history, further, door));
        }
    }

    // ---- the peers

    public List<PeerProcess> peers() {
        return List.copyOf(peers);
    }

    public PeerProcess peer(int index) {
        return peers.get(index);
    }

    public PeerProcess peer(PeerId id) {
        return peers.stream().filter(peer -> peer.id().equals(id)).findFirst().orElseThrow();
    }

    public List<PeerProcess> running() {
        return peers.stream().filter(PeerProcess::isRunning).toList();
    }

    public List<PeerProcess> others(PeerProcess... than) {
        return peers.stream().filter(peer -> !List.of(than).contains(peer)).toList();
    }

    public EventHistory history() {
        return history;
    }

    /** The highest term of a leader that a test has awaited. */
    public long term() {
        return term;
    }

    // ---- faults

    /** Starts the peers that are in the list of voters. */
    public Cluster start() {
        peers.subList(0, founders).forEach(PeerProcess::start);
        return this;
    }

    /** The peers of the list of voters. */
    public List<PeerProcess> voters() {
        return List.copyOf(peers.subList(0, founders));
    }

    /** The peers that are in no list of voters. */
    public List<PeerProcess> spares() {
        return List.copyOf(peers.subList(founders, peers.size()));
    }

    public void restart(PeerProcess... these) {
        for (PeerProcess peer : these) {
            peer.start();
        }
    }

    public void kill(PeerProcess... these) {
        fault();
        for (PeerProcess peer : these) {
            peer.kill();
        }
    }

    public void freeze(PeerProcess peer) {
        fault();
        peer.freeze();
    }

    public void thaw(PeerProcess peer) {
        peer.thaw();
    }

    public void terminate(PeerProcess peer) {
        fault();
        peer.terminate();
    }

    public void handOver(PeerProcess peer) {
        fault();
        peer.command("hand-over");
    }

    /** Messages of the first peer no longer reach the second. */
    public void cutOneWay(PeerProcess from, PeerProcess to) {
        fault();
        try {
            network.cut(from.id(), to.id());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void cut(PeerProcess one, PeerProcess other) {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /** Cuts the links between two sides. */
    public void split(Collection<PeerProcess> side, Collection<PeerProcess> otherSide) {
        for (PeerProcess one : side) {
            for (PeerProcess other : otherSide) {
                cut(one, other);
            }
        }
    }

    /** Cuts all links of one peer. */
    public void cutOff(PeerProcess lonely) {
        split(List.of(lonely), others(lonely));
    }

    /** Mends every cut. */
    public void mend() {
        try {
            network.mendAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fault();
    }

    private void fault() {
        lastFaultAt = System.nanoTime();
    }

    // ---- conditions

    /** Waits for a leader that all other running peers follow. */
    public PeerProcess awaitLeader() {
        return awaitLeaderAmong(running());
    }

    /** Waits for a leader of a higher term than any awaited before, which all other running peers follow. */
    public PeerProcess awaitNextLeader() {
        return awaitNextLeaderAmong(running());
    }

    /** Waits for a leader among these peers, which the others of them follow. */
    public PeerProcess awaitLeaderAmong(Collection<PeerProcess> these) {
        return await("a leader whom all of " + these + " follow", states -> led(states, these, 0));
    }

    /** Waits for such a leader in one of two groups. */
    public PeerProcess awaitLeaderAmongEither(Collection<PeerProcess> these, Collection<PeerProcess> those) {
        return await(
                "a leader whom all of " + these + " or all of " + those + " follow",
                states -> led(states, these, 0).or(() -> led(states, those, 0)));
    }

    public PeerProcess awaitNextLeaderAmong(Collection<PeerProcess> these) {
        long above = term;
        await("a leader above term " + above, states -> states.leader().filter(leader -> leader.term() > above));
        return await(
                "a leader above term " + above + " whom all of " + these + " follow",
                states -> led(states, these, above));
    }

    private Optional<PeerProcess> led(PeerStates states, Collection<PeerProcess> these, long above) {
        Optional<Event.Elected> leader =
                states.leaderOf(these.stream().map(PeerProcess::id).toList()).filter(elected -> elected.term() > above);
        leader.ifPresent(elected -> {
            if (elected.term() > term && elected.mono() > lastFaultAt) {
                failoversNanos.add(elected.mono() - lastFaultAt);
            }
            term = Math.max(term, elected.term());
        });
        return leader.map(elected -> peer(elected.peer()));
    }

    /** The peer that reports that it leads, if there is one. */
    public Optional<PeerProcess> leader() {
        return history.states().leader().map(elected -> peer(elected.peer()));
    }

    /** The number of events that the peers have reported so far. */
    public int events() {
        return history.events().size();
    }

    /**
     * The ends of leaderships after the first so many events, except of those whose lease expired: on a machine that is too busy for E
     * that happens to any leader, so it says nothing about the step that a test has just taken.
     */
    public List<Event.Dismissed> endedByCauseAfter(int events) {
        List<Event> all = history.events();
        return all.subList(events, all.size()).stream()
                .filter(Event.Dismissed.class::isInstance)
                .map(Event.Dismissed.class::cast)
                .filter(ended -> !ended.reason().equals(EXPIRED))
                .toList();
    }

    /** Whether all running peers follow one of them. */
    public boolean isLed() {
        return led(history.states(), running(), 0).isPresent();
    }

    /** Waits until a former leader has reported the end of its leadership. */
    public void awaitDismissed(PeerProcess former) {
        await(
                "the end of the leadership of " + former,
                states -> Optional.ofNullable(states.last().get(former.id()))
                        .filter(event -> !(event instanceof Event.Elected)));
    }

    public void awaitStarted(PeerProcess peer) {
        await(
                peer + " to take part",
                states -> Optional.ofNullable(states.last().get(peer.id()))
                        .filter(event -> !(event instanceof Event.Killed)));
    }

    private <T> T await(String what, Function<PeerStates, Optional<T>> question) {
        try {
            return history.await(what, PATIENCE, heard -> question.apply(heard.states()));
        } catch (CliException e) {
            throw new AssertionError(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Lets a fault last for this long; no test concludes anything from the time that has passed. */
    public void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    public void passElectionTimeouts(double count) {
        pass(Duration.ofNanos((long) (count * ELECTION_TIMEOUT.toNanos())));
    }

    /** Waits for a condition that the peers do not report. */
    public void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    // ---- results

    List<Long> failoversNanos() {
        return List.copyOf(failoversNanos);
    }

    /**
     * From now on several groups that were forced from one lead beside each other, and promise nothing to each other (E11): leaderships
     * are compared only within each of these sets of terms.
     */
    public void judgeApart(LongPredicate... termsOfGroups) {
        groups = List.of(termsOfGroups);
    }

    public Report judge() {
        Report whole = Judge.judge(history.events());
        if (groups.isEmpty()) {
            return whole;
        }
        List<Violation> violations = new ArrayList<>();
        for (LongPredicate group : groups) {
            List<Event> ofGroup = history.events().stream()
                    .filter(event -> !(event instanceof Event.InElection told) || group.test(told.term()))
                    .toList();
            violations.addAll(Judge.judge(ofGroup).violations());
        }
        return new Report(violations, whole.elections());
    }

    /** Judges the further elections of the peers. */
    public Report judgeFurther() {
        return Judge.judge(further.events());
    }

    @Override
    public void close() {
        peers.forEach(PeerProcess::kill);
        network.close();
    }
}
