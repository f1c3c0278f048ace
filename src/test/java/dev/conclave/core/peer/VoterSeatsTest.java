package dev.conclave.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.TestValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** R11: the order of the voters in one election. */
class VoterSeatsTest {

    private static final List<PeerId> VOTERS =
            List.of(new PeerId("10.0.0.1", 2551), new PeerId("10.0.0.2", 2551), new PeerId("10.0.0.3", 2551));

    private static List<VoterSeats> ofAThousand() {
        return IntStream.range(0, 1000)
                .mapToObj(i -> VoterSeats.of(new ElectionName("election-" + i), VOTERS))
                .toList();
    }

    @Test
    void allNodesSeatTheVotersOfAnElectionAlike() {
        assertThat(ofAThousand()).isEqualTo(ofAThousand());
    }

    @Test
    void everyVoterHasOneSeat() {
        for (VoterSeats seating : ofAThousand()) {
            List<Integer> places = new ArrayList<>();
            for (int seat = 0; seat < seating.size(); seat++) {
                places.add(seating.place(seat));
                assertThat(seating.seat(seating.place(seat))).isEqualTo(seat);
            }
            assertThat(places).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void equalVotersAreFirstInAboutEquallyManyElections() {
        Map<Integer, Integer> firsts = new HashMap<>();
        ofAThousand().forEach(seating -> firsts.merge(seating.place(0), 1, Integer::sum));
        assertThat(firsts)
                .hasSize(3)
                .allSatisfy((voter, elections) -> assertThat(elections).isBetween(250, 420));
    }

    @Test
    void bothOthersSucceedALeaderInAboutEquallyManyElections() {
        for (int leader = 0; leader < 3; leader++) {
            Map<Integer, Integer> successors = new HashMap<>();
            for (VoterSeats seating : ofAThousand()) {
                successors.merge(seating.place((seating.seat(leader) + 1) % 3), 1, Integer::sum);
            }
            assertThat(successors)
                    .hasSize(2)
                    .allSatisfy((voter, elections) -> assertThat(elections).isBetween(400, 600));
        }
    }

    @Test
    void votersThatHaveNotSeenALeaderStandInTheOrderOfTheirSeats() {
        for (VoterSeats seating : ofAThousand()) {
            assertThat(List.of(
                            seating.firstStep(seating.place(0)),
                            seating.firstStep(seating.place(1)),
                            seating.firstStep(seating.place(2))))
                    .containsExactly(0, 1, 2);
        }
    }

    @Test
    void aNonVoterComesBehindTheFirstVoter() {
        assertThat(ofAThousand())
                .allSatisfy(seating -> assertThat(seating.firstStep(-1)).isEqualTo(1));
    }

    @Test
    void noVoterWaitsMoreThanTwoStepsForItsFirstTurn() {
        List<PeerId> many = IntStream.rangeClosed(1, 63)
                .mapToObj(i -> new PeerId("host", i))
                .toList();
        VoterSeats seating = VoterSeats.of(new ElectionName("orders"), many);
        assertThat(IntStream.range(0, 63).map(seating::firstStep).max()).hasValue(2);
    }

    @Test
    void votersInTheOrderOfTheListHaveTheSameFirstTurn() {
        VoterSeats seating = VoterSeats.asListed(VOTERS);
        assertThat(IntStream.range(0, 3).map(seating::firstStep)).containsOnly(1);
        assertThat(seating)
                .isNotEqualTo(VoterSeats.of(new ElectionName("orders"), VOTERS))
                .hasToString("listed [0, 1, 2]");
    }

    @Test
    void theSuccessionFollowsTheSeatsBehindTheLeader() {
        for (int i = 0; i < 20; i++) {
            ElectionName name = new ElectionName("election-" + i);
            List<PeerId> voters = List.of(TestValues.id("a"), TestValues.id("b"), TestValues.id("c"));
            VoterSeats seating = VoterSeats.of(name, voters);
            PeerProbe leader =
                    PeerProbe.peer("a").in(name, "a", "b", "c").takesPart().leads();
            leader.isHeardBy("b", "c").ticks();
            List<PeerId> named = ((Leader) leader.peer.role()).named();
            int own = seating.seat(0);
            assertThat(named)
                    .containsExactly(
                            voters.get(seating.place((own + 1) % 3)), voters.get(seating.place((own + 2) % 3)));
        }
    }

    @Test
    void votersStandInTheOrderOfTheirSeatsAfterALoyaltyOfTheStart() {
        ElectionName name = new ElectionName("orders");
        VoterSeats seating = VoterSeats.of(name, List.of(TestValues.id("a"), TestValues.id("b"), TestValues.id("c")));
        for (int place = 0; place < 3; place++) {
            PeerProbe voter = PeerProbe.peer(List.of("a", "b", "c").get(place))
                    .in(name, "a", "b", "c")
                    .takesPartLoyally();
            long started = voter.now;
            voter.stands();
            assertThat(voter.peer.wakeAt() - started)
                    .isEqualTo(TestValues.E + seating.seat(place) * TestValues.STEP / 2);
        }
    }
}
