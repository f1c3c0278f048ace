package dev.conclave.core.node;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.StoredElectorate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** E9, R6: the head with which a data directory is opened, and the directory that is refused. */
class JournalHeadTest {

    private static final Configuration FOUNDED =
            Configuration.founding(7, Map.of(id("a"), identity("a")), settings("a"), 0, "a test");
    private static final JournalHead FOUND =
            new JournalHead(id("a"), identity("a"), StoredElectorate.EMPTY.storing(FOUNDED), 4);

    @Test
    void aNewDirectoryHasANewIdentityAndNoConfiguration() {
        JournalHead fresh = JournalHead.open(Optional.empty(), id("a"), 5);
        assertThat(fresh.identity()).isEqualTo(new DirectoryIdentity(5));
        assertThat(fresh.electorate()).isEqualTo(StoredElectorate.EMPTY);
        assertThat(fresh.starts()).isEqualTo(1);
        assertThat(fresh.longestElectionNanos()).isZero();
    }

    @Test
    void anExistingDirectoryIsOpenedUnchangedWithOneMoreStart() {
        JournalHead opened = JournalHead.open(Optional.of(FOUND), id("a"), 9);
        assertThat(opened).isEqualTo(new JournalHead(id("a"), identity("a"), FOUND.electorate(), 5));
    }

    @Test
    void theDirectoryOfAnotherNodeIsRefusedWithTheRemedy() {
        assertThatIllegalStateException()
                .isThrownBy(() -> JournalHead.open(Optional.of(FOUND), id("b"), 9))
                .withMessageContainingAll("the journal belongs to a:1, this node is b:1", "conclave.data-dir");
    }

    @Test
    void aNodeWithoutADirectoryHasNoIdentityAndNoStarts() {
        JournalHead head = JournalHead.withoutDirectory(id("w"));
        assertThat(head.identity()).isEqualTo(DirectoryIdentity.NONE);
        assertThat(head.starts()).isZero();
    }

    @Test
    void theLongestElectionTimeoutIsRememberedWithTheConfigurations() {
        assertThat(FOUND.longestElectionNanos()).isEqualTo(E);
        Configuration longer = FOUNDED.timed(settings(3 * E, "a"), 0, "a test");
        JournalHead grown = FOUND.with(FOUND.electorate().storing(longer));
        assertThat(grown.longestElectionNanos()).isEqualTo(3 * E);
        JournalHead shorter = grown.with(grown.electorate().storing(longer.timed(settings("a"), 0, "a test")));
        assertThat(shorter.longestElectionNanos()).isEqualTo(3 * E);
    }
}
