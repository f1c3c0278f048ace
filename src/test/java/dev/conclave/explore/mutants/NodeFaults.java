package dev.conclave.explore.mutants;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.node.OperatorConfirmation;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.Core;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** Faults in the decisions of a node: strangers and lives (R13), identities and admission (R15). */
final class NodeFaults {

    private NodeFaults() {}

    private static Node.Step production(Node node, long now, LongSupplier highestTerm, NodeInput input) {
        return Core.PRODUCTION.step(node, now, highestTerm, input);
    }

    private static Node.Step heads(Node.Step step, UnaryOperator<JournalHead> edit) {
        Node n = step.node();
        List<NodeEffect> effects = new ArrayList<>();
        for (NodeEffect effect : step.effects()) {
            effects.add(
                    effect instanceof NodeEffect.StoreHead store
                            ? new NodeEffect.StoreHead(edit.apply(store.head()))
                            : effect);
        }
        Node edited = new Node(
                n.self(),
                n.startedAt(),
                edit.apply(n.head()),
                n.durable(),
                n.contacts(),
                n.dials(),
                n.answers(),
                n.greetingLimiter(),
                n.told());
        return new Node.Step(edited, effects);
    }

    private static Node.Step hellos(Node.Step step, UnaryOperator<Hello> edit) {
        List<NodeEffect> effects = new ArrayList<>();
        for (NodeEffect effect : step.effects()) {
            effects.add(
                    effect instanceof NodeEffect.Greet greet
                            ? new NodeEffect.Greet(greet.to(), edit.apply(greet.hello()))
                            : effect);
        }
        return new Node.Step(step.node(), effects);
    }

    private static Hello hello(
            Hello h,
            DirectoryIdentity identity,
            boolean takesPart,
            Settings settings,
            Optional<DirectoryIdentity> knownAs,
            long highestTerm,
            Map<PeerId, DirectoryIdentity> replaced) {
        return new Hello(
                h.from(),
                h.incarnation(),
                identity,
                h.replaces(),
                takesPart,
                settings,
                h.lifelinePort(),
                h.httpPort(),
                h.version(),
                h.pass(),
                h.echo(),
                h.answerMe(),
                knownAs,
                highestTerm,
                replaced,
                h.starts());
    }

    private static JournalHead admitted(JournalHead head) {
        return head.admitted() ? head : head.admittedAbove(0);
    }

