package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.LONG;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ballots are forgotten under a floor, and no forgotten election ever begins below it (R2, R6). */
class ForgettingTest {

    private static final int NAMES = 200_000;
    private static final int MOST = 10_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private FileNodeStore open() {
        return FileNodeStore.open(directory.resolve("data"), keep());
    }

    private static ElectionName name(int i) {
        return new ElectionName("lease/shard-" + i);
    }

    @Test
    void aForgottenElectionBeginsAtTheFloorInThisLifeAndInTheNext() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            get(store.save(STOCK, vote(7)));
            get(store.forget(Set.of(), 0));
            assertThat(store.ballots()).isEmpty();
            assertThat(store.size()).isZero();
            assertThat(get(store.ballot(ORDERS))).isEqualTo(Ballot.learned(7));
        }
        try (FileNodeStore next = open()) {
            assertThat(get(next.ballot(ORDERS))).isEqualTo(Ballot.learned(7));
            assertThat(get(next.ballot(LONG)))
                    .as("an election that was never stored")
                    .isEqualTo(Ballot.learned(7));
            assertThat(next.highestTerm()).isEqualTo(7);
        }
    }

    @Test
    void ruleR2_aBallotOfAForgottenElectionMustBeAboveTheFloor() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            get(store.forget(Set.of(), 0));
            assertThatThrownBy(() -> get(store.save(ORDERS, vote(3)))).hasMessageContaining("term 0.3");
            assertThatThrownBy(() -> get(store.save(STOCK, vote(2)))).hasMessageContaining("term 0.2");
            get(store.save(ORDERS, vote(4)));
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(4));
        }
    }

    @Test
    void aNeededBallotIsKeptAlthoughItIsBelowTheFloor() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(2)));
            get(store.save(STOCK, vote(9)));
            get(store.forget(Set.of(ORDERS), 0));
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(2));
            get(store.save(ORDERS, vote(3)));
        }
        try (FileNodeStore next = open()) {
            assertThat(next.ballots()).isEqualTo(Map.of(ORDERS, vote(3)));
            assertThat(get(next.ballot(STOCK))).isEqualTo(Ballot.learned(9));
        }
    }

    @Test
    void theOldestBallotsAreForgottenUntilTheLimitIsMet() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(5)));
            get(store.save(STOCK, vote(1)));
            get(store.save(LONG, vote(2)));
            get(store.save(ORDERS, vote(6)));
            get(store.forget(Set.of(), 2));
            assertThat(store.ballots()).containsOnlyKeys(LONG, ORDERS);
            assertThat(get(store.ballot(STOCK))).isEqualTo(Ballot.learned(1));
            get(store.forget(Set.of(), 2));
            assertThat(store.ballots()).containsOnlyKeys(LONG, ORDERS);
        }
    }

    /** Otherwise the peer would regard its own vote as one of a former life, and stop. */
    @Test
    void aPeerThatHasSavedNothingGoesOnFromItsFirstBallotAlthoughTheFloorRises() {
        try (FileNodeStore store = open()) {
            assertThat(get(store.ballot(LONG))).isEqualTo(Ballot.NONE);
            get(store.save(ORDERS, vote(3)));
            get(store.forget(Set.of(LONG), 0));
            assertThat(get(store.ballot(STOCK))).isEqualTo(Ballot.learned(3));
            get(store.save(ORDERS, vote(8)));
            get(store.forget(Set.of(LONG, STOCK), 0));

            get(store.save(LONG, vote(1)));
            assertThatThrownBy(() -> get(store.save(STOCK, vote(3)))).isInstanceOf(StoreException.class);
            get(store.save(STOCK, vote(4)));
            get(store.forget(Set.of(LONG, STOCK), 0));
            assertThat(store.ballots()).isEqualTo(Map.of(LONG, vote(1), STOCK, vote(4)));
        }
        try (FileNodeStore next = open()) {
            assertThat(get(next.ballot(LONG))).isEqualTo(vote(1));
            assertThat(get(next.ballot(ORDERS))).isEqualTo(Ballot.learned(8));
        }
    }

    /** The peer of this election has ended, so no ballot of it is needed in memory. */
    @Test
    void anElectionThatIsNotNeededAnyMoreBeginsAtTheFloor() {
        try (FileNodeStore store = open()) {
            get(store.save(ORDERS, vote(3)));
            get(store.forget(Set.of(LONG), 0));
            get(store.save(ORDERS, vote(8)));
            get(store.forget(Set.of(), 0));
            assertThat(get(store.ballot(LONG))).isEqualTo(Ballot.learned(8));
        }
    }

    @Test
    void aMemoryStoreForgetsLikeAFileStore() {
        try (MemoryNodeStore store = MemoryNodeStore.of(HEAD)) {
            get(store.save(ORDERS, vote(3)));
            get(store.save(STOCK, vote(7)));
            get(store.forget(Set.of(), 1));
            assertThat(store.size()).isEqualTo(1);
            assertThat(get(store.ballot(ORDERS))).isEqualTo(Ballot.learned(3));
            assertThat(store.highestTerm()).isEqualTo(7);
            assertThat(get(store.restarted(keep()).ballot(LONG))).isEqualTo(Ballot.learned(3));
        }
    }

    @Test
    void everNewElectionsLeaveJournalAndMemoryBounded() throws IOException {
        long longest = 0;
        try (FileNodeStore store = open()) {
            CompletableFuture<Void> saved = CompletableFuture.completedFuture(null);
            for (int i = 0; i < NAMES; i++) {
                saved = store.save(name(i), vote(store.highestTerm() + 1)).toCompletableFuture();
                if (i % 1000 == 0) {
                    get(saved);
                    if (store.size() > MOST) {
                        get(store.forget(Set.of(name(i)), MOST / 2));
                    }
                    longest = Math.max(
                            longest, Files.size(directory.resolve("data").resolve(Journal.NAME)));
                    assertThat(store.size()).isLessThan(MOST + 2000);
                }
            }
            get(saved);
        }
        assertThat(longest).isLessThan(8_000_000);
    }
}
