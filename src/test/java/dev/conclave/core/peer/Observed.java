package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.PeerId;
import dev.conclave.core.TestValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The effects of the last input of a {@link PeerProbe}, and the state of its peer. */
abstract class Observed {

    Peer before;
    Peer peer;
    public long now;
    public List<Effect> did = new ArrayList<>();

    Observed(Peer peer, long now) {
        this.before = peer;
        this.peer = peer;
        this.now = now;
    }

    /** This probe, so that inputs can follow checks in one chain. */
    abstract PeerProbe probe();

    // ---- effects

    /** Exactly these effects, in this order. */
    PeerProbe does(Effect... expected) {
        assertThat(did).containsExactly(expected);
        return probe();
    }

    /** These effects, in this order, among others. */
    PeerProbe doesAmongOthers(Effect... expected) {
        assertThat(did).containsSubsequence(expected);
        return probe();
    }

    PeerProbe doesNothing() {
        assertThat(did).isEmpty();
        return probe();
    }

    PeerProbe doesNot(Effect... expected) {
        assertThat(did).doesNotContain(expected);
        return probe();
    }

    /** Not a single effect of these kinds; of message types, not a single message. */
    PeerProbe doesNothingLike(Class<?>... kinds) {
        assertThat(did)
                .noneMatch(effect -> Arrays.stream(kinds)
                        .anyMatch(kind -> kind.isInstance(effect)
                                || (effect instanceof Effect.Send send && kind.isInstance(send.message()))));
        return probe();
    }

    /** At least one effect of this kind; of a message type, at least one message. */
    PeerProbe doesSomethingLike(Class<?> kind) {
        assertThat(did)
                .anyMatch(effect -> kind.isInstance(effect)
                        || (effect instanceof Effect.Send send && kind.isInstance(send.message())));
        return probe();
    }

    // ---- state

    PeerProbe isA(Class<? extends Role> role) {
        assertThat(peer.role()).isInstanceOf(role);
        return probe();
    }

    PeerProbe isCanvassing() {
        assertThat(peer.role())
                .isInstanceOfSatisfying(
                        Candidate.class,
                        candidate -> assertThat(candidate.phase()).isEqualTo(Candidate.Phase.CANVASSING));
        return probe();
    }

    PeerProbe isStandingIn(long term) {
        assertThat(peer.role())
                .isInstanceOfSatisfying(
                        Candidate.class,
                        candidate -> assertThat(candidate.phase()).isEqualTo(Candidate.Phase.STANDING));
        return isIn(term);
    }

    PeerProbe isIn(long term) {
        assertThat(peer.ballot().term()).as("term").isEqualTo(term);
        return probe();
    }

    PeerProbe hasVotedFor(String candidate) {
        assertThat(peer.ballot().votedFor()).as("vote").contains(id(candidate));
        return probe();
    }

    PeerProbe hasNoVote() {
        assertThat(peer.ballot().votedFor()).as("vote").isEmpty();
        return probe();
    }

    /** The last input changed nothing but the time. */
    PeerProbe isUnchanged() {
        assertThat(peer).isEqualTo(before);
        return probe();
    }

    PeerProbe leads(long term) {
        assertThat(peer.leads()).as("leads").hasValue(term);
        return probe();
    }

    PeerProbe leadsNothing() {
        assertThat(peer.leads()).as("leads").isEmpty();
        return probe();
    }

    /** The end of the lease that the peer holds. */
    PeerProbe leasesUntil(long instant) {
        assertThat(((Leader) peer.role()).leaseUntil()).isEqualTo(instant);
        return probe();
    }

    PeerProbe holdsNoLease() {
        assertThat(peer.role().holdsLease()).isFalse();
        return probe();
    }

    /** Names this succession in every heartbeat of the round that it sends now. */
    PeerProbe names(String... succession) {
        List<List<PeerId>> named = new ArrayList<>();
        for (Effect effect : did) {
            if (effect instanceof Effect.Send send && send.message() instanceof Message.Heartbeat beat) {
                named.add(beat.succession());
            }
        }
        assertThat(named).isNotEmpty().allMatch(TestValues.ids(succession)::equals);
        return probe();
    }

    /** How long the peer waits for its next tick, without other inputs. */
    PeerProbe waits(long nanos) {
        assertThat(peer.wakeAt() - now).isEqualTo(nanos);
        return probe();
    }

    PeerProbe waitsForNothing() {
        assertThat(peer.wakeAt()).isEqualTo(Peer.NEVER);
        return probe();
    }

    public long now() {
        return now;
    }

    long term() {
        return peer.ballot().term();
    }

    public Peer value() {
        return peer;
    }

    /** The end of the lease that the peer held before the last input. */
    long leaseBefore() {
        return ((Leader) before.role()).leaseUntil();
    }

    Optional<Effect> first(Class<? extends Effect> kind) {
        return did.stream().filter(kind::isInstance).findFirst();
    }
}
