package dev.conclave.store;

import static dev.conclave.store.Samples.BERT;
import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.identity;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a journal remembers, and what must be appended for it to remember more. */
class ContentsTest {

    @Test
    void onlyANewlyKnownIdentityIsAppended() {
        var its = identity(1);
        assertThat(Entry.between(HEAD, HEAD.knowing(BERT, its))).contains(List.of(new Entry.OfIdentity(BERT, its)));
        assertThat(Entry.between(HEAD, HEAD.admittedAbove(0))).isEmpty();
    }

    /** R2: what was voted in the very term of the floor was voted. */
    @Test
    void aVoteInTheTermOfTheFloorIsKept() {
        Contents contents = new Contents(HEAD);
        contents.put(ORDERS, vote(5));
        contents.head(HEAD.admittedAbove(5));
        assertThat(contents.ballot(ORDERS)).isEqualTo(vote(5));
    }
}
