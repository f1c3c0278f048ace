package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.DRIFT;
import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.ids;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration.Origin;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** E1: a configuration, and which one may follow it. */
class ConfigurationTest {

    private static final Configuration FIRST = founded("a", "b", "c");

    private static Configuration founded(String... voters) {
        return Configuration.founding(7, named(voters), settings(voters), 5, "a:1");
    }

    private static Map<PeerId, DirectoryIdentity> named(String... voters) {
        Map<PeerId, DirectoryIdentity> named = new TreeMap<>();
        for (String voter : voters) {
            named.put(id(voter), identity(voter));
        }
        return named;
    }

    private static Configuration with(long group, int number, Map<PeerId, DirectoryIdentity> named, Settings settings) {
        return new Configuration(group, List.of(), number, named, named, settings, List.of());
    }

    // ---- values

    @Test
    void valuesThatNoConfigurationCanHaveAreRefused() {
        refuses("configuration 0 of group 0 is out of range", 0, 0, named("a"), settings("a"));
        refuses("configuration -1 of group 7 is out of range", 7, -1, named("a"), settings("a"));
        refuses("is out of range", 7, Terms.MAX_CONFIGURATION + 1, named("a"), settings("a"));
        refuses("a voter needs a data directory", 7, 0, Map.of(id("a"), DirectoryIdentity.NONE), settings("a"));
        refuses("are not those named", 7, 0, named("a", "b"), settings("a"));
        refuses("are not those named", 7, 0, named("a"), settings("a", "b"));
        List<Origin> long17 =
                Stream.generate(() -> new Origin(0, 0, "", "")).limit(17).toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Configuration(7, List.of(), 0, named("a"), Map.of(), settings("a"), long17))
                .withMessageContaining("a history of 17 steps is too long");
    }

    private static void refuses(
            String why, long group, int number, Map<PeerId, DirectoryIdentity> named, Settings settings) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(group, number, named, settings))
                .withMessageContaining(why);
    }

    @Test
    void theFirstConfigurationNamesItsVotersAndItsFounder() {
        assertThat(FIRST.number()).isZero();
        assertThat(FIRST.settings()).isEqualTo(settings("a", "b", "c"));
        assertThat(FIRST.electionNanos()).isEqualTo(E);
        assertThat(FIRST.quorum()).isEqualTo(2);
        assertThat(FIRST.origin()).contains(new Origin(0, 5, "a:1", "founded"));
        assertThat(FIRST).hasToString("configuration 0 [a:1, b:1, c:1] E 1000 ms H 100 ms");
    }

    @Test
    void theListedVotersDoNotCountInAFounding() {
        Configuration other = Configuration.founding(7, named("a", "b"), settings("x"), 0, "a:1");
        assertThat(other.settings()).isEqualTo(settings("a", "b"));
    }

    @Test
    void aVoterIsAnAddressWithItsIdentity() {
        assertThat(FIRST.names(id("a"), identity("a"))).isTrue();
        assertThat(FIRST.names(id("a"), identity("a", 2))).isFalse();
        assertThat(FIRST.names(id("x"), identity("x"))).isFalse();
        assertThat(FIRST.excludes(id("a"), identity("a", 2))).isTrue();
        assertThat(FIRST.excludes(id("a"), DirectoryIdentity.NONE)).isTrue();
        assertThat(FIRST.excludes(id("a"), identity("a"))).isFalse();
        assertThat(FIRST.excludes(id("x"), identity("x"))).isFalse();
        assertThat(FIRST.excludes(id("x"), DirectoryIdentity.NONE)).isFalse();
    }

    // ---- the next one

    @Test
    void aVoterMoreChangesOnlyTheVoters() {
        Configuration next = FIRST.adding(id("d"), identity("d"), 9, "the operator");
        assertThat(next.number()).isEqualTo(1);
        assertThat(next.group()).isEqualTo(7);
        assertThat(next.named()).isEqualTo(named("a", "b", "c", "d"));
        assertThat(next.settings()).isEqualTo(settings("a", "b", "c", "d"));
        assertThat(next.origin()).contains(new Origin(1, 9, "the operator", "added d:1"));
    }

    @Test
    void aVoterLessChangesOnlyTheVoters() {
        Configuration next = FIRST.removing(id("b"), 9, "the operator");
        assertThat(next.named()).isEqualTo(named("a", "c"));
        assertThat(next.settings()).isEqualTo(settings("a", "c"));
        assertThat(next.origin()).contains(new Origin(1, 9, "the operator", "removed b:1"));
    }

    @Test
    void otherTimesChangeOnlyTheTimes() {
        Configuration next = FIRST.timed(new Settings(ids("x"), 2 * H, 3 * E, 0.02), 9, "the operator");
        assertThat(next.named()).isEqualTo(FIRST.named());
        assertThat(next.settings()).isEqualTo(new Settings(ids("a", "b", "c"), 2 * H, 3 * E, 0.02));
        assertThat(next.origin().orElseThrow().what())
                .isEqualTo("election-timeout=3000ms heartbeat-interval=200ms max-clock-drift=0.02");
    }

    @Test
    void aConfigurationCarriesTheLastStepsOfItsHistory() {
        Configuration now = FIRST;
        for (int i = 0; i < 30; i++) {
            now = i % 2 == 0 ? now.adding(id("d"), identity("d"), i, "a test") : now.removing(id("d"), i, "a test");
        }
        assertThat(now.history()).hasSize(Configuration.MAX_HISTORY);
        assertThat(now.history().get(0).number()).isEqualTo(15);
        assertThat(now.origin().orElseThrow().number()).isEqualTo(30);
    }

    @Test
    void theTextsOfTheHistoryArePrintableAndShort() {
        Origin origin = new Origin(1, 0, "Jörg\n" + "x".repeat(200), "\u0007");
        assertThat(origin.by()).startsWith("J?rg?xxx").hasSize(Configuration.MAX_TEXT);
        assertThat(origin.what()).isEqualTo("?");
    }

    @Test
    void aGroupIsShownAsSixteenHexadecimalDigits() {
        assertThat(Configuration.show(255)).isEqualTo("00000000000000ff");
        assertThat(Configuration.show(-1)).isEqualTo("ffffffffffffffff");
    }

    // "Number n+1 differs from n by one voter more, one voter less, or other settings."

    static List<Named<Configuration>> configurationsWithOneDifference() {
        return List.of(
                Named.of("one voter more", FIRST.adding(id("d"), identity("d"), 0, "")),
                Named.of("one voter less", FIRST.removing(id("a"), 0, "")),
                Named.of("another H", with(7, 1, FIRST.named(), new Settings(ids("a", "b", "c"), 2 * H, E, DRIFT))),
                Named.of("another E", with(7, 1, FIRST.named(), new Settings(ids("a", "b", "c"), H, 2 * E, DRIFT))),
                Named.of("another rho", with(7, 1, FIRST.named(), new Settings(ids("a", "b", "c"), H, E, 0))),
                Named.of("all times", with(7, 1, FIRST.named(), new Settings(ids("a", "b", "c"), 2 * H, 9 * E, 0))));
    }

    @ParameterizedTest
    @MethodSource("configurationsWithOneDifference")
    void aConfigurationThatDiffersInOneWayMayFollow(Configuration next) {
        assertThat(next.mayFollow(FIRST)).isTrue();
        assertThat(FIRST.mayFollow(next)).isFalse();
    }

    static List<Named<Configuration>> configurationsThatMayNotFollow() {
        Map<PeerId, DirectoryIdentity> otherIdentity = named("a", "b", "c");
        otherIdentity.put(id("c"), identity("c", 2));
        return List.of(
                Named.of("itself", FIRST),
                Named.of("another group", with(8, 1, named("a", "b"), settings("a", "b"))),
                Named.of("the same number", with(7, 0, named("a", "b"), settings("a", "b"))),
                Named.of("the number after the next", with(7, 2, named("a", "b"), settings("a", "b"))),
                Named.of(
                        "two voters more",
                        with(7, 1, named("a", "b", "c", "d", "e"), settings("a", "b", "c", "d", "e"))),
                Named.of("two voters less", with(7, 1, named("a"), settings("a"))),
                Named.of("a voter in the place of another", with(7, 1, named("a", "b", "d"), settings("a", "b", "d"))),
                Named.of("another identity of a voter", with(7, 1, otherIdentity, settings("a", "b", "c"))),
                Named.of(
                        "a voter more and other times",
                        with(7, 1, named("a", "b", "c", "d"), settings(2 * E, "a", "b", "c", "d"))),
                Named.of("a voter less and other times", with(7, 1, named("a", "b"), settings(2 * E, "a", "b"))));
    }

    @ParameterizedTest
    @MethodSource("configurationsThatMayNotFollow")
    void aConfigurationThatDiffersInMoreThanOneWayMayNotFollow(Configuration next) {
        assertThat(next.mayFollow(FIRST)).isFalse();
    }
}
