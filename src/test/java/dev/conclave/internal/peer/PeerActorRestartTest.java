package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Ballot;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer's actor that fails: the loss first, then the ballot again, and only then anything else. */
class PeerActorRestartTest {

    private final PeerFixture peer = new PeerFixture();
    private final ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        peer.close();
    }

    private void fail() {
        peer.failOn("send PreVoteRefused");
        peer.hear(PeerFixture.BERT, new Message.RequestPreVote(1, 0));
    }

    @Test
    void aFailedPeerAnnouncesTheLossAndThenReadsItsBallotBeforeAnythingElse() {
        LeadershipLease lease = peer.lead();
        peer.seen.clear();
        fail();
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed", "ended", "read", "elected"))
                .containsExactly("dismissed 1 VOID", "ended 1 VOID", "read");
        assertThat(peer.view.sight().leader()).isEmpty();
        assertThat(peer.view.sight().term()).isEqualTo(1);
    }

    @Test
    void aFailedPeerAcceptsNothingBeforeItHasReadTheBallotThatWasInFlight() {
        peer.store.hold();
        peer.hear(PeerFixture.BERT, new Message.RequestVote(5, 0));
        fail();
        // It asks again, and another asks in the same term, while the vote is under way and forgotten in memory.
        peer.hear(PeerFixture.CLEO, new Message.RequestVote(5, 0));
        assertThat(peer.seenOf("send Vote")).isEmpty();
        peer.store.release();
        peer.settle();
        assertThat(peer.seenOf("send Vote")).containsExactly("send VoteRefused 5 to c:1");
        peer.hear(PeerFixture.BERT, new Message.RequestVote(5, 0));
        assertThat(peer.seenOf("send Vote")).last().isEqualTo("send VoteGranted 5 to b:1");
        assertThat(peer.store.ballots()).containsEntry(PeerFixture.ORDERS, Ballot.vote(5, PeerFixture.BERT));
    }

    @Test
    void u7_aPeerThatReadsARegisterReportsItBeforeItSendsAnything() {
        peer.hear(PeerFixture.BERT, new Message.RequestVote(5, 0));
        peer.store.hold();
        peer.hear(
                PeerFixture.BERT,
                new Message.StoreRegister(new RegisterEntry(RegisterVersion.first(5), Optional.empty())));
        fail();
        peer.seen.clear();
        peer.store.release();
        peer.settle();
        peer.hear(PeerFixture.CLEO, new Message.RequestVote(6, 0));
        assertThat(peer.seenOf("holds a register", "send"))
                .startsWith("holds a register")
                .hasSizeGreaterThan(1);
    }

    @Test
    void effectsOfThePeersFormerLifeAreDropped() {
        peer.store.hold();
        long term = peer.stand();
        peer.hear(PeerFixture.BERT, new Message.VoteGranted(term));
        fail();
        peer.store.release();
        peer.settle();
        peer.hear(PeerFixture.BERT, new Message.VoteGranted(term));
        assertThat(peer.seenOf("send Heartbeat", "elected")).isEmpty();
    }

    @Test
    void r6_aRestartedPeerIsLoyalToALeaderThatItMayHaveForgotten() {
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        fail();
        peer.hear(PeerFixture.CLEO, new Message.RequestVote(4, 0));
        assertThat(peer.seenOf("send Vote")).containsExactly("send VoteRefused 3 to c:1");
        peer.pass(PeerFixture.E);
        peer.hear(PeerFixture.CLEO, new Message.RequestVote(4, 0));
        assertThat(peer.seenOf("send Vote")).last().isEqualTo("send VoteGranted 4 to c:1");
    }

    @Test
    void subscribersUsersAndTheCandidacySurviveARestartOfThePeer() {
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("holder", answers)));
        peer.lead();
        fail();
        assertThat(peer.seenOf("holder")).containsExactly("holder start 1", "holder stop 1");
        peer.seen.clear();
        for (int i = 0; i < 40 && peer.seenOf("send RequestPreVote").findAny().isEmpty(); i++) {
            peer.pass(PeerFixture.H);
        }
        long term = peer.last(Message.RequestPreVote.class).term();
        peer.hear(PeerFixture.BERT, new Message.PreVoteGranted(term));
        peer.hear(PeerFixture.BERT, new Message.VoteGranted(term));
        peer.acknowledge();
        assertThat(peer.seenOf("elected", "holder")).containsExactly("elected " + term, "holder start " + term);
        peer.end(holder);
        assertThat(peer.participants.members()).doesNotContain(holder.getRef());
    }

    @Test
    void aSubscriberOfTheRegisterSurvivesARestartOfThePeerAndSeesNoOlderValue() {
        TestProbe<Done> whose = peer.kit.createTestProbe();
        ConcurrentLinkedQueue<RegisterVersion> seen = new ConcurrentLinkedQueue<>();
        peer.tell(new PeerCommand.SubscribeRegister(whose.getRef(), (entry, isTruth) -> seen.add(entry.version())));
        RegisterVersion first = RegisterVersion.first(5);
        hearWritten(first);
        assertThat(peer.view.register().confirmed().version()).isEqualTo(first);

        fail();

        assertThat(peer.view.register().confirmed().version()).isEqualTo(first);
        hearWritten(first);
        hearWritten(first.next());
        assertThat(peer.view.register().confirmed().version()).isEqualTo(first.next());
        assertThat(seen).containsExactly(RegisterEntry.NONE.version(), first, first.next());
        peer.end(whose);
        assertThat(peer.participants.members()).doesNotContain(whose.getRef());
    }

    /** An entry, and then the heartbeat that says that a quorum has stored it. */
    private void hearWritten(RegisterVersion version) {
        peer.hear(PeerFixture.BERT, new Message.StoreRegister(new RegisterEntry(version, Optional.empty())));
        peer.hear(
                PeerFixture.BERT,
                new Message.Heartbeat(version.term(), version.count(), List.of(), version.count(), version.count()));
    }

    @Test
    void aFailedFollowerAnnouncesThatItKnowsNoLeader() {
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        fail();
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 20, List.of()));
        assertThat(peer.seenOf("following", "leaderless"))
                .containsExactly("following b:1 3", "leaderless 3", "following b:1 3");
    }

    @Test
    void aFailingSubscriberDoesNotKeepTheLossFromOthers() {
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("holder", answers)));
        LeadershipLease lease = peer.lead();
        peer.failOn("dismissed");
        peer.tell(new PeerCommand.Voided());
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed", "holder stop", "ended", "read").skip(1))
                .containsExactly("dismissed 1 VOID", "holder stop 1", "ended 1 VOID", "read");
    }

    @Test
    void aFailureBeforeTheDismissalIsAnnouncedDismissesTheUsers() {
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("holder", answers)));
        LeadershipLease lease = peer.lead();
        // The renewal, the first of the effects of this step, is not what fails; the message before the dismissal is.
        peer.failOn("send Heartbeat");
        peer.pass(PeerFixture.H);
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed", "holder stop", "ended"))
                .containsExactly("dismissed 1 VOID", "holder stop 1", "ended 1 VOID");
    }

    @Test
    void aUserThatEndsWhileTheBallotIsReadIsForgotten() {
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("holder", answers)));
        peer.hear(PeerFixture.BERT, new Message.Heartbeat(3, 10, List.of()));
        peer.store.hold();
        fail();
        peer.end(holder);
        peer.store.release();
        peer.settle();
        assertThat(peer.participants.members()).doesNotContain(holder.getRef());
        assertThat(peer.seenOf("read")).hasSize(2);
    }

    @Test
    void aHandOverOvertakenByAFailureFailsAndAShutdownGoesOn() {
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("holder", answers)));
        peer.lead();
        CompletableFuture<Done> handedOver = new CompletableFuture<>();
        CompletableFuture<Done> left = new CompletableFuture<>();
        peer.tell(new PeerCommand.HandOver(handedOver));
        peer.tell(new PeerCommand.Leave(left));
        assertThat(handedOver).isNotDone();
        assertThat(left).isNotDone();
        fail();
        assertThat(handedOver).isCompletedExceptionally();
        assertThat(left).isCompleted();
        peer.pass(PeerFixture.E.multipliedBy(4));
        assertThat(peer.sent.stream().filter(Message.RequestPreVote.class::isInstance))
                .as("a node that is shutting down stands no more")
                .hasSizeLessThan(3);
    }
}
