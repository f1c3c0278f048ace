package dev.conclave.core;

import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short words for the values that tests are made of. Times are in milliseconds, peers are called by a letter. */
public final class TestValues {

    public static final long H = ms(100);
    public static final long E = ms(1000);
    public static final long STEP = H / 2;
    public static final long MARGIN = ms(200);
    public static final double DRIFT = 0.01;

    private TestValues() {}

    public static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    public static PeerId id(String letter) {
        return new PeerId(letter, 1);
    }

    public static List<PeerId> ids(String... letters) {
        return Arrays.stream(letters).map(TestValues::id).toList();
    }

    public static Settings settings(String... voters) {
        return new Settings(ids(voters), H, E, DRIFT);
    }

    public static final long LEASE = settings("a").leaseNanos();

    /** A life of the peer: the first, the second, ... */
    public static Incarnation life(String peer, int which) {
        return new Incarnation(peer.charAt(0) * 100L + which);
    }

    public static Incarnation life(String peer) {
        return life(peer, 1);
    }

    public static Settings settings(long electionNanos, String... voters) {
        return new Settings(ids(voters), H, electionNanos, DRIFT);
    }

    /** The identity of the node's directory: the first, the second, ... */
    public static DirectoryIdentity identity(String node, int which) {
        return DirectoryIdentity.of(node.charAt(0) * 1000L + which);
    }

    public static DirectoryIdentity identity(String node) {
        return identity(node, 1);
    }

    // ---- effects

    public static Effect send(String to, Message message) {
        return new Effect.Send(id(to), message);
    }

    public static Effect persist(long term, String votedFor) {
        return new Effect.Persist(Ballot.vote(term, id(votedFor)));
    }

    public static Effect persist(long term) {
        return new Effect.Persist(Ballot.learned(term));
    }

    public static Effect following(String leader, long term) {
        return new Effect.Following(id(leader), term);
    }

    // ---- messages

    public static Message.Heartbeat heartbeat(long term, long sentAt, String... succession) {
        return new Message.Heartbeat(term, sentAt, ids(succession));
    }

    /** A vote for a non-voter, in its first life. */
    public static Message.VoteGranted voteFor(String outsider, long term) {
        return voteFor(outsider, 1, term);
    }

    public static Message.VoteGranted voteFor(String outsider, int life, long term) {
        return new Message.VoteGranted(term, java.util.Optional.of(life(outsider, life)));
    }

    public static Message.Release release(long term, String successor) {
        return new Message.Release(term, java.util.Optional.of(id(successor)));
    }

    public static Message.Release release(long term) {
        return new Message.Release(term, java.util.Optional.empty());
    }
}
