package dev.conclave.core.scenario;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.UrgentMessageSelector;
import dev.conclave.judge.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * A few hosts and the wires between them. Events of the same instant happen in the order in which they were scheduled, ticks
 * last; so a story always ends the same.
 */
final class Network {

    private static final ElectionName ELECTION = new ElectionName("story");

    private record Due(long at, long order, Runnable what) {}

    private final PriorityQueue<Due> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private final Map<String, Host> hosts = new TreeMap<>();
    private final Trace trace = new Trace();
    private final Links links = new Links();
    private final List<Event> events = new ArrayList<>();
    private final Nodes nodes = new Nodes(this);
    private long now;
    private long begun;
    private long seed = 1;

    // ---- the parts

    Host host(String name) {
        return hosts.computeIfAbsent(name, Host::new);
    }

    Iterable<Host> hosts() {
        return List.copyOf(hosts.values());
    }

    Trace trace() {
        return trace;
    }

    Links links() {
        return links;
    }

    Nodes nodes() {
        return nodes;
    }

    /** The events that the peers reported, for the judge. */
    List<Event> events() {
        return events;
    }

    long now() {
        return now;
    }

    void seed(long number) {
        seed = number;
    }

    // ---- time

    void at(long instant, Runnable what) {
        agenda.add(new Due(instant, begun++, what));
    }

    /** Does the next thing that is due until then. Returns whether there was one. */
    boolean next(long until) {
        Optional<Host> sleeper =
                hosts.values().stream().filter(Host::isAwake).min(Comparator.comparingLong(Host::wakeAt));
        long wakeAt = sleeper.map(Host::wakeAt).orElse(Peer.NEVER);
        Due due = agenda.peek();
        if (due != null && due.at <= Math.min(until, Math.max(now, wakeAt))) {
            agenda.remove();
            now = Math.max(now, due.at);
            due.what.run();
            return true;
        }
        if (sleeper.isPresent() && wakeAt <= until) {
            now = Math.max(now, wakeAt);
            tick(sleeper.get());
            return true;
        }
        now = Math.max(now, until);
        return false;
    }

    private void tick(Host host) {
        if (host.node.filter(node -> node.wakeAt() <= now).isPresent()) {
            nodes.tell(host, new NodeInput.Tick());
            refuseEndlessTicks(host, host.node.orElseThrow().wakeAt());
        }
        if (host.peer.filter(peer -> peer.wakeAt() <= now).isPresent()) {
            step(host, new Input.Tick());
            refuseEndlessTicks(host, host.peer.orElseThrow().wakeAt());
        }
    }

    private void refuseEndlessTicks(Host host, long wakeAt) {
        if (wakeAt <= now) {
            throw new IllegalStateException(host.name + " asks for a tick without end");
        }
    }

    // ---- lives

    /** Begins a life of this peer. */
    void begin(Host host, Peer.Self self) {
        host.life++;
        host.peer = Optional.of(Peer.start(self, host.durable));
        host.urgent = new UrgentMessageSelector();
        host.diskFreeAt = now;
        events.add(new Event.Started(
                now, host.id(), ELECTION, host.durable.term(), self.settings().isVoter(host.id())));
        trace.add(now, host.name, "starts" + (host.durable.equals(Ballot.NONE) ? "" : " in " + Trace.of(host.durable)));
    }

    void end(Host host, boolean withThePower) {
        trace.add(now, host.name, withThePower ? "has no power any more" : "is killed");
        events.add(new Event.Killed(now, host.id()));
        host.end(withThePower);
    }

    void freeze(Host host) {
        trace.add(now, host.name, "freezes");
        host.frozen = true;
    }

    /** A process that wakes handles its timer first, then the queued inputs. */
    void thaw(Host host) {
        trace.add(now, host.name, "thaws");
        host.frozen = false;
        if (host.wakeAt() <= now) {
            tick(host);
        }
        while (!host.queued.isEmpty()) {
            host.queued.remove().run();
        }
    }

    /** Passes an input to a process as soon as it runs, if it is still in that life by then. */
    void tell(Host host, int life, Runnable what) {
        if (host.isRunning() && host.life == life) {
            if (host.frozen) {
                host.queued.add(what);
            } else {
                what.run();
            }
        }
    }

    void tell(Host host, Input input) {
        tell(host, host.life, () -> step(host, input));
    }

    // ---- a step

    void step(Host host, Input input) {
        Peer.Step step = host.peer.orElseThrow().step(now, draw(host), input);
        host.peer = Optional.of(step.peer());
        List<Effect> effects = step.effects();
        for (int first = 0; first < effects.size(); first++) {
            if (effects.get(first) instanceof Effect.Send send) {
                int last = first;
                List<PeerId> to = new ArrayList<>(List.of(send.to()));
                while (last + 1 < effects.size()
                        && effects.get(last + 1) instanceof Effect.Send another
                        && another.message().equals(send.message())) {
                    to.add(another.to());
                    last++;
                }
                send(host, to, send.message(), step);
                first = last;
            } else {
                carryOut(host, effects.get(first));
            }
        }
    }

