package dev.conclave.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of peers, and texts that are refused as names. */
class PeerIdTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:2551,          10.0.0.1,          2551",
        "Host-1.Example.COM:1,   host-1.example.com, 1",
        "under_score:65535,      under_score,       65535",
        "[2001:DB8::1]:2551,     [2001:db8::1],     2551",
        "[fe80::1%eth0]:2551,    [fe80::1%eth0],    2551"
    })
    void aPeerIsReadAsHostAndPort(String text, String host, int port) {
        assertThat(PeerId.parse(text)).isEqualTo(new PeerId(host, port)).hasToString(host + ":" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "host", "[2001:db8::1]", "", ":2551"})
    void aHostWithoutAPortIsRefused(String text) {
        refuses(text, "\"" + text + "\" has no port", "write a peer as host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:", "a:x", "a:-1", "a:+1", "a: 1", "a:123456", "a:٣"})
    void aPortThatIsNotANumberIsRefused(String text) {
        refuses(text, "is not a port", "write a peer as host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:0", "a:65536", "a:99999"})
    void aPortOutOfBoundsIsRefused(String text) {
        refuses(text, "is not between 1 and 65535", "akka.remote.artery.canonical.port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001:db8::1:2551",
                "[]:1",
                "a b:1",
                "a/b:1",
                "akka://a:1",
                "ä:1",
                "[a:1",
                "a]:1",
                "a%b:1",
                "[a]:1",
                "[1.2.3.4]:1"
            })
    void aTextWhoseHostIsNotOneIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeerId.parse(text))
                .withMessageContaining("write a peer as host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "]", "[]", "[a", "a]", "[a/b]", "{", "z{", "`"})
    void aHostThatIsNotOneIsRefused(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PeerId(host, 1))
                .withMessageContaining("is not a host name or address");
    }

    @Test
    void aHostIsNoLongerThanADnsNameMayBe() {
        assertThat(new PeerId("a".repeat(255), 1).port()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new PeerId("a".repeat(256), 1));
    }

    @Test
    void peersAreOrderedByHostAndThenByPort() {
        List<PeerId> sorted = List.of(new PeerId("a", 2), new PeerId("a", 10), new PeerId("b", 1));
        assertThat(new TreeSet<>(List.of(sorted.get(2), sorted.get(1), sorted.get(0))))
                .containsExactlyElementsOf(sorted);
    }

    private static void refuses(String text, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeerId.parse(text))
                .withMessageContainingAll(words);
    }
}
