package dev.conclave.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names that applications may choose, and the names that Conclave reserves for its own elections. */
class ElectionNameTest {

    private static final String LEASE = "conclave/lease/";
    private static final String DIGEST = "conclave/lease#[0-9a-f]{64}";

    private static String ofLease(String lease) {
        return ElectionName.ofLease(lease).value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"orders", "lease", "lease/orders", "lease#orders", "conclave", "Conclave/orders", "/conclave/"})
    void applicationsMayChooseAnyNameThatDoesNotBeginLikeConclavesOwn(String name) {
        assertThat(ElectionName.ofApplication(name).value()).isEqualTo(name);
        assertThat(ElectionName.ofApplication(name).isOfLease()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conclave/", "conclave/orders", "conclave/lease/orders"})
    void applicationsMayNotChooseANameThatBeginsLikeConclavesOwn(String name) {
        assertThatThrownBy(() -> ElectionName.ofApplication(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name \"" + name
                        + "\" begins with \"conclave/\", which is reserved for Conclave's own elections;"
                        + " choose a name that begins otherwise");
    }

    @Test
    void theElectionOfALeaseIsOneOfConclavesOwn() {
        assertThat(ofLease("orders")).isEqualTo("conclave/lease/orders");
        assertThat(ElectionName.ofLease("orders").isOfLease()).isTrue();
        assertThat(ElectionName.ofLease("s".repeat(300)).isOfLease()).isTrue();
        assertThat(new ElectionName("conclave/warm-up").isOfLease()).isFalse();
    }

    @Test
    void theElectionOfALeaseWhoseNameIsTooLongIsNamedByADigest() {
        String fits = "s".repeat(ElectionName.MAX_BYTES - LEASE.length());
        assertThat(ofLease(fits)).isEqualTo(LEASE + fits);
        assertThat(ofLease(fits + "s")).matches(DIGEST);
        assertThat(ofLease(fits + "t")).matches(DIGEST).isNotEqualTo(ofLease(fits + "s"));
    }

    @Test
    void theLengthOfALeaseNameIsCountedInBytes() {
        assertThat(ofLease("ü".repeat(92))).isEqualTo(LEASE + "ü".repeat(92));
        assertThat(ofLease("ü".repeat(93))).matches(DIGEST);
    }

    @Test
    void leaseNamesWithoutAUtf8FormHaveDifferentElections() {
        assertThat(ofLease("half \ud800")).matches(DIGEST);
        assertThat(ofLease("half \ud800")).isNotEqualTo(ofLease("half \ud801"));
    }

    @Test
    void noLeaseHasTheElectionOfTheDigestOfAnother() {
        String digest = ofLease("s".repeat(300));
        assertThat(ofLease(digest)).isNotEqualTo(digest);
        assertThat(ofLease(digest.substring("conclave/lease#".length()))).isNotEqualTo(digest);
        assertThat(ofLease(digest.substring("conclave/".length()))).isNotEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b:c d", "\ud800", "%2A*"})
    void anyTextNamesALease(String name) {
        assertThat(ElectionName.ofLease(name).isOfLease()).isTrue();
    }
}
