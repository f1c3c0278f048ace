package dev.conclave.explore.electorate;

import static dev.conclave.explore.electorate.ManualCluster.letters;
import static dev.conclave.explore.electorate.ManualCluster.notes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.Force;
import dev.conclave.core.electorate.Round;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Message;
import dev.conclave.explore.electorate.Cluster.Flight;
import dev.conclave.explore.world.Violation;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Stories of leaders beside changes of the electorate that chance seldom finds: each passes with the production core, and breaks a
 * property with the planted fault. a, b and c are the nodes 0, 1 and 2.
 */
class DirectedElectorateTest {

    private static final PeerId A = Cluster.id(0);
    private static final PeerId B = Cluster.id(1);
    private static final PeerId C = Cluster.id(2);
    private static final PeerId D = Cluster.id(3);

    private static Wish elections(long millis) {
        return new Wish.Times(
                OptionalLong.empty(), OptionalLong.of(Cluster.nanos(millis * 1000)), OptionalDouble.empty());
    }

    private static void fails(Consumer<ElectorateCore> story, ElectorateCore fault, String... properties) {
        story.accept(ElectorateCore.PRODUCTION);
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(() -> story.accept(fault))
                .satisfies(violation -> assertThat(violation.property()).isIn((Object[]) properties));
    }

    /** c leads under {a,b,c} by b's acknowledgements, and a has heard of nothing. */
    private static ManualCluster ledByC(long electionMillis, ElectorateCore core) {
        ManualCluster cluster = new ManualCluster(3, 3, electionMillis, core);
        cluster.stopTimers(0);
        cluster.stopTimers(1);
        cluster.passes(notes(1, 2));
        cluster.runUntil(() -> cluster.leads(2));
        cluster.startTimers(0);
        cluster.startTimers(1);
        return cluster;
    }

    /**
     * a writes under {a,b,c}; b stores it, and c hears of no election. d is added, a is removed and ends, b is cut off: c and d
     * elect one of them under {b,c,d}.
     */
    private static void changesTheVotersAfterAWrite(ElectorateCore core) {
        ManualCluster cluster = new ManualCluster(4, 3, 1000, core);
        for (int node = 1; node < 4; node++) {
            cluster.stopTimers(node);
        }
        cluster.passes(notes(0, 1));
        cluster.runUntil(() -> cluster.leads(0));
        cluster.cluster().write(0, cluster.cluster().held(0));
        cluster.runUntil(() -> cluster.cluster().registers.acknowledged() == 1);
        Predicate<Flight> registers = flight -> flight instanceof Flight.Note note
                && (note.message() instanceof Message.RequestRegister
                        || (note.message() instanceof Message.StoreRegister && note.from() == 1));
        cluster.passes(Flight.Letter.class::isInstance);
        for (int node = 1; node < 4; node++) {
            cluster.startTimers(node);
        }
        cluster.passes(registers.or(Flight.Letter.class::isInstance).or(notes(0, 1)));
        cluster.wish(0, new Wish.Add(D));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.wish(1, new Wish.Remove(A));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.crash(0);
        cluster.passes(notes(2, 3));
        cluster.dropFlights();
        cluster.runUntil(() -> cluster.leads(2) || cluster.leads(3));
        assertThat(cluster.cluster().oracle.electedUnder()).isEqualTo(2);
    }

    @Test
    void aVoterHasTheRegistersOfFormerVotersBeforeItAcceptsOthers() {
        fails(DirectedElectorateTest::changesTheVotersAfterAWrite, new ElectorateFaults.ReadsNoRegisters(), "KEPT");
    }

    /** a removes b, and then c; it is elected alone as soon as it may be. */
    private static void removesBothWithoutAPause(ElectorateCore core) {
        ManualCluster cluster = ledByC(1000, core);
        cluster.passes(notes(1, 2).or(letters(0, 2)));
        cluster.wish(0, new Wish.Remove(B));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.wish(0, new Wish.Remove(C));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.runUntil(() -> cluster.leads(0));
        assertThat(cluster.cluster().oracle.electedUnder()).isEqualTo(2);
    }

    @Test
    void theProposerPausesForTheLongestElectionTimeout() {
        fails(DirectedElectorateTest::removesBothWithoutAPause, new ElectorateFaults.NoPause(), "S3", "STRONG");
    }

