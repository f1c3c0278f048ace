package dev.conclave.store;

import static dev.conclave.store.Samples.ANNA;
import static dev.conclave.store.Samples.CLEO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.node.OperatorConfirmation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file {@code accept}, the operator's confirmation (R15): each line is understood exactly, or the file is refused. */
class OperatorConfirmationFileTest {

    private static OperatorConfirmation read(String text) {
        return OperatorConfirmationFile.read(Path.of("data/accept"), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anAcceptFileNamesALostIdentity() {
        assertThat(read("lost-identity = 1-9f86d081884c7d65"))
                .isEqualTo(new OperatorConfirmation(
                        Optional.of(new DirectoryIdentity(1, 0x9f86d081884c7d65L)), Optional.empty()));
    }

    @Test
    void anAcceptFileNamesFormerVoters() {
        assertThat(read("former-voters=10.0.0.1:2551 ,[2001:db8::1]:2551\n"))
                .isEqualTo(new OperatorConfirmation(Optional.empty(), Optional.of(List.of(ANNA, CLEO))));
    }

    @Test
    void anAcceptFileMayNameBothAmongComments() {
        OperatorConfirmation word =
                read("# a disk\r\n\r\n  lost-identity =2-1 \r\n# and\r\n former-voters = 10.0.0.1:2551");
        assertThat(word.lostIdentity()).contains(new DirectoryIdentity(2, 1));
        assertThat(word.formerVoters()).contains(List.of(ANNA));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing",
                "yes",
                "= 1-1",
                "lost-identity",
                "lost-identity =",
                "lost-identity = 1",
                "lost-identity = 1-1\nlost-identity = 2-1",
                "former-voters = ",
                "former-voters = 10.0.0.1",
                "former-voters = 10.0.0.1:2551,",
                "former-voters = 10.0.0.1:2551\nforce = true",
            })
    void anAcceptFileWithAnyOtherLineIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("data/accept: this file cannot be understood: ")
                .hasMessageContaining("write one line such as lost-identity = 1-9f86d081884c7d65");
    }

    @Test
    void anAcceptFileThatIsNotTextIsRefused() {
        assertThatThrownBy(() -> OperatorConfirmationFile.read(Path.of("accept"), new byte[] {'#', (byte) 0xff}))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not text in UTF-8");
    }
}
