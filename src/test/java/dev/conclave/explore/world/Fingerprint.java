package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.EndingLeadership;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hashes of the state on which the future depends. Times are taken relative to the clock that they were read from: the same
 * situation an hour later is the same situation. All deadlines in the past are one value.
 */
public final class Fingerprint {

    private Fingerprint() {}

    /**
     * Folds a value into a hash so that each bit of both decides each bit of the outcome. The order counts, and small numbers
     * in one place are never others in another: the kind 1 of term 2 is not the kind 2 of term 1.
     */
    public static long mix(long hash, long value) {
        long h = hash * 0x9E3779B97F4A7C15L + value + 0x632BE59BD9B4E019L;
        h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
        return h ^ (h >>> 29);
    }

    private static long id(PeerId peer) {
        return peer.port();
    }

    private static long life(Incarnation incarnation) {
        return incarnation.value();
    }

    public static long ballot(Ballot ballot) {
        return ballot.term() * 64
                + (ballot.votedFor().isPresent() ? id(ballot.votedFor().get()) : 0);
    }

    private static long ahead(long time, long now) {
        return time == Peer.NEVER || time == Long.MIN_VALUE ? time : time - now;
    }

    private static long ids(List<PeerId> peers) {
        long hash = 0;
        for (int i = 0; i < peers.size(); i++) {
            hash = hash * 64 + id(peers.get(i));
        }
        return hash;
    }

    /** A message from a peer to another. */
    public static long message(World world, int from, int to, Message message) {
        long hash = mix(InFlight.kind(message), message.term());
        if (message instanceof Message.Heartbeat heartbeat) {
            hash = mix(hash, heartbeat.sentAt() - world.now(from));
            hash = mix(hash, ids(heartbeat.succession()));
        } else if (message instanceof Message.HeartbeatAck ack) {
            hash = mix(hash, ack.sentAt() - world.now(to));
            hash = mix(hash, ack.stands() ? 1 : 0);
        } else if (message instanceof Message.RequestVote request) {
            hash = mix(hash, request.released());
        } else if (message instanceof Message.RequestPreVote request) {
            hash = mix(hash, request.released());
        } else if (message instanceof Message.VoteRefused no) {
            hash = mix(hash, no.asked());
        } else if (message instanceof Message.PreVoteRefused no) {
            hash = mix(mix(hash, no.asked()), no.loyalForNanos());
        } else if (message instanceof Message.Release release) {
            hash = mix(
                    hash,
                    release.successor().isPresent() ? id(release.successor().get()) : 0);
        } else if (message instanceof Message.VoteGranted yes && yes.life().isPresent()) {
            hash = mix(hash, life(yes.life().get()));
        } else if (message instanceof Message.Observe observe) {
            hash = mix(
                    hash,
                    (observe.stands() ? 1 : 0)
                            + 2 * (observe.of().isPresent() ? id(observe.of().get()) : 0));
        }
        return hash;
    }

    /** A message in flight. */
    public static long inFlight(World world, InFlight inFlight) {
        long ends = inFlight.from()
                | (inFlight.to() << 6)
                | ((long) inFlight.fromLife() << 12)
                | ((long) inFlight.toLife() << 24);
        if (inFlight instanceof InFlight.Greeting greeting) {
            return mix(ends, hello(greeting.hello()));
        }
        InFlight.Note note = (InFlight.Note) inFlight;
        long hash = mix(ends, message(world, inFlight.from(), inFlight.to(), note.message()));
        if (note.header() != null) {
            hash = mix(hash, identity(note.header().identity()));
            hash = mix(hash, note.header().pass());
            hash = identities(hash, note.header().replaced());
        }
        return hash;
    }

    private static long identity(DirectoryIdentity identity) {
        return identity.generation() * 1_000_003 + identity.random();
    }

    private static long identities(long hash, Map<PeerId, DirectoryIdentity> identities) {
        long sum = 0;
        for (Map.Entry<PeerId, DirectoryIdentity> entry : identities.entrySet()) {
            sum += mix(id(entry.getKey()), identity(entry.getValue()));
        }
        return mix(hash, sum);
    }

