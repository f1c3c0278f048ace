package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.PeerId;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When there are too many accepted connections, the limiter closes none of a peer that the node expects (R10, R13). */
class ConnectionLimiterTest {

    private static final PeerId VOTER = PeerId.parse("10.1.1.1:2551");
    private static final PeerId STRANGER = PeerId.parse("10.6.6.6:66");

    private final ConnectionLimiter<String> oldestGo =
            new ConnectionLimiter<>(4, ConnectionLimiter.Crowded.OLDEST_GOES);
    private final ConnectionLimiter<String> newestGo =
            new ConnectionLimiter<>(4, ConnectionLimiter.Crowded.NEWEST_GOES);

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException noName) {
            throw new AssertionError(noName);
        }
    }

    private static void fill(ConnectionLimiter<String> places, String network) {
        for (int i = 0; i < 4; i++) {
            assertThat(places.enter("s" + i, STRANGER, address(network + i))).isEmpty();
        }
    }

    @Test
    void aConnectionOfAnExpectedPeerNeverGoesForOneOfAStranger() {
        oldestGo.expect(VOTER, List.of(address("10.1.1.1")));
        assertThat(oldestGo.enter("voter", VOTER, address("10.1.1.1"))).isEmpty();
        for (int i = 0; i < 100; i++) {
            oldestGo.enter("s" + i, STRANGER, address("10.6.6." + i));
        }
        assertThat(oldestGo.all()).hasSize(5).contains("voter", "s99");
    }

    @Test
    void anExpectedPeerGetsAPlaceWhenStrangersHaveAllOtherPlaces() {
        newestGo.expect(VOTER, List.of(address("10.1.1.1")));
        fill(newestGo, "10.6.6.");
        assertThat(newestGo.enter("voter", VOTER, address("10.1.1.1"))).isEmpty();
        assertThat(newestGo.all()).hasSize(5);
    }

    @Test
    void theNameOfAnExpectedPeerAloneReservesNothing() {
        newestGo.expect(VOTER, List.of(address("10.1.1.1")));
        fill(newestGo, "10.6.6.");
        assertThat(newestGo.enter("liar", VOTER, address("10.6.6.6"))).contains("s0");
        assertThat(newestGo.enter("neighbour", STRANGER, address("10.1.1.1"))).isPresent();
    }

    @Test
    void anExpectedPeerHasTwoPlacesOfItsOwnAndSharesTheOthers() {
        newestGo.expect(VOTER, List.of(address("10.1.1.1")));
        for (int i = 0; i < 6; i++) {
            assertThat(newestGo.enter("v" + i, VOTER, address("10.1.1.1"))).isEmpty();
        }
        assertThat(newestGo.enter("v6", VOTER, address("10.1.1.1"))).contains("v6");
        newestGo.leave("v0");
        assertThat(newestGo.enter("v7", VOTER, address("10.1.1.1"))).isEmpty();
        assertThat(newestGo.all()).hasSize(6);
    }

    @Test
    void anExpectedPeerWhoseConnectionEndsHasOneReservedPlaceAndNotTwo() {
        newestGo.expect(VOTER, List.of(address("10.1.1.1")));
        newestGo.enter("v0", VOTER, address("10.1.1.1"));
        newestGo.enter("v1", VOTER, address("10.1.1.1"));
        fill(newestGo, "10.6.6.");
        newestGo.leave("v0");
        assertThat(newestGo.enter("v2", VOTER, address("10.1.1.1"))).isEmpty();
        assertThat(newestGo.enter("v3", VOTER, address("10.1.1.1"))).contains("s0");
    }

    @Test
    void peersAndNetworksWithoutAConnectionAreForgotten() throws ReflectiveOperationException {
        for (int i = 0; i < 100; i++) {
            PeerId peer = PeerId.parse("10.1.1." + i + ":2551");
            oldestGo.expect(peer, List.of(address("10.1.1." + i)));
            oldestGo.enter("expected" + i, peer, address("10.1.1." + i));
            oldestGo.enter("stranger" + i, STRANGER, address("10.6.6." + i));
            oldestGo.leave("expected" + i);
            oldestGo.leave("stranger" + i);
            oldestGo.expectNoMore(peer);
        }
        for (Field field : ConnectionLimiter.class.getDeclaredFields()) {
            if (Map.class.isAssignableFrom(field.getType())) {
                field.setAccessible(true);
                assertThat((Map<?, ?>) field.get(oldestGo)).as(field.getName()).isEmpty();
            }
        }
    }

    @Test
    void aConnectionThatCameBeforeItsPeerWasExpectedGetsAPlaceOfItsOwn() {
        oldestGo.enter("voter", VOTER, address("10.1.1.1"));
        oldestGo.expect(VOTER, List.of(address("10.1.1.1")));
        for (int i = 0; i < 100; i++) {
            oldestGo.enter("s" + i, STRANGER, address("10.1.1.1"));
        }
        assertThat(oldestGo.all()).hasSize(5).contains("voter");
    }

    @Test
    void aPeerThatIsNoLongerExpectedSharesThePlacesOfStrangers() {
        newestGo.expect(VOTER, List.of(address("10.1.1.1")));
        newestGo.enter("v0", VOTER, address("10.1.1.1"));
        newestGo.enter("v1", VOTER, address("10.1.1.1"));
        fill(newestGo, "10.6.6.");
        assertThat(newestGo.expectNoMore(VOTER)).containsExactly("s0", "v1");
        assertThat(newestGo.all()).containsExactlyInAnyOrder("s1", "s2", "s3", "v0");
        assertThat(newestGo.enter("v2", VOTER, address("10.1.1.1"))).contains("v2");
    }

    @Test
    void aNetworkThatKeepsConnectingTakesPlacesOnlyFromItself() {
        oldestGo.enter("honest", STRANGER, address("10.1.1.1"));
        for (int i = 0; i < 100; i++) {
            oldestGo.enter("s" + i, STRANGER, address("10.6.6.6"));
        }
        assertThat(oldestGo.all()).containsExactlyInAnyOrder("honest", "s97", "s98", "s99");
        assertThat(oldestGo.enter("other", STRANGER, address("10.1.1.2"))).contains("s97");
    }

    @Test
    void aNetworkWithTheMostPlacesGetsNoMoreWhereTheNewestGoes() {
        newestGo.enter("honest", STRANGER, address("10.1.1.1"));
        for (int i = 0; i < 3; i++) {
            newestGo.enter("s" + i, STRANGER, address("10.6.6.6"));
        }
        assertThat(newestGo.enter("s3", STRANGER, address("10.6.6.6"))).contains("s3");
        assertThat(newestGo.enter("other", STRANGER, address("10.1.1.2"))).contains("s0");
        assertThat(newestGo.all()).containsExactlyInAnyOrder("honest", "s1", "s2", "other");
    }

    @Test
    void anIpv6NetworkIsTheFirstHalfOfTheAddress() {
        oldestGo.enter("honest", STRANGER, address("2001:db8:1:1::1"));
        for (int i = 0; i < 100; i++) {
            oldestGo.enter("s" + i, STRANGER, address("2001:db8:6:6::" + Integer.toHexString(i)));
        }
        assertThat(oldestGo.all()).contains("honest");
    }

    @Test
    void theOldestConnectionIsTheOneThatEnteredFirst() {
        assertThat(oldestGo.oldestUnexpected()).isEmpty();
        fill(oldestGo, "10.6.6.");
        oldestGo.leave("s0");
        assertThat(oldestGo.oldestUnexpected()).contains("s1");
    }

    /** In any order of calls, there are never more connections than places, and the connections of expected peers stay. */
    @Test
    void theNumberOfConnectionsIsBoundedUnderRandomCalls() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            ConnectionLimiter<Integer> places = new ConnectionLimiter<>(
                    8,
                    random.nextBoolean()
                            ? ConnectionLimiter.Crowded.OLDEST_GOES
                            : ConnectionLimiter.Crowded.NEWEST_GOES);
            for (int i = 0; i < 2000; i++) {
                int who = random.nextInt(5);
                PeerId peer = PeerId.parse("10.1.1." + who + ":1");
                InetAddress from = address("10.1.1." + (random.nextBoolean() ? who : random.nextInt(5)));
                switch (random.nextInt(5)) {
                    case 0 -> places.expect(peer, List.of(from));
                    case 1 -> places.expectNoMore(peer);
                    case 2 -> places.leave(random.nextInt(i + 1));
                    default -> {
                        Optional<Integer> gone = places.enter(i, peer, from);
                        assertThat(gone.filter(places.all()::contains))
                                .as("seed %s", seed)
                                .isEmpty();
                    }
                }
                assertThat(places.all())
                        .as("seed %s", seed)
                        .hasSizeLessThanOrEqualTo(8 + 5 * ConnectionLimiter.MAX_OF_ONE)
                        .doesNotHaveDuplicates();
            }
        }
    }
}
