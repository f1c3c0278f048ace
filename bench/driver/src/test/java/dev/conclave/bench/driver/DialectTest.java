package dev.conclave.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DialectTest {

    @Test
    void bothDialectsSayTheSame() {
        assertThat(Dialect.PEER.read("{\"nanos\":17,\"event\":\"leader\"}"))
                .contains(new Word(17, Word.Meaning.LEADER));
        assertThat(Dialect.CONCLAVE.read("{\"mono\":17,\"at\":\"x\",\"peer\":\"h:1\",\"election\":\"default\","
                        + "\"event\":\"elected\",\"term\":3,\"leader\":\"h:1\",\"leaseUntil\":99}"))
                .contains(new Word(17, Word.Meaning.LEADER));
    }

    @Test
    void aLookAfterAPauseIsReadInBoth() {
        String line = "{\"nanos\":30,\"event\":\"woke\",\"firstLook\":10,\"believedUntil\":20}";
        for (Dialect dialect : Dialect.values()) {
            assertThat(dialect.read(line)).contains(new Word(30, Word.Meaning.WOKE, 10, 20));
        }
    }

    @Test
    void whatIsNoEventIsPassedOver() {
        for (Dialect dialect : Dialect.values()) {
            assertThat(dialect.read("Starting up...")).isEmpty();
            assertThat(dialect.read("{ cut sh")).isEmpty();
            assertThat(dialect.read("{\"nanos\":1,\"mono\":1,\"event\":\"something\"}"))
                    .isEmpty();
        }
    }
}