    private static long hello(Hello hello) {
        long hash = mix(identity(hello.identity()), hello.pass());
        hash = mix(hash, hello.echo());
        hash = mix(hash, (hello.takesPart() ? 1 : 0) + (hello.answerMe() ? 2 : 0) + 4 * hello.highestTerm());
        hash = mix(hash, hello.replaces().map(Fingerprint::identity).orElse(1L));
        hash = mix(hash, hello.knownAs().map(Fingerprint::identity).orElse(1L));
        return identities(hash, hello.replaced());
    }

    /** A head. */
    public static long head(JournalHead head) {
        long hash = mix(identity(head.identity()), head.floor() * 2 + (head.admitted() ? 1 : 0));
        hash = mix(hash, head.replaces().map(Fingerprint::identity).orElse(1L));
        return identities(hash, head.known());
    }

    /** A node. How many greetings it may still answer is left out: no bounded run uses them up. */
    public static long node(Node node, long now) {
        long hash = head(node.head());
        hash = mix(hash, head(node.durable()));
        long sum = 0;
        for (Map.Entry<PeerId, Node.Contact> entry : node.contacts().entrySet()) {
            Node.Contact contact = entry.getValue();
            sum += mix(
                    mix(mix(id(entry.getKey()), contact.pass()), identity(contact.identity())),
                    contact.takesPart() ? 1 : 0);
        }
        hash = mix(hash, sum);
        sum = 0;
        for (Map.Entry<PeerId, Node.Dial> entry : node.dials().entrySet()) {
            Node.Dial dial = entry.getValue();
            sum += mix(id(entry.getKey()), mix(Math.max(0, dial.at() - now), dial.waitNanos()));
        }
        hash = mix(hash, sum);
        sum = 0;
        for (Map.Entry<PeerId, Node.Answer> entry : node.answers().entrySet()) {
            sum += mix(
                    id(entry.getKey()),
                    entry.getValue().highestTerm() * 2 + (entry.getValue().takesPart() ? 1 : 0));
        }
        hash = mix(hash, sum);
        sum = 0;
        for (PeerId told : node.told()) {
            sum += mix(id(told), 5);
        }
        return mix(hash, sum);
    }

    /** A peer, as its own clock sees it. */
    public static long peer(World world, int index, Peer peer) {
        long now = world.now(index);
        long hash = mix(ballot(peer.ballot()), peer.released());
        if (peer.votedLife().isPresent()) {
            hash = mix(hash, life(peer.votedLife().get()));
        }
        // The next leader sends heartbeats on a grid that begins at zero of its clock.
        hash = mix(hash, Math.floorMod(now, peer.self().settings().heartbeatNanos()));
        for (Effect effect : peer.gate().queue()) {
            if (effect instanceof Effect.Persist persist) {
                hash = mix(hash, ballot(persist.ballot()));
            } else if (effect instanceof Effect.Send send) {
                hash = mix(hash, message(world, index, PeerGroup.indexOf(send.to()), send.message()) + id(send.to()));
            }
        }
        hash = mix(hash, loyalty(world, peer.loyalty(), now));
        for (EndingLeadership ending : peer.endingLeaderships()) {
            hash = mix(hash, ending.term() * 32 + ending.reason().name().hashCode() * 2L + (ending.isVoid() ? 1 : 0));
            hash = mix(hash, ending.until() - now);
        }
        if (peer.ended().isPresent()) {
            Peer.EndedTerm ended = peer.ended().get();
            hash = mix(
                    hash,
                    ended.term() * 64
                            + (ended.successor().isPresent()
                                    ? id(ended.successor().get())
                                    : 0));
            hash = mix(mix(hash, ahead(ended.repeatAt(), now)), ended.until() - now);
        }
        for (Map.Entry<PeerId, Long> vote : peer.pushed().entrySet()) {
            hash = mix(hash, id(vote.getKey()) + 64 * vote.getValue());
        }
        long dead = 0;
        for (Incarnation life : peer.gone().values()) {
            dead += mix(7, life(life));
        }
        hash = mix(hash, dead);
        for (Map.Entry<PeerId, Peer.Observer> observer : peer.observers().entrySet()) {
            hash = mix(hash, id(observer.getKey()) + (observer.getValue().stands() ? 64 : 0));
            hash = mix(hash, observer.getValue().heardAt() - now);
        }
        if (peer.told().isPresent()) {
            hash = mix(
                    hash,
                    id(peer.told().get().leader()) + 64 * peer.told().get().term());
        }
        hash = mix(hash, (peer.takesPart() ? 1 : 0) + (peer.stands() ? 2 : 0) + (peer.leaving() ? 4 : 0));
        hash = mix(hash, peer.yieldsUntil() > now ? peer.yieldsUntil() - now : 0);
        hash = mix(
                hash,
                peer.responseTimes().path() * 16
                        + peer.responseTimes().rounds() * 2
                        + (peer.responseTimes().yielded() ? 1 : 0));
        return mix(hash, role(peer.role(), now, world.group().settings()));
    }

