package dev.conclave.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Terms;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusJsonTest {

    private static final Change CHANGE = new Change(
            7,
            Instant.parse("2026-12-01T10:00:00Z"),
            "a/b <script>",
            "elected",
            3,
            Optional.of("a:1"),
            "proof of death of b:1",
            Optional.empty());

    @Test
    void aValueIsReadAsItWasWrittenAndAbsentPartsAreLeftOut() throws IOException {
        String json = StatusJson.write(CHANGE);
        assertThat(json)
                .isEqualTo(
                        "{\"id\":7,\"at\":\"2026-12-01T10:00:00Z\",\"election\":\"a/b <script>\",\"what\":\"elected\","
                                + "\"term\":3,\"leader\":\"a:1\",\"cause\":\"proof of death of b:1\",\"termText\":\"0.3\"}");
        assertThat(StatusJson.read(json, Change.class)).isEqualTo(CHANGE);
    }

    @Test
    void aReaderIgnoresUnknownFieldsAndMissesNoListOfAnotherVersion() throws IOException {
        assertThat(StatusJson.read("{\"version\":1,\"self\":\"a:1\",\"later\":[1]}", ChangeList.class))
                .isEqualTo(new ChangeList(1, "a:1", List.of()));
    }

    @Test
    void aTermIsShownToPeopleAsTheConfigurationAndTheCountWithinIt() {
        assertThat(TermText.of(0)).isEqualTo("0.0");
        assertThat(TermText.of((7L << 32) + 41)).isEqualTo("7.41").isEqualTo(Terms.show((7L << 32) + 41));
    }

    @Test
    void textThatIsNoSuchValueIsRefusedInOneSentence() {
        for (String text : List.of("", "null", "[]", "nonsense", "{\"id\":\"x\"}")) {
            assertThatThrownBy(() -> StatusJson.read(text, Change.class))
                    .isInstanceOf(IOException.class)
                    .message()
                    .startsWith("the answer is");
        }
    }
}
