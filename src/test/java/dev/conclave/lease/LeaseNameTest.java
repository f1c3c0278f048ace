package dev.conclave.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import org.junit.jupiter.api.Test;

class LeaseNameTest {

    @Test
    void aLeaseHasAnElectionThatNoApplicationHasByChance() {
        assertThat(LeaseName.electionOf("orders")).isEqualTo("lease/orders");
    }

    @Test
    void whatAnElectionsNameHasNoRoomForIsNamedByItsDigest() {
        String fits = "s".repeat(ElectionName.MAX_BYTES - "lease/".length());
        assertThat(LeaseName.electionOf(fits)).isEqualTo("lease/" + fits);
        String longer = LeaseName.electionOf(fits + "s");
        assertThat(longer).matches("lease#[0-9a-f]{64}");
        assertThat(LeaseName.electionOf(fits + "t"))
                .matches("lease#[0-9a-f]{64}")
                .isNotEqualTo(longer);
    }

    @Test
    void theRoomIsCountedInBytesAndNotInCharacters() {
        assertThat(LeaseName.electionOf("ü".repeat(97))).isEqualTo("lease/" + "ü".repeat(97));
        assertThat(LeaseName.electionOf("ü".repeat(98))).startsWith("lease#");
    }

    @Test
    void namesWithoutAUtf8FormAreToldApartAllTheSame() {
        assertThat(LeaseName.electionOf("half \ud800")).startsWith("lease#");
        assertThat(LeaseName.electionOf("half \ud800")).isNotEqualTo(LeaseName.electionOf("half \ud801"));
    }

    @Test
    void noLeaseCanBeGivenTheNameOfAnothersDigest() {
        String digest = LeaseName.electionOf("s".repeat(300));
        assertThat(LeaseName.electionOf(digest)).isNotEqualTo(digest);
        assertThat(LeaseName.electionOf(digest.substring("lease#".length()))).isNotEqualTo(digest);
    }

    @Test
    void everyNameOfALeaseGivesAnElectionsName() {
        for (String name : new String[] {"", "a/b:c d", "s".repeat(10_000), "\ud800", "%2A*"}) {
            assertThat(new ElectionName(LeaseName.electionOf(name)).value()).isNotEmpty();
        }
    }
}