    /** R13: accepts senders with other settings. */
    static final class HeedsStrangers implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            NodeInput taken = input instanceof NodeInput.Greeted greeted
                    ? new NodeInput.Greeted(hello(
                            greeted.hello(),
                            greeted.hello().identity(),
                            greeted.hello().takesPart(),
                            node.self().settings(),
                            greeted.hello().knownAs(),
                            greeted.hello().highestTerm(),
                            greeted.hello().replaced()))
                    : input;
            return production(node, now, highestTerm, taken);
        }
    }

    /** R13: accepts frames for a former life of its own, or of a former life of the sender. */
    static final class HeedsFormerLives implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            if (input instanceof NodeInput.Framed frame && node.contacts().containsKey(frame.from())) {
                Node.Contact contact = node.contacts().get(frame.from());
                return production(
                        node,
                        now,
                        highestTerm,
                        new NodeInput.Framed(
                                frame.from(),
                                contact.incarnation(),
                                frame.identity(),
                                contact.ourPass(),
                                frame.replaced()));
            }
            return production(node, now, highestTerm, input);
        }
    }

    /** R15 (A11): takes part at once with an empty directory. */
    static class EmptyDirectoryIsBelieved implements Core, Core.InSurroundings {
        boolean isBelieved(PeerId self, Settings settings) {
            return settings.isVoter(self);
        }

        @Override
        public JournalHead open(
                Optional<JournalHead> found, OperatorConfirmation word, PeerId self, Settings settings, long drawn) {
            JournalHead head = Core.PRODUCTION.open(found, word, self, settings, drawn);
            return found.isEmpty() && isBelieved(self, settings) ? admitted(head) : head;
        }
    }

    /** R15: takes part when a majority has answered. */
    static final class MajorityOfAnswersAdmits implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            Node.Step step = production(node, now, highestTerm, input);
            Node after = step.node();
            boolean enough = !after.head().admitted()
                    && after.head().equals(after.durable())
                    && after.answers().size() + 1 >= after.self().settings().quorum();
            if (!enough) {
                return step;
            }
            List<NodeEffect> effects = new ArrayList<>(step.effects());
            effects.add(new NodeEffect.StoreHead(admitted(after.head())));
            Node.Step more = heads(new Node.Step(after, effects), NodeFaults::admitted);
            return more;
        }
    }

    /** R15 (F1): says "none but this one" before that is on its disk. */
    static final class PromisesBeforeDurable implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            Node.Step step = production(node, now, highestTerm, input);
            if (input instanceof NodeInput.Greeted greeted
                    && step.effects().stream().anyMatch(NodeEffect.StoreHead.class::isInstance)) {
                // Sends the contents of the next hello now.
                Node.Step told = production(
                        production(
                                        step.node(),
                                        now,
                                        highestTerm,
                                        new NodeInput.HeadStored(step.node().head()))
                                .node(),
                        now,
                        highestTerm,
                        greeted);
                List<NodeEffect> effects = new ArrayList<>(step.effects());
                told.effects().stream()
                        .filter(NodeEffect.Greet.class::isInstance)
                        .forEach(effects::add);
                return new Node.Step(step.node(), effects);
            }
            return step;
        }
    }

    /** R15 (F3): a peer that does not take part yet does not answer. */
    static final class WaitingPeersAreSilent implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            return hellos(
                    production(node, now, highestTerm, input),
                    h -> h.takesPart()
                            ? h
                            : hello(
                                    h,
                                    h.identity(),
                                    false,
                                    h.settings(),
                                    Optional.empty(),
                                    h.highestTerm(),
                                    h.replaced()));
        }
    }

    /** R15 (F4): takes part in any term once the operator has confirmed the loss. */
    static final class ReadmittedWithoutFloor implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            return heads(
                    production(node, now, highestTerm, input),
                    head -> new JournalHead(
                            head.self(),
                            head.identity(),
                            head.voters(),
                            head.longestElectionNanos(),
                            head.admitted(),
                            head.replaces(),
                            0,
                            head.known(),
                            head.starts()));
        }
    }

    /** R15 (F4): is not loyal after the operator has confirmed the loss, since its journal is empty. */
    static final class ReadmittedWithoutLoyalty implements Core, Core.InSurroundings {
        @Override
        public long loyalInPlaceOfALostOne(Peer.Self self) {
            return 0;
        }
    }

    /** R15 (F4): counts the answers of peers that wait for their own admission. */
    static final class WaitingPeersVouch implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            NodeInput taken = input instanceof NodeInput.Greeted greeted
                    ? new NodeInput.Greeted(hello(
                            greeted.hello(),
                            greeted.hello().identity(),
                            true,
                            greeted.hello().settings(),
                            greeted.hello().knownAs(),
                            greeted.hello().highestTerm(),
                            greeted.hello().replaced()))
                    : input;
            return production(node, now, highestTerm, taken);
        }
    }

    /** R15: the votes of a replaced identity stay counted. */
    static final class NothingIsStruck implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            Node.Step step = production(node, now, highestTerm, input);
            return new Node.Step(
                    step.node(),
                    step.effects().stream()
                            .filter(effect -> !(effect instanceof NodeEffect.Replaced))
                            .toList());
        }
    }

    /** R15: accepts any identity as the known one. */
    static final class HeedsAnyIdentity implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            if (input instanceof NodeInput.Greeted greeted) {
                Hello h = greeted.hello();
                DirectoryIdentity known = node.durable().known().get(h.from());
                Node.Step step = production(
                        node,
                        now,
                        highestTerm,
                        known == null
                                ? input
                                : new NodeInput.Greeted(hello(
                                        h,
                                        known,
                                        h.takesPart(),
                                        h.settings(),
                                        h.knownAs(),
                                        h.highestTerm(),
                                        h.replaced())));
                // It answers with the identity that it received.
                return hellos(
                        step,
                        answer -> answer.knownAs().isEmpty()
                                ? answer
                                : hello(
                                        answer,
                                        answer.identity(),
                                        answer.takesPart(),
                                        answer.settings(),
                                        Optional.of(h.identity()),
                                        answer.highestTerm(),
                                        answer.replaced()));
            }
            if (input instanceof NodeInput.Framed frame && node.contacts().containsKey(frame.from())) {
                return production(
                        node,
                        now,
                        highestTerm,
                        new NodeInput.Framed(
                                frame.from(),
                                frame.incarnation(),
                                node.contacts().get(frame.from()).identity(),
                                frame.pass(),
                                frame.replaced()));
            }
            return production(node, now, highestTerm, input);
        }
    }

    /** The input, with other identities passed on in it. */
    private static NodeInput passingOn(NodeInput input, UnaryOperator<Map<PeerId, DirectoryIdentity>> edit) {
        if (input instanceof NodeInput.Framed frame) {
            return new NodeInput.Framed(
                    frame.from(), frame.incarnation(), frame.identity(), frame.pass(), edit.apply(frame.replaced()));
        }
        if (input instanceof NodeInput.Greeted greeted) {
            Hello h = greeted.hello();
            return new NodeInput.Greeted(hello(
                    h,
                    h.identity(),
                    h.takesPart(),
                    h.settings(),
                    h.knownAs(),
                    h.highestTerm(),
                    edit.apply(h.replaced())));
        }
        return input;
    }

    /** R15 (F4): votes and answers do not carry the identities that their sender knows. */
    static final class IdentitiesAreNotPassedOn implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            return production(node, now, highestTerm, passingOn(input, replaced -> Map.of()));
        }
    }

    /** R15: of two identities of one generation it keeps the one that it learned of first. */
    static final class KeepsToTheFirstHeardOf implements Core {
        @Override
        public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
            return production(node, now, highestTerm, passingOn(input, replaced -> uncontested(node.head(), replaced)));
        }

        private static Map<PeerId, DirectoryIdentity> uncontested(
                JournalHead head, Map<PeerId, DirectoryIdentity> replaced) {
            Map<PeerId, DirectoryIdentity> known = head.known();
            Map<PeerId, DirectoryIdentity> heeded = new TreeMap<>(replaced);
            heeded.entrySet()
                    .removeIf(entry -> known.containsKey(entry.getKey())
                            && known.get(entry.getKey()).generation()
                                    == entry.getValue().generation());
            return heeded;
        }
    }
}
