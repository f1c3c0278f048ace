package dev.conclave.core.node;

import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The mutable state of one step of a {@link Node}: greetings, and the checks of lives and passes (R10, R13). {@link Admission}
 * checks identities. Used only within {@link Node#step}.
 */
final class NodeStep {
    final Node before;
    final Node.Self self;
    final long now;
    final LongSupplier highestTerm;
    final List<NodeEffect> effects = new ArrayList<>();

    JournalHead head;
    JournalHead durable;
    PeerMap<Node.Contact> contacts;
    PeerMap<Node.Dial> dials;
    final Map<PeerId, Node.Answer> answers;
    HelloLimiter greetingLimiter;
    final List<PeerId> told;

    NodeStep(Node node, long now, LongSupplier highestTerm) {
        before = node;
        self = node.self();
        this.now = now;
        this.highestTerm = highestTerm;
        head = node.head();
        durable = node.durable();
        contacts = node.contacts();
        dials = node.dials();
        answers = new TreeMap<>(node.answers());
        greetingLimiter = node.greetingLimiter();
        told = new ArrayList<>(node.told());
    }

    Node end() {
        return new Node(
                self,
                before.startedAt(),
                head,
                durable,
                contacts,
                dials,
                Collections.unmodifiableMap(answers),
                greetingLimiter,
                List.copyOf(told));
    }

    // ---- greeting

    void tick() {
        List<PeerId> waiting = new ArrayList<>();
        for (Map.Entry<PeerId, Node.Dial> entry : dials.entrySet()) {
            PeerId peer = entry.getKey();
            waiting.add(peer);
            if (now >= entry.getValue().at()) {
                greet(peer, 0, true);
                dialAgain(peer, entry.getValue());
            }
        }
        if (now >= before.mayShrinkAt()) {
            head = head.withElectionNanos(self.settings().electionNanos());
            effects.add(new NodeEffect.StoreHead(head));
        }
        if (!durable.admitted()) {
            Admission.tryAdmission(this);
            waiting.retainAll(self.settings().voters());
            waiting.removeAll(answers.keySet());
            // A voter that knows another identity has answered, and was reported.
            waiting.removeAll(told);
            boolean overdue = now - before.startedAt() > 2 * self.settings().electionNanos();
            if (!waiting.isEmpty() && overdue && !told.contains(self.id())) {
                told.add(self.id());
                effects.add(new NodeEffect.WaitingFor(List.copyOf(waiting)));
            }
        }
    }

    /**
     * Greets again with growing waits: a voter without end, any other peer only for some E, since its address may never return.
     */
    private void dialAgain(PeerId peer, Node.Dial last) {
        long longest = 2 * self.settings().electionNanos();
        if (last.waitNanos() < longest || self.settings().isVoter(peer)) {
            dials = dials.with(peer, new Node.Dial(now + last.waitNanos(), Math.min(last.waitNanos() * 2, longest)));
        } else {
            dials = dials.without(peer);
        }
    }

    void dial(PeerId peer) {
        if (contacts.containsKey(peer) || dials.containsKey(peer) || peer.equals(self.id())) {
            return;
        }
        if (self.settings().isVoter(peer) || dials.size() < Node.MAX_PEERS) {
            dials = dials.with(peer, new Node.Dial(now, self.settings().heartbeatNanos() / 2));
        } else {
            crowded(peer);
        }
    }

    void greet(PeerId to, long echo, boolean answerMe) {
        Node.Contact contact = contacts.get(to);
        effects.add(new NodeEffect.Greet(
                to,
                new Hello(
                        self.id(),
                        self.incarnation(),
                        durable.identity(),
                        durable.replaces(),
                        durable.admitted(),
                        self.settings(),
                        self.lifelinePort(),
                        self.httpPort(),
                        Hello.VERSION,
                        self.passFor(to),
                        echo != 0 ? echo : contact == null ? 0 : contact.pass(),
                        answerMe,
                        Optional.ofNullable(durable.known().get(to)),
                        highestTerm.getAsLong(),
                        before.replaced(),
                        durable.starts())));
    }

    /**
     * Greets, within limits, a sender that has not shown the pass of this life or is not in the life that this node has met. The
     * hello asks for an answer, unless the sender is in the known life. Otherwise a restarted peer would meet this node but not
     * the reverse: this node would drop its requests for votes.
     */
    void answerUnproven(PeerId to, long echo) {
        long electionNanos = self.settings().electionNanos();
        Optional<HelloLimiter> answered = isKnown(to)
                ? greetingLimiter.answeringKnown(to, now, electionNanos)
                : greetingLimiter.answeringStranger(to, now, electionNanos);
        if (answered.isPresent()) {
            greetingLimiter = answered.get();
            Node.Contact contact = contacts.get(to);
            greet(to, echo, contact == null || contact.pass() != echo);
        } else if (!isKnown(to) && !greetingLimiter.hasPlaceFor(to, now)) {
            drop(
                    to,
                    NodeEffect.Drop.STRANGERS,
                    to + " is not answered, and neither is any other unknown address for now: this node has answered "
                            + HelloLimiter.MAX_STRANGERS
                            + " addresses that have not proven who they are; if they are forged, switch on TLS");
        }
    }

    /** Greets within limits: two peers that treat each other as superseded would otherwise answer each other for ever. */
    private void answerUnasked(PeerId to, long echo) {
        greetingLimiter.answeringKnown(to, now, self.settings().electionNanos()).ifPresent(counted -> {
            greetingLimiter = counted;
            greet(to, echo, false);
        });
    }

    /** Whether this node sends to the peer anyway, so that an answer does not make the transport keep more state. */
    private boolean isKnown(PeerId peer) {
        return self.settings().isVoter(peer) || contacts.containsKey(peer) || dials.containsKey(peer);
    }

    void greeted(Hello hello) {
        PeerId from = hello.from();
        if (from.equals(self.id())) {
            drop(
                    from,
                    NodeEffect.Drop.OUR_NAME,
                    "another node claims to be " + from + "; is a second node running with this address?");
            return;
        }
        boolean proven = hello.echo() == self.passFor(from);
        if (!proven) {
            answerUnproven(from, hello.pass());
        }
        if (!hello.settings().equals(self.settings())) {
            if (proven) {
                // The address is proven, so it must not occupy a stranger's place: hundreds of such nodes would take
                // all places.
                greetingLimiter = greetingLimiter.without(from);
            }
            drop(from, NodeEffect.Drop.OTHER_SETTINGS, difference(from, hello.settings()));
            return;
        }
        if (!proven) {
            return;
        }
        Admission.learn(this, hello.replaced());
        if (Admission.isOfAnEarlierStart(this, hello)) {
            return;
        }
        if (!Admission.isAccepted(this, hello)) {
            contacts = contacts.without(from);
            if (hello.answerMe()) {
                greet(from, hello.pass(), false);
            } else if (Admission.isSuperseded(this, hello)) {
                answerUnasked(from, hello.pass());
            }
            return;
        }
        if (!meet(hello)) {
            return;
        }
        Admission.noteAnswer(this, hello);
        if (hello.answerMe()) {
            greet(from, hello.pass(), false);
        }
    }

    private String difference(PeerId from, Settings theirs) {
        Settings ours = self.settings();
        String what = !theirs.voters().equals(ours.voters())
                ? "conclave.voters is " + theirs.voters() + " there and " + ours.voters() + " here"
                : theirs.electionNanos() != ours.electionNanos()
                        ? "conclave.election-timeout is " + theirs.electionNanos() / 1e6 + " ms there and "
                                + ours.electionNanos() / 1e6 + " ms here"
                        : theirs.heartbeatNanos() != ours.heartbeatNanos()
                                ? "conclave.heartbeat-interval is " + theirs.heartbeatNanos() / 1e6 + " ms there and "
                                        + ours.heartbeatNanos() / 1e6 + " ms here"
                                : "conclave.max-clock-drift is " + theirs.maxClockDrift() + " there and "
                                        + ours.maxClockDrift() + " here";
        return from + " is rejected: " + what + "; stop all nodes, give all nodes the same value, and start them again";
    }

    void stored(JournalHead stored) {
        JournalHead former = durable;
        durable = stored;
        stored.known().forEach((peer, identity) -> {
            if (!identity.equals(former.known().get(peer))) {
                dials = dials.with(peer, new Node.Dial(now, self.settings().heartbeatNanos() / 2));
                // The peer waits for the answer that this node accepts only this identity; it is sent as soon as that
                // is durable.
                greet(peer, 0, true);
            }
        });
        if (stored.admitted() && !former.admitted()) {
            answers.clear();
            effects.add(new NodeEffect.Admitted(stored.floor()));
            for (PeerId peer : contacts.keySet()) {
                greet(peer, 0, false);
            }
        }
        Admission.tryAdmission(this);
    }

    /**
     * Accepts the peer if there is room: it is a voter, has a place already, or takes a free or lapsed one. Returns whether it
     * was accepted.
     */
    private boolean meet(Hello hello) {
        PeerId from = hello.from();
        Node.Contact former = contacts.get(from);
        if (former == null && !self.settings().isVoter(from) && !hasRoom()) {
            crowded(from);
            return false;
        }
        Node.Contact contact = new Node.Contact(
                hello.incarnation(),
                hello.identity(),
                hello.pass(),
                self.passFor(from),
                hello.lifelinePort(),
                hello.httpPort(),
                hello.takesPart(),
                now,
                hello.starts(),
                former != null && former.identity().equals(hello.identity())
                        ? Math.max(former.provenTerm(), hello.highestTerm())
                        : hello.highestTerm());
        contacts = contacts.with(from, contact);
        if (!contact.isStill(former)) {
            greetingLimiter = greetingLimiter.without(from);
            effects.add(new NodeEffect.Met(from, hello.incarnation(), hello.lifelinePort()));
            told.remove(from);
        }
        if (!Admission.isAsking(this, from)) {
            dials = dials.without(from);
        }
        return true;
    }

    /**
     * Clears lapsed places when all are taken, since addresses of pods may never return. An active peer never loses its place to
     * another one: the two would displace each other in turn, and neither would be accepted for long.
     */
    private boolean hasRoom() {
        if (contacts.size() < Node.MAX_PEERS) {
            return true;
        }
        for (Map.Entry<PeerId, Node.Contact> entry : contacts.entrySet()) {
            if (before.hasLapsed(entry.getKey(), entry.getValue(), now)) {
                contacts = contacts.without(entry.getKey());
            }
        }
        return contacts.size() < Node.MAX_PEERS;
    }

    private void crowded(PeerId peer) {
        drop(
                peer,
                NodeEffect.Drop.TOO_MANY_PEERS,
                peer + " is rejected, and so is any other new non-voter for now: this node already talks to "
                        + Node.MAX_PEERS + " peers, and all of them are active; let fewer nodes join elections");
    }

    // ---- frames

    void framed(NodeInput.Framed frame) {
        PeerId from = frame.from();
        Node.Contact contact = contacts.get(from);
        if (!Node.isOf(contact, frame)) {
            drop(
                    from,
                    NodeEffect.Drop.NO_PASS,
                    "a frame from " + from + " was dropped: it does not show this node's pass");
            answerUnproven(from, 0);
            return;
        }
        if (Admission.learn(this, frame.replaced())) {
            // Drops this frame until the identities are stored: its messages may depend on what was just replaced.
            return;
        }
        effects.add(new NodeEffect.Deliver());
    }

    void drop(PeerId from, NodeEffect.Drop kind, String why) {
        effects.add(new NodeEffect.Dropped(from, kind, why));
    }
}