    /** Spread over the milliseconds of a second, or the value that the story sets. */
    private long draw(Host host) {
        long dice = (seed * 31 + host.name.hashCode()) * 0x9E3779B97F4A7C15L + now * 0xC2B2AE3D27D4EB4FL;
        dice ^= dice >>> 29;
        return 2 * host.jitterNanos.orElse(Math.floorMod((dice * 0xBF58476D1CE4E5B9L) >>> 20, 1000L) * 1_000_000);
    }

    private void send(Host host, List<PeerId> to, Message message, Peer.Step step) {
        Map<String, Integer> times = new LinkedHashMap<>();
        for (PeerId peer : to) {
            MessageRoute way = host.urgent.wayOf(new Effect.Send(peer, message), step);
            boolean arrives = post(host, host(peer.host()), message, way);
            times.merge(peer.host() + (arrives ? "" : " (lost)"), 1, Integer::sum);
        }
        if (trace.isShown(message)) {
            List<String> names = new ArrayList<>();
            times.forEach((name, count) -> names.add(count == 1 ? name : name + " (" + count + " times)"));
            trace.add(now, host.name, "> " + String.join(" ", names) + ": " + Trace.of(message));
        }
    }

    /** Returns whether the message will arrive. */
    private boolean post(Host from, Host to, Message message, MessageRoute way) {
        Optional<NodeInput.Framed> frame = nodes.frame(from, to);
        if (nodes.areUsed() && frame.isEmpty()) {
            nodes.tell(from, new NodeInput.Wanted(to.id()));
            return false;
        }
        int life = to.life;
        int configuration = from.peer.orElseThrow().self().configuration();
        Input received = new Input.Received(from.id(), from.incarnation(from.life), configuration, message);
        List<Long> arrivals =
                links.arrivals(from.name, to.name, message.getClass().getSimpleName(), way);
        for (long arrival : arrivals) {
            at(
                    now + arrival,
                    () -> tell(to, nodes.areUsed() ? to.life : life, () -> {
                        if (frame.isEmpty() || nodes.isHeard(to, frame.get())) {
                            to.urgent.heard(from.id(), message, way);
                            step(to, received);
                        }
                    }));
        }
        return !arrivals.isEmpty() && to.isRunning();
    }

    private void carryOut(Host host, Effect effect) {
        PeerId id = host.id();
        if (effect instanceof Effect.Persist persist) {
            persist(host, persist.ballot());
        } else if (effect instanceof Effect.Following following) {
            trace.add(now, host.name, "follows " + following.leader().host() + " in " + Trace.of(following.term()));
            events.add(new Event.Following(now, id, ELECTION, following.term(), following.leader()));
        } else if (effect instanceof Effect.Leaderless leaderless) {
            trace.add(now, host.name, "has no leader");
            events.add(new Event.Leaderless(now, id, ELECTION, leaderless.term()));
        } else if (effect instanceof Effect.Standing standing) {
            trace.add(now, host.name, "stands in " + Trace.of(standing.term()));
            events.add(new Event.Standing(now, id, ELECTION, standing.term()));
        } else if (effect instanceof Effect.Elected elected) {
            trace.add(
                    now,
                    host.name,
                    "LEADS " + Trace.of(elected.term()) + " until " + Trace.millis(elected.leaseUntil()));
            events.add(new Event.Elected(now, id, ELECTION, elected.term(), elected.leaseUntil()));
        } else if (effect instanceof Effect.Renewed renewed && trace.showsEverything()) {
            trace.add(
                    now,
                    host.name,
                    "leads " + Trace.of(renewed.term()) + " until " + Trace.millis(renewed.leaseUntil()));
        } else if (effect instanceof Effect.Dismissed dismissed) {
            trace.add(
                    now,
                    host.name,
                    "asks the users of " + Trace.of(dismissed.term()) + " to stop: " + dismissed.reason());
            host.usersNanos.ifPresent(nanos -> {
                int life = host.life;
                at(now + nanos, () -> tell(host, life, () -> step(host, new Input.UsersStopped(dismissed.term()))));
            });
        } else if (effect instanceof Effect.Ended ended) {
            trace.add(now, host.name, "LED " + Trace.of(ended.term()) + " until " + Trace.millis(ended.heldUntil()));
            events.add(new Event.Dismissed(
                    now, id, ELECTION, ended.term(), ended.reason().name(), ended.heldUntil()));
        } else if (effect instanceof Effect.HandOverRefused refused) {
            trace.add(
                    now,
                    host.name,
                    refused.why() == Effect.Refusal.NO_OTHER_CANDIDATE
                            ? "knows nobody to hand over to"
                            : "does not hand over: " + refused.why());
        } else if (effect instanceof Effect.Implausible implausible) {
            trace.add(now, host.name, "does not believe in term " + Trace.of(implausible.term()));
        }
    }

    private void persist(Host host, Ballot ballot) {
        trace.add(now, host.name, "writes " + Trace.of(ballot));
        int life = host.life;
        host.written.add(ballot);
        host.diskFreeAt = Math.max(host.diskFreeAt, now) + host.diskNanos;
        at(host.diskFreeAt, () -> {
            if (host.life == life && host.written.remove(ballot)) {
                host.durable = ballot;
                tell(host, life, () -> step(host, new Input.Persisted(ballot)));
            }
        });
    }
}