    /** b still acknowledges c for a lease of 6 s when E becomes 1 s; a and b remove c, and a removes b. */
    private static void shortensAndRemoves(ElectorateCore core) {
        ManualCluster cluster = ledByC(6000, core);
        cluster.passes(notes(1, 2).or(letters(0, 1)));
        cluster.wish(0, elections(1000));
        assertThat(cluster.untilWishEnds()).isEmpty();
        assertThat(cluster.leads(2)).isTrue();
        cluster.wish(0, new Wish.Remove(C));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.wish(0, new Wish.Remove(B));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.runUntil(() -> cluster.leads(0));
        assertThat(cluster.cluster().oracle.electedUnder()).isEqualTo(3);
    }

    @Test
    void thePauseIsThatOfTheLongestElectionTimeoutAndNotOfThePresentOne() {
        fails(
                DirectedElectorateTest::shortensAndRemoves,
                new ElectorateFaults.PauseOfThePresentElection(),
                "S3",
                "STRONG");
    }

    /** c has {a,c} on disk and leads on under {a,b,c} by b's acknowledgements when a asks it for the next promise. */
    private static void asksBeforeTheSwitch(ElectorateCore core) {
        ManualCluster cluster = ledByC(1000, core);
        cluster.passes(notes(1, 2).or(letters(0, 2)));
        cluster.wish(0, new Wish.Remove(B));
        cluster.runUntil(() -> cluster.cluster().electorate(0).durable().number() == 1
                && cluster.cluster().electorate(2).durable().number() == 1);
        cluster.runUntil(() -> cluster.cluster().electorate(0).proposal().isEmpty());
        cluster.wish(0, new Wish.Remove(C));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.runUntil(() -> cluster.leads(0));
        assertThat(cluster.cluster().oracle.electedUnder()).isEqualTo(2);
    }

    @Test
    void aVoterPromisesOnlyWhenItsLastPeerObeysTheConfiguration() {
        fails(DirectedElectorateTest::asksBeforeTheSwitch, new ElectorateFaults.PromisesEarly(), "S3", "STRONG");
    }

    /** b obeys {a,b} and hears c, which does not know that it is removed, once more. */
    private static void hearsTheRemoved(ElectorateCore core) {
        ManualCluster cluster = ledByC(1000, core);
        cluster.passes(notes(1, 2).or(letters(0, 1)));
        cluster.wish(0, new Wish.Remove(C));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.wish(0, new Wish.Remove(B));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.runUntil(() -> cluster.leads(0));
        assertThat(cluster.cluster().oracle.electedUnder()).isEqualTo(2);
    }

    @Test
    void aVoterAcknowledgesNoLeaderThatObeysAnotherConfiguration() {
        fails(DirectedElectorateTest::hearsTheRemoved, new ElectorateFaults.HearsAnyLabel(), "S3", "STRONG", "R8");
    }

    /** b acknowledges c for a lease of 6 s, obeys an E of 1 s, restarts, and votes for a. */
    private static void restartsAfterTheShortening(ElectorateCore core) {
        ManualCluster cluster = ledByC(6000, core);
        cluster.passes(notes(1, 2).or(letters(0, 1)));
        cluster.wish(0, elections(1000));
        assertThat(cluster.untilWishEnds()).isEmpty();
        assertThat(cluster.leads(2)).isTrue();
        cluster.crash(1);
        cluster.start(1);
        cluster.passes(letters(0, 1).or(notes(0, 1)));
        cluster.runUntil(() -> cluster.leads(0) || cluster.leads(1));
        assertThat(cluster.cluster().oracle.electedUnder()).isEqualTo(1);
    }

    @Test
    void aVoterIsLoyalAfterAStartForTheLongestElectionTimeout() {
        fails(
                DirectedElectorateTest::restartsAfterTheShortening,
                new ElectorateFaults.ForgetsTheLongestElection(),
                "S3",
                "STRONG");
    }

    /** The same without a restart: b acknowledges c under E of 1 s as well. */
    private static void acknowledgesUnderBoth(ElectorateCore core) {
        ManualCluster cluster = ledByC(6000, core);
        cluster.passes(notes(1, 2).or(letters(0, 1)).or(letters(0, 2)).or(letters(1, 2)));
        cluster.wish(0, elections(1000));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.runUntil(() -> cluster.cluster().electorate(2).obeyed() == 1);
        cluster.run(300);
        cluster.dropFlights();
        cluster.passes(letters(0, 1).or(notes(0, 1)));
        cluster.runUntil(() -> cluster.leads(0) || cluster.leads(1));
    }

