package dev.conclave.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LastLineTest {

    @Test
    void theLastLineNamesEachUnmetNeedOnce() {
        assertThat(LastLine.of(List.of("B needs root", "A needs a disk", "B needs root")))
                .isEqualTo("Not selected on this machine: A needs a disk; B needs root");
    }

    @Test
    void theLastLineStatesThatEveryTestWasSelected() {
        assertThat(LastLine.of(List.of())).isEqualTo("Every test was selected.");
    }
}
