package dev.conclave.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class CliExceptionTest {

    @Test
    void theMessageOfTheInnermostCauseIsShown() {
        Throwable wrapped = new IllegalStateException(
                "While loading [x]", new RuntimeException(new IOException("the disk is\n full")));
        assertThat(CliException.oneLine(wrapped)).isEqualTo("the disk is full");
    }

    @Test
    void aCauseThatIsOnlyAFileNameIsReplacedByTheOuterMessage() {
        assertThat(CliException.oneLine(
                        new UncheckedIOException("cannot make the directory /x", new NoSuchFileException("/x"))))
                .isEqualTo("cannot make the directory /x");
    }

    @Test
    void theMessageOfAStoreExceptionIsShownWithoutItsCause() {
        StoreException store = new StoreException("journal: damaged; put it back");
        store.initCause(new IOException("the checksum of the record is wrong"));
        assertThat(CliException.oneLine(new IllegalStateException("cannot be used: " + store.getMessage(), store)))
                .isEqualTo("journal: damaged; put it back");
    }

    @Test
    void aClassNameBeforeTheMessageIsRemoved() {
        assertThat(CliException.oneLine(new RuntimeException("java.io.IOException: no space left")))
                .isEqualTo("no space left");
    }

    @Test
    void anExceptionWithoutAMessageIsShownByItsClassName() {
        assertThat(CliException.oneLine(new IllegalStateException())).isEqualTo("an unexpected IllegalStateException");
    }

    @Test
    void aMessageThatNamesASettingIsShownWithoutItsCause() {
        Throwable cause = new IOException("Address already in use");
        Throwable told = new IllegalStateException(
                "conclave.lifeline-port is 1: Address already in use; choose a free port", cause);
        assertThat(CliException.oneLine(new RuntimeException("While loading [x]", told)))
                .isEqualTo("conclave.lifeline-port is 1: Address already in use; choose a free port");
    }

    @Test
    void cyclicCausesEnd() {
        IllegalStateException one = new IllegalStateException("this is one");
        one.initCause(new IllegalStateException("this is two", one));
        assertThat(CliException.oneLine(one)).startsWith("this is ");
    }
}
