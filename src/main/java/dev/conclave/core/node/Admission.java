package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Applies R15 within one {@link NodeStep}: decides which identity of a peer this node accepts, how the replacement of a lost
 * identity spreads, and when this node itself takes part.
 */
final class Admission {

    private Admission() {}

    /**
     * R15: returns whether the hello carries the identity that this node has accepted for the peer. A new identity is durable
     * before it is accepted.
     */
    static boolean isAccepted(NodeStep step, Hello hello) {
        PeerId from = hello.from();
        DirectoryIdentity its = hello.identity();
        if (!step.self.settings().isVoter(from)) {
            return true;
        }
        DirectoryIdentity known = step.head.known().get(from);
        if (its.equals(known) && !its.isContested()) {
            if (isOfAnOlderCopy(step, hello)) {
                disown(step, from, its);
                return false;
            }
            return its.equals(step.durable.known().get(from));
        }
        boolean byWord = known != null
                && (hello.takesPart()
                        ? its.isNewerThan(known) || isOfOneGeneration(its, known)
                        : its.isNewerThan(known) && isOlder(known, hello));
        if (its.generation() > 0 && !its.isContested() && (known == null || byWord)) {
            remember(step, from, its);
            return false;
        }
        step.drop(
                from,
                NodeEffect.Drop.OTHER_IDENTITY,
                from + " is rejected: its data directory has the identity " + its + ", but this node knows it as "
                        + known
                        + "; if its data directory is lost, start it with an empty one and a file accept in it that"
                        + " says lost-identity = " + known);
        return false;
    }

    /**
     * Whether the hello comes from a life that began before the one that this node has met: either the hello is late, or the
     * sender's directory was restored from a backup. The two cases cannot be distinguished, so the hello is dropped.
     */
    static boolean isOfAnEarlierStart(NodeStep step, Hello hello) {
        Node.Contact heard = step.contacts.get(hello.from());
        if (heard == null || !isAnotherLifeOf(heard, hello) || hello.starts() >= heard.starts()) {
            return false;
        }
        step.drop(
                hello.from(),
                NodeEffect.Drop.OLDER_MEMORY,
                hello.from() + " is rejected: it says that this is start " + hello.starts()
                        + " of its data directory, but start "
                        + heard.starts()
                        + " was seen before. If this repeats, the directory was restored from a backup: stop it,"
                        + " empty the directory, and put a file accept into it that says lost-identity = "
                        + hello.identity());
        return true;
    }

    /**
     * Whether the sender's directory is an older copy of itself: it lacks a term that it had on disk, or two of its lives have
     * the same number of starts. After a mere restart a directory has one start more, and every term that it had.
     */
    private static boolean isOfAnOlderCopy(NodeStep step, Hello hello) {
        Node.Contact heard = step.contacts.get(hello.from());
        return heard != null
                && isAnotherLifeOf(heard, hello)
                && (hello.starts() == heard.starts() || hello.highestTerm() < heard.provenTerm());
    }

    private static boolean isAnotherLifeOf(Node.Contact heard, Hello hello) {
        return hello.starts() > 0
                && heard.identity().equals(hello.identity())
                && !heard.incarnation().equals(hello.incarnation());
    }

    /**
     * Treats the directory as lost, since its missing votes are unknown. Replaces its identity by one of the next generation that
     * no directory has: this is durable, every frame passes it on, and the operator names it in the file {@code accept}.
     */
    private static void disown(NodeStep step, PeerId peer, DirectoryIdentity its) {
        DirectoryIdentity nobodys = new DirectoryIdentity(Math.addExact(its.generation(), 1), 0);
        remember(step, peer, nobodys);
        step.drop(
                peer,
                NodeEffect.Drop.OLDER_MEMORY,
                peer
                        + " is rejected from now on: its data directory lacks terms that it held, so it was restored"
                        + " from a backup. Stop it, empty the directory, and put a file accept into it that says"
                        + " lost-identity = "
                        + nobodys);
    }

    /**
     * Whether the operator replaced one lost identity by both of these. At most one of the two is ever admitted: in any majority
     * that could admit the other, at least one voter knows the admitted one, or has passed it on to its own replacement, and
     * treats the two as contested.
     */
    private static boolean isOfOneGeneration(DirectoryIdentity its, DirectoryIdentity known) {
        return its.generation() == known.generation() && its.generation() > 1;
    }

    /** Whether the peer itself has said that it was admitted under this identity. */
    private static boolean takesPart(NodeStep step, PeerId peer, DirectoryIdentity known) {
        Node.Contact contact = step.contacts.get(peer);
        return contact != null && contact.takesPart() && contact.identity().equals(known);
    }

    private static boolean isOlder(DirectoryIdentity known, Hello hello) {
        return hello.replaces().isPresent()
                && (known.equals(hello.replaces().get())
                        || hello.replaces().get().isNewerThan(known));
    }

    /** Learns identities that replace lost ones from another node. Returns whether anything was new. */
    static boolean learn(NodeStep step, Map<PeerId, DirectoryIdentity> replaced) {
        boolean news = false;
        for (Map.Entry<PeerId, DirectoryIdentity> entry : replaced.entrySet()) {
            PeerId peer = entry.getKey();
            if (peer.equals(step.self.id()) || !step.self.settings().isVoter(peer)) {
                continue;
            }
            DirectoryIdentity known = step.head.known().get(peer);
            DirectoryIdentity both = known == null ? entry.getValue() : known.mergedWith(entry.getValue());
            boolean concernsUs = known == null || (!both.equals(known) && !isSettled(step, peer, known, both));
            if (concernsUs) {
                remember(step, peer, both);
                news = true;
            }
        }
        return news;
    }