    private static long loyalty(World world, Loyalty loyalty, long now) {
        long hash = loyalty.until() > now ? loyalty.until() - now : 0;
        if (loyalty.obeyed().isPresent()) {
            Loyalty.Obeyed obeyed = loyalty.obeyed().get();
            hash = mix(hash, life(obeyed.incarnation()) * 64 + id(obeyed.leader()));
            hash = mix(hash, obeyed.term());
            hash = mix(hash, obeyed.sentAt() - world.now(PeerGroup.indexOf(obeyed.leader())));
            hash = mix(hash, ids(obeyed.succession()));
        }
        return hash;
    }

    private static long role(Role role, long now, Settings settings) {
        if (role instanceof Follower follower) {
            long hash = mix(1, ahead(follower.standAt(), now));
            hash = mix(hash, ahead(follower.silentAt(), now));
            hash = mix(hash, ahead(follower.observeAt(), now));
            return mix(hash, 2 * follower.afterVote() + (follower.drained() ? 1 : 0));
        } else if (role instanceof Candidate candidate) {
            long hash = mix(
                    2 + (candidate.phase() == Candidate.Phase.STANDING ? 1 : 0),
                    candidate.granted() * 4096 + candidate.refused());
            hash = mix(hash, ahead(candidate.againAt(), now));
            hash = mix(hash, ahead(candidate.endsAt(), now));
            hash = mix(hash, candidate.freeInNanos());
            // Of a canvass it only matters whether it took a few steps or more.
            long asking = candidate.phase() == Candidate.Phase.STANDING
                    ? now - candidate.askedAt()
                    : Math.min(now - candidate.askedAt(), 2 * settings.stepNanos() + 1);
            return mix(hash, 2 * asking + (candidate.rival() ? 1 : 0));
        }
        Leader leader = (Leader) role;
        long hash = mix(4, leader.leaseUntil() == Leader.NO_LEASE ? ahead(leader.givesUpAt(), now) : 0);
        hash = mix(hash, ahead(leader.leaseUntil(), now));
        hash = mix(hash, leader.announced() ? 1 : 0);
        if (leader.retiring().isPresent()) {
            hash = mix(hash, 2 + leader.retiring().get().reason().name().hashCode());
            hash = mix(hash, leader.retiring().get().renewsUntil() - now);
            Optional<PeerId> successor = leader.retiring().get().successor();
            hash = mix(hash, successor.isPresent() ? id(successor.get()) : 0);
        }
        hash = mix(hash, ahead(leader.roundAt(), now));
        hash = mix(hash, ahead(leader.beatAt(), now));
        for (int place = 0; place < settings.voters().size(); place++) {
            hash = mix(hash, ahead(leader.acks().of(place), now));
            hash = mix(hash, leader.acks().stands(place) ? 1 : 0);
        }
        return mix(hash, ids(leader.named()));
    }
}