    @Test
    void aLaterAcknowledgementUnderAShorterTimeoutShortensNoLoyalty() {
        fails(DirectedElectorateTest::acknowledgesUnderBoth, new ElectorateFaults.ShortensLoyalty(), "S3", "STRONG");
    }

    private static Predicate<Flight> acceptances(int one, int other) {
        return letters(one, other)
                .and(flight -> flight instanceof Flight.Letter letter
                        && (letter.message() instanceof ElectorateMessage.Accept
                                || letter.message() instanceof ElectorateMessage.Accepted));
    }

    /** b promises ballot 1 to a and a higher one to c, and restarts; then a asks it to accept, and after that c does. */
    private static void promisesToTwo(ElectorateCore core) {
        ManualCluster cluster = new ManualCluster(3, 3, 1000, core);
        cluster.dropFlights();
        cluster.passes(letters(0, 1));
        cluster.wish(0, new Wish.Remove(C));
        cluster.runUntil(() -> cluster.isIn(0, Round.Phase.PAUSE));
        cluster.stopTimers(0);
        cluster.passes(letters(1, 2));
        cluster.wish(2, new Wish.Remove(A));
        cluster.runUntil(() -> cluster.isIn(2, Round.Phase.PAUSE));
        cluster.stopTimers(2);
        cluster.crash(1);
        cluster.start(1);
        cluster.passes(flight -> false);
        cluster.run(1500);
        cluster.startTimers(0);
        cluster.passes(acceptances(0, 1));
        cluster.run(200);
        cluster.stopTimers(0);
        cluster.startTimers(2);
        cluster.passes(letters(1, 2));
        assertThat(cluster.untilWishEnds()).isEmpty();
        assertThat(cluster.cluster().oracle.configurations()).isEqualTo(2);
    }

    @Test
    void aVoterPromisesOnlyOneOfTwoProposersAlsoAfterAStart() {
        fails(DirectedElectorateTest::promisesToTwo, new ElectorateFaults.ForgetsPromises(), "CHAIN");
    }

    // ---- force (E11)

    private static Force force(ManualCluster cluster, int at, PeerId... survivors) {
        return new Force(cluster.cluster().onDisk(at).group(), List.of(survivors), 0, 0);
    }

    /** c leads in 0.1 by b's vote, of which a has heard nothing; b and c are lost, and a is forced. */
    private static void forcesTheLast(ElectorateCore core) {
        ManualCluster cluster = ledByC(1000, core);
        cluster.crash(0);
        cluster.crash(1);
        cluster.crash(2);
        cluster.cluster().replaceGroup(0, force(cluster, 0, A), 64);
        cluster.start(0);
        cluster.runUntil(() -> cluster.leads(0));
        assertThat(cluster.cluster().oracle.groups()).isEqualTo(2);
    }

    @Test
    void theTermsOfAForcedGroupLieAboveAllThatTheLostVotersLed() {
        fails(DirectedElectorateTest::forcesTheLast, new ElectorateFaults.ForcesTheSameNumber(), "S1", "S4");
    }

    /** d leads by b and c when these two are lost for good; a is forced, and d hears of it while it still has a lease. */
    private static void forcesBesideALeader(ElectorateCore core) {
        ManualCluster cluster = new ManualCluster(4, 4, 6000, core);
        cluster.stopTimers(0);
        cluster.stopTimers(1);
        cluster.stopTimers(2);
        cluster.passes(notes(1, 3).or(notes(2, 3)));
        cluster.runUntil(() -> cluster.leads(3));
        cluster.crash(0);
        cluster.crash(1);
        cluster.crash(2);
        cluster.cluster().replaceGroup(0, force(cluster, 0, A, Cluster.id(3)), 64);
        cluster.passes(flight -> true);
        assertThat(cluster.leads(3)).isTrue();
        cluster.start(0);
        cluster.runUntil(() -> !cluster.leads(3));
        cluster.startTimers(0);
        cluster.runUntil(() -> cluster.leads(0) || cluster.leads(3));
        assertThat(cluster.cluster().oracle.electedUnder()).isEqualTo(1024);
    }

    @Test
    void aLeaderOfTheFormerGroupEndsAsSoonAsItObeysTheForcedOne() {
        fails(DirectedElectorateTest::forcesBesideALeader, new ElectorateFaults.LeadsOnAfterForce(), "E11");
    }

