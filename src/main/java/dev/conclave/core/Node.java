package dev.conclave.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node decides for all its elections: whom it hears (R13), under which identity (R15), in which life (R10), and
 * whether it takes part. A value; {@link #step} is pure.
 *
 * @param self what never changes in this life
 * @param startedAt when this life began
 * @param head the newest head, perhaps not yet durable; empty for a node without a data directory, which only watches
 * @param durable the newest head known to be durable
 * @param contacts the peers that are heard, each in one life
 * @param dials the peers that are greeted until they answer
 * @param answers who has answered that it knows this identity and no other, while this node is not admitted
 * @param callers whom this node has answered without proof
 * @param told which refusals were told, so that each is told once
 */
public record Node(
        Self self,
        long startedAt,
        Optional<Head> head,
        Optional<Head> durable,
        Map<PeerId, Contact> contacts,
        Map<PeerId, Dial> dials,
        Map<PeerId, Answer> answers,
        Callers callers,
        List<PeerId> told) {

    private static final List<NodeEffect> DELIVER = List.of(new NodeEffect.Deliver());
    private static final int MAX_PEERS = 1024;

    /**
     * What never changes in the life of a node.
     *
     * @param id its name
     * @param incarnation its life
     * @param settings what all peers agree on
     * @param lifelinePort where its lifeline listens, 0 for none
     * @param secret drawn at start; passes are made from it
     */
    public record Self(PeerId id, Incarnation incarnation, Settings settings, int lifelinePort, long secret) {

        /** What the peer must show: a number that nobody can guess and that is told to its own address only. */
        long passFor(PeerId peer) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] hash = digest.digest((secret + "|" + incarnation + "|" + peer).getBytes(StandardCharsets.UTF_8));
                long pass = 0;
                for (int i = 0; i < Long.BYTES; i++) {
                    pass = pass << 8 | (hash[i] & 0xff);
                }
                return pass == 0 ? 1 : pass;
            } catch (NoSuchAlgorithmException everyJavaHasIt) {
                throw new IllegalStateException(everyJavaHasIt);
            }
        }
    }

    /**
     * A peer that is heard.
     *
     * @param incarnation the life that is heard
     * @param identity its memory
     * @param pass what we show it
     * @param ourPass what it shows us
     * @param lifelinePort where its lifeline listens, 0 for none
     */
    public record Contact(Incarnation incarnation, Identity identity, long pass, long ourPass, int lifelinePort) {}

    /**
     * A peer that is greeted until it answers.
     *
     * @param at when the next time
     * @param waitNanos how long after that one
     */
    public record Dial(long at, long waitNanos) {}

    /**
     * That a voter knows this node's identity and no other.
     *
     * @param takesPart whether that voter takes part itself
     * @param highestTerm the highest term it knew then
     */
    public record Answer(boolean takesPart, long highestTerm) {}

    /** A node at its start. Greets every other voter at the first tick. */
    public static Node start(Self self, Optional<Head> head, long now) {
        Map<PeerId, Dial> dials = new TreeMap<>();
        for (PeerId voter : self.settings().voters()) {
            if (!voter.equals(self.id())) {
                dials.put(voter, new Dial(now, self.settings().heartbeatNanos() / 2));
            }
        }
        return new Node(self, now, head, head, Map.of(), dials, Map.of(), Callers.none(now), List.of());
    }

    /** Whether this node was admitted, durably. */
    public boolean takesPart() {
        return durable.isPresent() && durable.get().admitted();
    }

    /** The identity that this node tells. */
    public Identity identity() {
        return durable.map(Head::identity).orElse(Identity.NONE);
    }

    /** What a frame to the peer must say of its sender; empty if there is no contact with it. */
    public Optional<NodeInput.Framed> frameTo(PeerId peer) {
        Contact contact = contacts.get(peer);
        return contact == null
                ? Optional.empty()
                : Optional.of(
                        new NodeInput.Framed(self.id(), self.incarnation(), identity(), contact.pass(), replaced()));
    }

    /** When this node next needs a tick; {@link Peer#NEVER} if it needs none. */
    public long wakeAt() {
        long at = Peer.NEVER;
        for (Dial dial : dials.values()) {
            at = Math.min(at, dial.at());
        }
        return Math.min(at, mayShrinkAt());
    }

    /** R6: a longer E of a former life must be remembered until it was waited out in this one. */
    private long mayShrinkAt() {
        return head.isPresent()
                        && head.get().longestElectionNanos() > self.settings().electionNanos()
                ? startedAt + head.get().longestElectionNanos()
                : Peer.NEVER;
    }

    /**
     * What this node becomes by an input, and what is to be done.
     *
     * @param now the driver's monotonic clock in nanoseconds
     * @param highestTerm gives the highest durable term of any election that this node knows; asked at most a few times
     * @param input what has happened
     */
    public Step step(long now, LongSupplier highestTerm, NodeInput input) {
        if (input instanceof NodeInput.Framed framed
                && framed.replaced().isEmpty()
                && isOf(contacts.get(framed.from()), framed)) {
            return new Step(this, DELIVER);
        }
        Work work = new Work(this, now, highestTerm);
        if (input instanceof NodeInput.Tick) {
            work.tick();
        } else if (input instanceof NodeInput.Greeted greeted) {
            work.greeted(greeted.hello());
        } else if (input instanceof NodeInput.Framed framed) {
            work.framed(framed);
        } else if (input instanceof NodeInput.Wanted wanted) {
            work.dial(wanted.peer());
        } else if (input instanceof NodeInput.HeadStored stored) {
            work.stored(stored.head());
        }
        return new Step(work.end(), work.effects);
    }

    /**
     * What a step gives.
     *
     * @param node the node after it
     * @param effects what to do, in this order
     */
    public record Step(Node node, List<NodeEffect> effects) {}

    private static boolean isOf(@Nullable Contact contact, NodeInput.Framed frame) {
        return contact != null
                && contact.ourPass() == frame.pass()
                && contact.incarnation().equals(frame.incarnation())
                && contact.identity().equals(frame.identity());
    }

    /** Identities that stand in the place of lost ones; the first ones everybody was told by their owners (R15). */
    private Map<PeerId, Identity> replaced() {
        if (durable.isEmpty()) {
            return Map.of();
        }
        Map<PeerId, Identity> replaced = new TreeMap<>();
        durable.get().known().forEach((peer, identity) -> {
            if (identity.generation() > 1) {
                replaced.put(peer, identity);
            }
        });
        return replaced;
    }

    /** One step while it is being made. */
    private static final class Work {
        final Node before;
        final Self self;
        final long now;
        final LongSupplier highestTerm;
        final List<NodeEffect> effects = new ArrayList<>();

        Optional<Head> head;
        Optional<Head> durable;
        final Map<PeerId, Contact> contacts;
        final Map<PeerId, Dial> dials;
        final Map<PeerId, Answer> answers;
        Callers callers;
        final List<PeerId> told;

        Work(Node node, long now, LongSupplier highestTerm) {
            before = node;
            self = node.self;
            this.now = now;
            this.highestTerm = highestTerm;
            head = node.head;
            durable = node.durable;
            contacts = new TreeMap<>(node.contacts);
            dials = new TreeMap<>(node.dials);
            answers = new TreeMap<>(node.answers);
            callers = node.callers;
            told = new ArrayList<>(node.told);
        }

        Node end() {
            return new Node(
                    self,
                    before.startedAt,
                    head,
                    durable,
                    Collections.unmodifiableMap(contacts),
                    Collections.unmodifiableMap(dials),
                    Collections.unmodifiableMap(answers),
                    callers,
                    List.copyOf(told));
        }

        // ---- greeting

        void tick() {
            List<PeerId> waiting = new ArrayList<>();
            for (Map.Entry<PeerId, Dial> entry : new TreeMap<>(dials).entrySet()) {
                PeerId peer = entry.getKey();
                waiting.add(peer);
                if (now >= entry.getValue().at()) {
                    greet(peer, 0, true);
                    long wait = Math.min(
                            entry.getValue().waitNanos() * 2,
                            2 * self.settings().electionNanos());
                    dials.put(peer, new Dial(now + entry.getValue().waitNanos(), wait));
                }
            }
            if (now >= before.mayShrinkAt()) {
                head = head.map(known -> known.withElectionNanos(self.settings().electionNanos()));
                effects.add(new NodeEffect.StoreHead(head.orElseThrow()));
            }
            if (durable.isPresent() && !durable.get().admitted()) {
                tryAdmission();
                waiting.retainAll(self.settings().voters());
                waiting.removeAll(answers.keySet());
                // Who knows another identity has answered, and was told of.
                waiting.removeAll(told);
                Collections.sort(waiting);
                boolean overdue = now - before.startedAt > 2 * self.settings().electionNanos();
                if (!waiting.isEmpty() && overdue && !told.contains(self.id())) {
                    told.add(self.id());
                    effects.add(new NodeEffect.WaitingFor(List.copyOf(waiting)));
                }
            }
        }

        void dial(PeerId peer) {
            if (!contacts.containsKey(peer) && !peer.equals(self.id()) && dials.size() < MAX_PEERS) {
                dials.putIfAbsent(peer, new Dial(now, self.settings().heartbeatNanos() / 2));
            }
        }

        void greet(PeerId to, long echo, boolean answerMe) {
            Contact contact = contacts.get(to);
            effects.add(new NodeEffect.Greet(
                    to,
                    new Hello(
                            self.id(),
                            self.incarnation(),
                            durable.map(Head::identity).orElse(Identity.NONE),
                            durable.flatMap(Head::replaces),
                            durable.isPresent() && durable.get().admitted(),
                            self.settings(),
                            self.lifelinePort(),
                            Hello.VERSION,
                            self.passFor(to),
                            echo != 0 ? echo : contact == null ? 0 : contact.pass(),
                            answerMe,
                            durable.map(head -> head.known().get(to)),
                            highestTerm.getAsLong(),
                            before.replaced())));
        }

        /**
         * Somebody who has not shown the pass of this life, or speaks in another life than the one we met, is greeted, but
         * not without bound; and asked to answer, unless it is in the life that we know. Without that, a peer that restarts
         * meets us and we never meet it: it asks for votes, and we don't hear it.
         */
        void answerUnproven(PeerId to, long echo) {
            long electionNanos = self.settings().electionNanos();
            Optional<Callers> answered = isKnown(to)
                    ? callers.answeringKnown(to, now, electionNanos)
                    : callers.answeringStranger(to, now, electionNanos);
            if (answered.isPresent()) {
                callers = answered.get();
                Contact contact = contacts.get(to);
                greet(to, echo, contact == null || contact.pass() != echo);
            } else if (!isKnown(to) && !callers.hasPlaceFor(to, now)) {
                drop(
                        to,
                        NodeEffect.Drop.STRANGERS,
                        to + " is not answered, nor is any other new stranger for now: " + Callers.MAX_STRANGERS
                                + " addresses that have proven nothing were; if they are forged, switch on TLS");
            }
        }

        /** Whom a node speaks to anyway, so that an answer costs nothing that lasts. */
        private boolean isKnown(PeerId peer) {
            return self.settings().isVoter(peer)
                    || contacts.containsKey(peer)
                    || dials.containsKey(peer)
                    || head.filter(ours -> ours.known().containsKey(peer)).isPresent();
        }

        void greeted(Hello hello) {
            PeerId from = hello.from();
            if (from.equals(self.id())) {
                drop(
                        from,
                        NodeEffect.Drop.OUR_NAME,
                        "somebody else says that it is " + from + "; is a second node running with this address?");
                return;
            }
            boolean proven = hello.echo() == self.passFor(from);
            if (!proven) {
                answerUnproven(from, hello.pass());
            }
            if (!hello.settings().equals(self.settings())) {
                drop(from, NodeEffect.Drop.OTHER_SETTINGS, difference(from, hello.settings()));
                return;
            }
            if (!proven) {
                return;
            }
            learn(hello.replaced());
            if (!isAccepted(hello)) {
                contacts.remove(from);
                if (hello.answerMe()) {
                    greet(from, hello.pass(), false);
                }
                return;
            }
            meet(hello);
            noteAnswer(hello);
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
                                    ? "conclave.heartbeat-interval is " + theirs.heartbeatNanos() / 1e6
                                            + " ms there and " + ours.heartbeatNanos() / 1e6 + " ms here"
                                    : "conclave.max-clock-drift is " + theirs.maxClockDrift() + " there and "
                                            + ours.maxClockDrift() + " here";
            return from + " is not heard: " + what + "; give all nodes the same, with all of them stopped";
        }

        // ---- identities

        /** R15: the one identity of a peer that this node counts and obeys, stored before it does. */
        private boolean isAccepted(Hello hello) {
            PeerId from = hello.from();
            Identity its = hello.identity();
            if (head.isEmpty() || (its.equals(Identity.NONE) && !self.settings().isVoter(from))) {
                return true;
            }
            Identity known = head.get().known().get(from);
            if (its.equals(known)) {
                return durable.isPresent() && its.equals(durable.get().known().get(from));
            }
            boolean byWord = known != null && its.isNewerThan(known) && (hello.takesPart() || isOlder(known, hello));
            if (known == null
                    && head.get().known().size() >= MAX_PEERS
                    && !self.settings().isVoter(from)) {
                drop(
                        from,
                        NodeEffect.Drop.TOO_MANY,
                        from + " is not heard: this node knows " + MAX_PEERS + " peers already");
                return false;
            }
            if (its.generation() > 0 && (known == null || byWord)) {
                remember(from, its);
                return false;
            }
            drop(
                    from,
                    NodeEffect.Drop.OTHER_IDENTITY,
                    from + " is not heard: it says that it is " + its + ", but is known as " + known
                            + "; if its data directory is lost, start it with an empty one and a file accept in it that says"
                            + " lost-identity = " + known);
            return false;
        }

        private static boolean isOlder(Identity known, Hello hello) {
            return hello.replaces().isPresent()
                    && (known.equals(hello.replaces().get())
                            || hello.replaces().get().isNewerThan(known));
        }

        /** Identities that others know to stand in the place of lost ones. Gives whether there was anything new. */
        private boolean learn(Map<PeerId, Identity> replaced) {
            boolean news = false;
            for (Map.Entry<PeerId, Identity> entry : replaced.entrySet()) {
                PeerId peer = entry.getKey();
                if (head.isEmpty() || peer.equals(self.id())) {
                    continue;
                }
                Identity known = head.get().known().get(peer);
                boolean concernsUs = known != null || self.settings().isVoter(peer);
                if (concernsUs && (known == null || entry.getValue().isNewerThan(known))) {
                    remember(peer, entry.getValue());
                    news = true;
                }
            }
            return news;
        }

        private void remember(PeerId peer, Identity its) {
            boolean replaces = head.orElseThrow().known().containsKey(peer);
            head = Optional.of(head.get().knowing(peer, its));
            effects.add(new NodeEffect.StoreHead(head.get()));
            contacts.remove(peer);
            if (replaces) {
                answers.remove(peer);
                effects.add(new NodeEffect.Replaced(peer));
            }
        }

        void stored(Head stored) {
            Optional<Head> former = durable;
            durable = Optional.of(stored);
            stored.known().forEach((peer, identity) -> {
                if (!identity.equals(former.map(Head::known).orElse(Map.of()).get(peer))) {
                    dials.put(peer, new Dial(now, self.settings().heartbeatNanos() / 2));
                    greetFrom(stored, peer);
                }
            });
            if (stored.admitted() && former.filter(Head::admitted).isEmpty()) {
                answers.clear();
                effects.add(new NodeEffect.Admitted(stored.floor()));
                for (PeerId peer : contacts.keySet()) {
                    greet(peer, 0, false);
                }
            }
            tryAdmission();
        }

        /** Whoever waits for the answer "none but this one" gets it as soon as it is durable. */
        private void greetFrom(Head stored, PeerId peer) {
            durable = Optional.of(stored);
            greet(peer, 0, true);
        }

        private void meet(Hello hello) {
            PeerId from = hello.from();
            Contact contact = new Contact(
                    hello.incarnation(), hello.identity(), hello.pass(), self.passFor(from), hello.lifelinePort());
            if (contacts.size() >= MAX_PEERS
                    && !contacts.containsKey(from)
                    && !self.settings().isVoter(from)) {
                drop(
                        from,
                        NodeEffect.Drop.TOO_MANY,
                        from + " is not heard: this node hears " + MAX_PEERS + " peers already");
                return;
            }
            if (!contact.equals(contacts.put(from, contact))) {
                callers = callers.without(from);
                effects.add(new NodeEffect.Met(from, hello.incarnation(), hello.lifelinePort()));
                told.remove(from);
            }
            if (!isAsking(from)) {
                dials.remove(from);
            }
        }

        // ---- admission

        /** Whether the voter's answer is still needed. */
        private boolean isAsking(PeerId voter) {
            return durable.isPresent()
                    && !durable.get().admitted()
                    && self.settings().isVoter(voter)
                    && !answers.containsKey(voter);
        }

        private void noteAnswer(Hello hello) {
            PeerId from = hello.from();
            if (durable.isEmpty()
                    || hello.knownAs().isEmpty()
                    || !self.settings().isVoter(from)) {
                return;
            }
            Identity ours = durable.get().identity();
            Identity knownAs = hello.knownAs().get();
            if (!knownAs.equals(ours)) {
                if (!told.contains(from)) {
                    told.add(from);
                    effects.add(new NodeEffect.RefusedBy(from, knownAs, refusal(from, knownAs, ours)));
                }
                return;
            }
            if (!durable.get().admitted()) {
                answers.put(from, new Answer(hello.takesPart(), hello.highestTerm()));
                if (durable.get().replaces().isEmpty() || hello.takesPart()) {
                    dials.remove(from);
                }
                tryAdmission();
            }
        }

        private static String refusal(PeerId by, Identity knownAs, Identity ours) {
            if (ours.isNewerThan(knownAs)) {
                return by + " still knows this peer as " + knownAs + " and has not yet replaced it by " + ours
                        + "; it does when it takes part itself, and if the file accept named the identity that it knows";
            }
            return by + " knows this peer as " + knownAs + ", but this data directory is " + ours
                    + ": what that one voted is not remembered here. Put the former directory back; or, if it is lost, stop"
                    + " this peer, empty its data directory, and put a file accept into it that says lost-identity = "
                    + knownAs;
        }

        /**
         * R15. A fresh directory: when all other voters know this identity and no other. One that stands in the place of a
         * lost one: when a majority of the voters, itself not counted, that take part themselves, have replaced it, and only
         * above every term that they knew then.
         */
        private void tryAdmission() {
            if (head.isEmpty() || head.get().admitted() || !durable.equals(head)) {
                return;
            }
            List<PeerId> others = new ArrayList<>(self.settings().voters());
            others.remove(self.id());
            if (head.get().replaces().isEmpty()) {
                if (answers.keySet().containsAll(others)) {
                    admit(0);
                }
                return;
            }
            long floor = 0;
            int counted = 0;
            for (Answer answer : answers.values()) {
                if (answer.takesPart()) {
                    counted++;
                    floor = Math.max(floor, answer.highestTerm());
                }
            }
            if (counted >= self.settings().quorum()) {
                admit(floor);
            }
        }

        private void admit(long floor) {
            head = Optional.of(head.orElseThrow().admittedAbove(floor));
            effects.add(new NodeEffect.StoreHead(head.get()));
        }

        // ---- frames

        void framed(NodeInput.Framed frame) {
            PeerId from = frame.from();
            Contact contact = contacts.get(from);
            if (!isOf(contact, frame)) {
                drop(from, NodeEffect.Drop.NO_PASS, from + " is not heard in the life it speaks of");
                answerUnproven(from, 0);
                return;
            }
            if (learn(frame.replaced())) {
                // Heard again when it is stored: what this frame carries may rest on what was just replaced.
                return;
            }
            effects.add(new NodeEffect.Deliver());
        }

        private void drop(PeerId from, NodeEffect.Drop kind, String why) {
            effects.add(new NodeEffect.Dropped(from, kind, why));
        }
    }
}
