package dev.conclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.conclave.core.PeerId;
import dev.conclave.internal.settings.UnknownSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The error for an invalid setting is one sentence: the setting, its value, and what to write instead. */
class ConclaveSettingsTest {

    private static Config with(String settings) {
        return ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString("conclave.voters = [\"a:1\", \"b:1\", \"c:1\"]"))
                .withFallback(ConfigFactory.defaultReference())
                .getConfig("conclave");
    }

    /** A setting, what is said of it first, and a part of the remedy. The keys together are those of reference.conf. */
    private static final String TABLE = """
        voters = 3                     | conclave.voters is 3                | a list of host:port
        voters = "a:1"                 | conclave.voters is "a:1"            | a list of host:port
        voters = [[1], {a = 1}]        | conclave.voters is [[1],{"a":1}]    | a list of host:port
        voters = ["a"]                 | conclave.voters: "a" has no port    | host:port
        voters = ["a:"]                | conclave.voters: "" in "a:"         | host:port
        voters = [":1"]                | conclave.voters: ":1" has no port   | host:port
        voters = [""]                  | conclave.voters: "" has no port     | host:port
        voters = ["a:0"]               | conclave.voters: port 0             | between 1 and 65535
        voters = ["a:65536"]           | conclave.voters: port 65536         | between 1 and 65535
        voters = ["a:-1"]              | conclave.voters: "-1" in "a:-1"     | host:port
        voters = ["a:x"]               | conclave.voters: "x" in "a:x"       | host:port
        voters = ["http://a:1"]        | conclave.voters: "http://a"         | host:port
        voters = ["a b:1"]             | conclave.voters: "a b"              | host:port
        voters = ["::1:2551"]          | conclave.voters: "::1"              | [2001:db8::1]:2551
        voters = ["2001:db8::1"]       | conclave.voters: "2001:db8:"        | [2001:db8::1]:2551
        voters = ["[2001:db8::1]"]     | conclave.voters: "[2001:db8::1]" has no port | host:port
        voters = ["[::1:2551"]         | conclave.voters: "[::1:2551" has no port | host:port
        voters = ["[]:2551"]           | conclave.voters: "[]"               | [2001:db8::1]:2551
        voters = ["[a]:2551"]          | conclave.voters: "[a]"              | [2001:db8::1]:2551
        voters = ["a:1", "A:1"]        | conclave.voters names a voter twice | list every voter once
        voters = ["[::A]:1", "[::a]:1"] | conclave.voters names a voter twice | list every voter once
        heartbeat-interval = often     | conclave.heartbeat-interval is "often" | 200ms
        heartbeat-interval = 2 fortnights | conclave.heartbeat-interval is "2 fortnights" | 200ms
        heartbeat-interval = []        | conclave.heartbeat-interval is []   | 200ms
        heartbeat-interval = 0         | conclave.heartbeat-interval is 0    | above zero
        heartbeat-interval = -1s       | conclave.heartbeat-interval is "-1s" | above zero
        heartbeat-interval = 9ms       | conclave.heartbeat-interval is "9ms" | 10ms or above
        heartbeat-interval = 500ms     | conclave.heartbeat-interval (500ms) is not below half of conclave.election-timeout (1000ms) | lower the first or raise the second
        heartbeat-interval = 200000000d | conclave.heartbeat-interval is "200000000d" | not above one day
        election-timeout = soon        | conclave.election-timeout is "soon" | 1s
        election-timeout = 1 sec0nd    | conclave.election-timeout is "1 sec0nd" | 1s
        election-timeout = 0           | conclave.election-timeout is 0      | above zero
        election-timeout = -1s         | conclave.election-timeout is "-1s"  | above zero
        election-timeout = -999999d    | conclave.election-timeout is "-999999d" | above zero
        election-timeout = 25h         | conclave.election-timeout is "25h"  | not above one day
        election-timeout = 400ms       | conclave.heartbeat-interval (200ms) is not below half of conclave.election-timeout (400ms) | lower the first or raise the second
        stop-margin = late             | conclave.stop-margin is "late"      | 200ms
        stop-margin = -1ms             | conclave.stop-margin is "-1ms"      | zero or above
        stop-margin = 581ms            | conclave.stop-margin is 581.0 ms    | lower it, or raise conclave.election-timeout
        stop-margin = 2d               | conclave.stop-margin is "2d"        | not above one day
        max-clock-drift = "1%"         | conclave.max-clock-drift is "1%"    | 0.01
        max-clock-drift = NaN          | conclave.max-clock-drift is NaN     | between 0 and 0.2
        max-clock-drift = -0.1         | conclave.max-clock-drift is -0.1    | between 0 and 0.2
        max-clock-drift = 0.3          | conclave.max-clock-drift is 0.3     | between 0 and 0.2
        max-clock-drift = Infinity     | conclave.max-clock-drift is Infinity | between 0 and 0.2
        data-dir = []                  | conclave.data-dir is []             | a path
        data-dir = "a\\u0000b"         | conclave.data-dir is "a\\u0000b"    | name a directory
        group = []                     | conclave.group is []                | sixteen hexadecimal digits
        group = mine                   | conclave.group is "mine"            | sixteen hexadecimal digits
        electorate.readmit-by-itself = perhaps | conclave.electorate.readmit-by-itself is "perhaps" | on or off
        electorate.readmit-after = 0   | conclave.electorate.readmit-after is 0 | above zero
        electorate.readmit-after = soon | conclave.electorate.readmit-after is "soon" | 1s
        lifeline = perhaps             | conclave.lifeline is "perhaps"      | on or off
        lifeline = 1                   | conclave.lifeline is 1              | on or off
        lifeline-port = -1             | conclave.lifeline-port is -1        | a port, or 0 for any
        lifeline-port = 65536          | conclave.lifeline-port is 65536     | a port, or 0 for any
        lifeline-port = 99999999999    | conclave.lifeline-port is 99999999999 | a port, or 0 for any
        lifeline-port = http           | conclave.lifeline-port is "http"    | a port, or 0 for any
        warm-up = perhaps            | conclave.warm-up is "perhaps"     | on or off
        when-server-ends = leave       | conclave.when-server-ends is "leave" | "hand-over" or "go-on"
        jmx.enabled = perhaps          | conclave.jmx.enabled is "perhaps"   | on or off
        http.port = often              | conclave.http.port is "often"       | off, a port, or 0 for any
        http.port = on                 | conclave.http.port is "on"          | off, a port, or 0 for any
        http.port = 65536              | conclave.http.port is 65536         | off, a port, or 0 for any
        http.host = []                 | conclave.http.host is []            | a host name or an address
        http.writes = perhaps          | conclave.http.writes is "perhaps"   | on or off
        http.writes = on               | conclave.http.writes is on, but conclave.http.tokens is empty | set one
        http.event-streams = -1        | conclave.http.event-streams is -1   | between 0 and 256
        http.event-streams = 257       | conclave.http.event-streams is 257  | between 0 and 256
        http.tls.key-store = []        | conclave.http.tls.key-store is []   | a path
        http.tls.key-store = a         | conclave.http.tls needs both        | trust-store is empty
        http.tls.key-store-password = [] | conclave.http.tls.key-store-password is [] | a text
        http.tls.trust-store = a       | conclave.http.tls needs both        | key-store is empty
        http.tls.trust-store-password = [] | conclave.http.tls.trust-store-password is [] | a text
        health-check.elections = orders | conclave.health-check.elections is "orders" | a list of names
        health-check.elections = [[1]] | conclave.health-check.elections is [[1]] | a list of names
        health-check.elections = [""]  | conclave.health-check.elections: the name of an election is empty | 1 to 200 bytes
        health-check.elections = ["conclave/lease/x"] | conclave.health-check.elections: the name "conclave/lease/x" begins with "conclave/" | choose a name
        health-check.ready-when = ever | conclave.health-check.ready-when is "ever" | "leader-known" or "takes-part"
        """;

    /** Akka, the singletons and Akka's LeaseProvider read these settings, with error messages of their own. */
    private static final List<String> OF_OTHERS = List.of("dispatcher.", "warm-up-dispatcher.", "singleton.", "lease.");

    private static Stream<Arguments> wrong() {
        return TABLE.lines().map(line -> line.split(" *\\| ", 3)).map(cells -> Arguments.of((Object[]) cells));
    }

    private static Stream<String> keys() {
        return ConfigFactory.defaultReference().getConfig("conclave").root().entrySet().stream()
                .flatMap(entry -> keys(entry.getKey(), entry.getValue()))
                .filter(key -> OF_OTHERS.stream().noneMatch(key::startsWith));
    }

    private static Stream<String> keys(String path, ConfigValue value) {
        return value instanceof ConfigObject section
                ? section.entrySet().stream().flatMap(entry -> keys(path + "." + entry.getKey(), entry.getValue()))
                : Stream.of(path);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void anInvalidSettingIsNamedWithItsValueAndTheRemedy(String setting, String what, String remedy) {
        assertThatThrownBy(() -> ConclaveSettings.fromConfig(with("conclave." + setting)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(what)
                .hasMessageContaining(remedy)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void everySettingHasInvalidValuesInTheTableOfThisTest() {
        assertThat(TABLE.lines()
                        .map(line -> line.substring(0, line.indexOf(" = ")))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(keys().toList());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aMissingSettingIsNamed(String key) {
        refuses(with("").withoutPath(key), "conclave." + key + " is missing; it must be ");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aNullSettingIsNamed(String key) {
        refuses(with("conclave." + key + " = null"), "conclave." + key + " is null; it must be ");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aSectionInPlaceOfASettingIsNamed(String key) {
        refuses(with("conclave." + key + " = {a = 1}"), "conclave." + key + " is {\"a\":1}; it must be ");
    }

    private static void refuses(Config config, String what) {
        assertThatThrownBy(() -> ConclaveSettings.fromConfig(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(what);
    }

    @Test
    void aTokenThatCouldBeGuessedIsRefusedWithoutShowingIt() {
        refuses(with("conclave.http.tokens = 1"), "conclave.http.tokens is 1; it must be a block");
        for (String secret : List.of("short", "with a space in it", "7")) {
            assertThatThrownBy(() -> ConclaveSettings.fromConfig(with("conclave.http.tokens.bob = \"" + secret + "\"")))
                    .hasMessageStartingWith("conclave.http.tokens.bob must be a text of at least 16")
                    .message()
                    .doesNotContain(secret + " ");
        }
    }

    @Test
    void anAddressThatOtherMachinesReachNeedsATokenOrTls() {
        refuses(
                with("conclave.http { port = 8558, host = \"0.0.0.0\" }"),
                "conclave.http.host is \"0.0.0.0\", so other machines could read");
        assertThat(ConclaveSettings.fromConfig(with("conclave.http { port = 8558, host = \"0.0.0.0\", tokens.bob ="
                                + " \"0123456789abcdef\" }"))
                        .http()
                        .readsNeedToken())
                .isTrue();
    }

    @Test
    void anUnknownSettingIsNamedWithTheMostSimilarKnownOne() {
        assertThat(UnknownSettings.in(with("""
            conclave.election-timout = 2s
            conclave.jmx.enable = off
            conclave.voter = []
            conclave.my-own = 1
            conclave.dispatcher.thread-pool-executor.fixed-pool-size = 3
            """)))
                .containsExactlyInAnyOrder(
                        "conclave.election-timout is not a setting of Conclave and has no effect; did you mean"
                                + " conclave.election-timeout?",
                        "conclave.jmx.enable is not a setting of Conclave and has no effect; did you mean"
                                + " conclave.jmx.enabled?",
                        "conclave.voter is not a setting of Conclave and has no effect; did you mean"
                                + " conclave.voters?",
                        "conclave.my-own is not a setting of Conclave and has no effect");
    }

    @Test
    void anUnknownSettingIsNamedAlsoIfASystemPropertySetsIt() {
        System.setProperty("conclave.heartbeat-intervall", "100ms");
        ConfigFactory.invalidateCaches();
        try {
            assertThat(UnknownSettings.in(ConfigFactory.load().getConfig("conclave")))
                    .containsExactly(
                            "conclave.heartbeat-intervall is not a setting of Conclave and has no effect; did you"
                                    + " mean conclave.heartbeat-interval?");
        } finally {
            System.clearProperty("conclave.heartbeat-intervall");
            ConfigFactory.invalidateCaches();
        }
    }

    @Test
    void listsInAPropertiesFileAreReadAndAreNotReportedAsUnknown() {
        Properties file = new Properties();
        file.setProperty("conclave.voters.0", "a:1");
        file.setProperty("conclave.voters.1", "b:1");
        file.setProperty("conclave.voters.first", "c:1");
        file.setProperty("conclave.health-check.elections.0", "orders");
        Config config = ConfigFactory.parseProperties(file)
                .withFallback(ConfigFactory.defaultReference())
                .resolve()
                .getConfig("conclave");
        ConclaveSettings settings = ConclaveSettings.fromConfig(config);
        assertThat(settings.voters()).containsExactly(PeerId.parse("a:1"), PeerId.parse("b:1"));
        assertThat(settings.readiness().elections()).containsExactly("orders");
        assertThat(UnknownSettings.in(config))
                .containsExactly("conclave.voters.first is not a setting of Conclave and has no effect");
    }

    @Test
    void theDefaultSettingsContainNoUnknownSetting() {
        assertThat(UnknownSettings.in(with(""))).isEmpty();
    }

    @Test
    void atMostSixtyThreeVotersAreAllowed() {
        assertThat(ConclaveSettings.fromConfig(with(votersUpTo(63)))
                        .agreed()
                        .orElseThrow()
                        .voters())
                .hasSize(63);
        assertThatThrownBy(() -> ConclaveSettings.fromConfig(with(votersUpTo(64))))
                .hasMessageStartingWith(
                        "conclave.voters names 64 voters, at most 63 are possible; three, five or seven");
    }

    private static String votersUpTo(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(port -> "\"a:" + port + "\"")
                .collect(Collectors.joining(",", "conclave.voters = [", "]"));
    }

    @Test
    void theDefaultSettingsAreThoseOfADormantNode() {
        ConclaveSettings settings =
                ConclaveSettings.fromConfig(ConfigFactory.defaultReference().getConfig("conclave"));
        assertThat(settings.agreed()).isEmpty();
        assertThat(settings.dataDir()).isEmpty();
        assertThat(settings.stopMargin()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.warmsUp()).as("an application warms up on request").isFalse();
    }

    @Test
    void theLimitsOfEachSettingAreAllowed() {
        ConclaveSettings settings = ConclaveSettings.fromConfig(with("""
            conclave.voters = ["B:65535", "[2001:DB8::1]:1"]
            conclave.heartbeat-interval = 10ms
            conclave.election-timeout = 1d
            conclave.stop-margin = 0
            conclave.max-clock-drift = 0.2
            conclave.data-dir = "some where"
            """));
        assertThat(settings.agreed().orElseThrow().voters())
                .isEqualTo(List.of(new PeerId("[2001:db8::1]", 1), new PeerId("b", 65535)));
        assertThat(settings.dataDir()).contains(Path.of("some where"));
    }
}
