package dev.conclave.singleton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The error for an invalid setting names it, its value, and what to write instead. */
class ElectedSingletonSettingsTest {

    private static final Config REFERENCE = ConfigFactory.defaultReference().getConfig("conclave.singleton");

    @Test
    void theDefaultsOfTheSingletonSettingsAreThoseOfReferenceConf() {
        ElectedSingletonSettings defaults = ElectedSingletonSettings.fromConfig(REFERENCE);
        assertThat(defaults.role()).isEmpty();
        assertThat(defaults.bufferSize()).isEqualTo(1000);
        assertThat(defaults.stopGrace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(defaults.hardStopTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(defaults.whenStuck()).isEqualTo(WhenStuck.TERMINATE);
        assertThat(defaults.restartDelay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(defaults).hasToString("ElectedSingletonSettings[Optional.empty, 1000, PT3S, PT1S, TERMINATE, PT1S]");
    }

    @Test
    void everySingletonSettingCanBeSet() {
        Config all = ConfigFactory.parseString("role = r, buffer-size = 0, stop-grace = 0s, hard-stop-timeout = 2s,"
                + " when-stuck = abandon, restart-delay = 5s");
        ElectedSingletonSettings set = ElectedSingletonSettings.fromConfig(all);
        assertThat(set)
                .isEqualTo(ElectedSingletonSettings.fromConfig(REFERENCE)
                        .withRole("r")
                        .withBufferSize(0)
                        .withStopGrace(Duration.ZERO)
                        .withHardStopTimeout(Duration.ofSeconds(2))
                        .withWhenStuck(WhenStuck.ABANDON)
                        .withRestartDelay(Duration.ofSeconds(5)));
        assertThat(set).hasSameHashCodeAs(ElectedSingletonSettings.fromConfig(all));
        assertThat(set).isNotEqualTo(set.withBufferSize(1));
        assertThat(set.withNoRole().role()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    role = [a]               | role is ["a"]; it must be the name of a cluster role, or ""
                    role = " "               | role is blank; leave it empty if any node may run the instance
                    buffer-size = many       | buffer-size is "many"; it must be a number of messages
                    buffer-size = -1         | buffer-size is -1; it must be 0 to 10000 messages
                    buffer-size = 10001      | buffer-size is 10001; it must be 0 to 10000 messages
                    stop-grace = soon        | stop-grace is "soon"; it must be a duration such as 500ms or 1s
                    stop-grace = -1s         | stop-grace is -1000 ms; it must be zero or above and not above one hour, for example 1s
                    stop-grace = null        | stop-grace is missing; it must be a duration such as 500ms or 1s
                    hard-stop-timeout = 2h   | hard-stop-timeout is 7200000 ms; it must be zero or above and not above one hour, for example 1s
                    restart-delay = never    | restart-delay is "never"; it must be a duration such as 500ms or 1s
                    when-stuck = shrug       | when-stuck is "shrug"; it must be terminate or abandon
                    """)
    void anInvalidSingletonSettingIsRefusedInOneSentence(String wrong, String sentence) {
        Config config = ConfigFactory.parseString(wrong).withFallback(REFERENCE);
        assertThatThrownBy(() -> ElectedSingletonSettings.fromConfig(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("conclave.singleton." + sentence);
    }
}