    @Test
    void theUsersOfALeaderThatEndsByForceAreTold() {
        fails(DirectedElectorateTest::forcesBesideALeader, new ElectorateFaults.TellsNoUsers(), "S5");
    }

    @Test
    void twoSidesThatWereForcedFromOneGroupAreStrangersUntilOneIsForcedOverTheOther() {
        ManualCluster cluster = new ManualCluster(2, 2, 1000, ElectorateCore.PRODUCTION);
        cluster.dropFlights();
        cluster.crash(0);
        cluster.crash(1);
        long former = cluster.cluster().onDisk(0).group();
        cluster.cluster().replaceGroup(0, force(cluster, 0, A), 64);
        cluster.cluster().replaceGroup(1, force(cluster, 1, B), 65);
        cluster.passes(Flight.Letter.class::isInstance);
        // One side after the other leads: that no two do at once is the operator's promise.
        cluster.start(0);
        cluster.runUntil(() -> cluster.leads(0));
        cluster.crash(0);
        cluster.start(1);
        cluster.runUntil(() -> cluster.leads(1));
        cluster.crash(1);
        assertThat(cluster.cluster().oracle.elections()).isEqualTo(2);

        cluster.start(0);
        cluster.stopTimers(0);
        cluster.start(1);
        cluster.stopTimers(1);
        cluster.run(5000);
        assertThat(cluster.cluster().oracle.strangers()).isEqualTo(2);
        assertThat(cluster.cluster().onDisk(0).group()).isEqualTo(64);
        assertThat(cluster.cluster().onDisk(1).group()).isEqualTo(65);

        cluster.crash(0);
        cluster.cluster()
                .replaceGroup(
                        0,
                        new Force(
                                64, List.of(A), 65, cluster.cluster().onDisk(1).number()),
                        66);
        cluster.start(0);
        cluster.startTimers(0);
        cluster.startTimers(1);
        cluster.runUntil(() -> cluster.cluster().electorate(1).durable().group() == 66);
        cluster.passes(flight -> true);
        cluster.runUntil(() -> cluster.leads(0) || cluster.leads(1));
        assertThat(cluster.cluster().onDisk(1).configuration().orElseThrow().former())
                .containsExactly(former, 64L, 65L);
    }

    @Test
    void aLeaderKeepsItsTermWhileVotersLeaveAndReturn() {
        ManualCluster cluster = new ManualCluster(4, 3, 1000, ElectorateCore.PRODUCTION);
        cluster.passes(flight -> true);
        cluster.runUntil(() -> cluster.leads(0) || cluster.leads(1) || cluster.leads(2) || cluster.leads(3));
        int leader = cluster.leads(0) ? 0 : cluster.leads(1) ? 1 : cluster.leads(2) ? 2 : 3;
        long term = cluster.cluster().oracle.heldTerm(leader);
        PeerId out = Cluster.id(leader == 2 ? 1 : 2);
        for (Wish wish : new Wish[] {
            new Wish.Add(Cluster.id(3)), new Wish.Remove(out), new Wish.Add(out), elections(600), elections(2000)
        }) {
            cluster.wish(0, wish);
            assertThat(cluster.untilWishEnds()).isEmpty();
            cluster.run(500);
        }
        assertThat(cluster.leads(leader)).isTrue();
        assertThat(cluster.cluster().oracle.heldTerm(leader)).isEqualTo(term);
    }

    @Test
    void aRemovedVoterThatWasCutOffDisturbsNobodyAndLearnsThatItIsOut() {
        ManualCluster cluster = new ManualCluster(3, 3, 1000, ElectorateCore.PRODUCTION);
        cluster.passes(flight -> flight.from() != 2 && flight.to() != 2);
        cluster.runUntil(() -> cluster.leads(0) || cluster.leads(1));
        int leader = cluster.leads(0) ? 0 : 1;
        long term = cluster.cluster().oracle.heldTerm(leader);
        cluster.wish(leader, new Wish.Remove(C));
        assertThat(cluster.untilWishEnds()).isEmpty();
        cluster.run(20_000);
        cluster.dropFlights();
        cluster.passes(flight -> true);
        cluster.runUntil(() -> cluster.cluster().electorate(2).obeyed() == 1);
        cluster.run(5000);
        assertThat(cluster.cluster().oracle.heldTerm(leader)).isEqualTo(term);
        assertThat(cluster.cluster().electorate(2).isVoter()).isFalse();
    }
}
