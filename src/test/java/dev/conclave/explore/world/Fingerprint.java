package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.EndingLeadership;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.HeldRegister;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.LeaderRegister;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.PushedVotes;
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

    private static long version(RegisterVersion version) {
        return version.term() * 64 + version.count();
    }

    /** An entry of a register. */
    static long entry(RegisterEntry entry) {
        return mix(version(entry.version()), RegisterOracle.number(entry));
    }

    private static long register(HeldRegister held, long now) {
        if (!held.entry().version().exists()) {
            return 0;
        }
        long hash = mix(entry(held.entry()), version(held.durable()));
        hash = mix(hash, held.owesTo().isPresent() ? id(held.owesTo().get()) : 0);
        hash = mix(hash, version(held.confirmed().version()));
        return mix(hash, held.asksAt() > now ? held.asksAt() - now : held.asksAt() == Long.MIN_VALUE ? 0 : 1);
    }

    private static long register(LeaderRegister register, long now) {
        if (register.issued().isEmpty() && !register.needed().exists()) {
            return 0;
        }
        long hash = mix(version(register.needed()), register.storedBy() * 2 + (register.isDone() ? 1 : 0));
        hash = mix(hash, register.issued().isPresent() ? entry(register.issued().get()) : 0);
        hash = mix(hash, register.truth().isPresent() ? entry(register.truth().get()) : 0);
        if (register.write().isPresent()) {
            hash = mix(
                    hash,
                    register.write().get().id() * 2 + (register.write().get().isIssued() ? 1 : 0));
        }
        return mix(hash, register.givesUpAt() - now);
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
            hash = mix(hash, 64 * heartbeat.written() + heartbeat.done());
        } else if (message instanceof Message.HeartbeatAck ack) {
            hash = mix(hash, ack.sentAt() - world.now(to));
            hash = mix(hash, (ack.stands() ? 1 : 0) + 2 * ack.stored());
        } else if (message instanceof Message.RequestVote request) {
            hash = mix(mix(hash, request.released()), version(request.holds()));
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
        } else if (message instanceof Message.VoteGranted yes) {
            hash = mix(hash, yes.life().isPresent() ? life(yes.life().get()) : 0);
            hash = mix(hash, version(yes.holds()));
        } else if (message instanceof Message.StoreRegister store) {
            hash = mix(hash, entry(store.entry()));
        } else if (message instanceof Message.RegisterStored stored) {
            hash = mix(hash, stored.count());
        } else if (message instanceof Message.RequestRegister request) {
            hash = mix(hash, version(request.known()));
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
        return mix(ends, message(world, inFlight.from(), inFlight.to(), inFlight.message()));
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
        for (Map.Entry<PeerId, PushedVotes.Pushed> vote : peer.pushed().entrySet()) {
            hash = mix(hash, id(vote.getKey()) + 64 * vote.getValue().term());
            hash = mix(hash, version(vote.getValue().holds()));
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
        hash = mix(hash, register(peer.register(), now));
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
            hash = mix(hash, version(candidate.newest()));
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
        hash = mix(hash, register(leader.register(), now));
        return mix(hash, ids(leader.named()));
    }
}