    /**
     * Whether the known identity stays: of two identities of one generation, the one that has itself said that it was admitted is
     * the only one that can be admitted.
     */
    private static boolean isSettled(NodeStep step, PeerId peer, DirectoryIdentity known, DirectoryIdentity both) {
        return both.isContested() && both.generation() == known.generation() && takesPart(step, peer, known);
    }

    /** Whether an identity of a later generation replaces the sender's; the sender must be told, even if it does not ask. */
    static boolean isSuperseded(NodeStep step, Hello hello) {
        DirectoryIdentity known = step.durable.known().get(hello.from());
        return known != null && known.generation() > hello.identity().generation();
    }

    private static void remember(NodeStep step, PeerId peer, DirectoryIdentity its) {
        boolean replaces = step.head.known().containsKey(peer);
        step.head = step.head.knowing(peer, its);
        step.effects.add(new NodeEffect.StoreHead(step.head));
        step.contacts = step.contacts.without(peer);
        if (replaces) {
            step.answers.remove(peer);
            step.effects.add(new NodeEffect.Replaced(peer));
        }
    }

    /** Whether the voter's answer is still needed. */
    static boolean isAsking(NodeStep step, PeerId voter) {
        return !step.durable.admitted() && step.self.settings().isVoter(voter) && !hasAnswered(step, voter);
    }

    /** Whether the voter's answer counts: if this node replaces a lost identity, only answers of voters that take part. */
    private static boolean hasAnswered(NodeStep step, PeerId voter) {
        Node.Answer answer = step.answers.get(voter);
        return answer != null && (answer.takesPart() || step.durable.replaces().isEmpty());
    }

    static void noteAnswer(NodeStep step, Hello hello) {
        PeerId from = hello.from();
        if (hello.knownAs().isEmpty()
                || !step.self.settings().isVoter(step.self.id())
                || !step.self.settings().isVoter(from)) {
            return;
        }
        DirectoryIdentity ours = step.durable.identity();
        DirectoryIdentity knownAs = hello.knownAs().get();
        if (!knownAs.equals(ours)) {
            if (!step.told.contains(from)) {
                step.told.add(from);
                step.effects.add(new NodeEffect.RefusedBy(from, knownAs, refusal(from, knownAs, ours)));
                if (knownAs.generation() > ours.generation()) {
                    step.effects.add(new NodeEffect.Superseded(refusal(from, knownAs, ours)));
                }
            }
            return;
        }
        if (!step.durable.admitted()) {
            Node.Answer answer = new Node.Answer(hello.takesPart(), hello.highestTerm());
            if (!hasAnswered(step, from)) {
                step.answers.put(from, answer);
            }
            if (!isAsking(step, from)) {
                step.dials = step.dials.without(from);
            }
            tryAdmission(step);
        }
    }

    private static String refusal(PeerId by, DirectoryIdentity knownAs, DirectoryIdentity ours) {
        if (ours.isNewerThan(knownAs)) {
            return by + " still knows this peer as " + knownAs + " and has not yet replaced that identity by " + ours
                    + "; it will once it takes part itself, provided that the file accept named the identity that it"
                    + " knows";
        }
        if (knownAs.isContested()) {
            String reason = knownAs.generation() > ours.generation()
                    ? " has seen more than this data directory remembers, so the directory was restored from a backup,"
                            + " and this peer is rejected"
                    : " knows two data directories that both replace one lost directory of this peer, and rejects both";
            return by + reason
                    + ": stop this peer, empty its data directory, and put a file accept into it that says"
                    + " lost-identity = "
                    + knownAs;
        }
        return by + " knows this peer as " + knownAs + ", but this data directory is " + ours
                + ", which lacks the votes of the former one. Put the former directory back; or, if it is lost, stop"
                + " this peer, empty its data directory, and put a file accept into it that says lost-identity = "
                + knownAs;
    }

    /**
     * R15: admits this node. With a new directory, or one that was written under other voters, when all other voters know this
     * identity and no other. With a directory that replaces a lost one, when a majority of all voters, this one not counted, take
     * part and have replaced the identity. In both cases only above every term that they knew when they first said so.
     */
    static void tryAdmission(NodeStep step) {
        if (step.head.admitted() || !step.durable.equals(step.head)) {
            return;
        }
        List<PeerId> others = new ArrayList<>(step.self.settings().voters());
        others.remove(step.self.id());
        boolean all = step.head.replaces().isEmpty();
        long floor = 0;
        int counted = 0;
        for (Node.Answer answer : step.answers.values()) {
            if (all || answer.takesPart()) {
                counted++;
                floor = Math.max(floor, answer.highestTerm());
            }
        }
        if (all
                ? step.answers.keySet().containsAll(others)
                : counted >= step.self.settings().quorum()) {
            step.head = step.head.admittedAbove(floor);
            step.effects.add(new NodeEffect.StoreHead(step.head));
        }
    }
}
