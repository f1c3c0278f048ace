package dev.conclave.store;

import static dev.conclave.store.Samples.BERT;
import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.identity;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The contents of a journal, and the records that must be appended when they change. */
class JournalContentsTest {

    @Test
    void onlyANewlyKnownIdentityIsAppended() {
        var its = identity(1);
        assertThat(JournalEntry.between(HEAD, HEAD.knowing(BERT, its)))
                .contains(List.of(new JournalEntry.OfIdentity(BERT, its)));
        assertThat(JournalEntry.between(HEAD, HEAD.admittedAbove(0))).isEmpty();
    }

    /** R2: a vote in the very term of the floor still counts. */
    @Test
    void aVoteInTheTermOfTheFloorIsKept() {
        JournalContents state = new JournalContents(HEAD);
        state.put(ORDERS, vote(5));
        state.head(HEAD.admittedAbove(5));
        assertThat(state.ballot(ORDERS)).isEqualTo(vote(5));
    }
}
