package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.node.operate.Page.Column;
import dev.conclave.node.operate.Page.Line;
import dev.conclave.node.operate.Page.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    private static final List<Column> COLUMNS =
            List.of(new Column("NAME", 0), new Column("LEADER", 0), new Column("FOR", 2), new Column("SINCE", 5));

    private static List<String> table(int width) {
        Page page = new Page(width);
        page.table(
                COLUMNS,
                List.of(
                        Row.of(Tone.PLAIN, "orders", "10.0.0.1:2551", "3 min", "2026-12-01 01:20:00"),
                        Row.of(Tone.PLAIN, "\u540d\u524d/a-long-name-of-a-shard", "none", "", "")));
        return page.lines().stream().map(Line::text).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 20, 40, 60, 80, 200})
    void noLineIsWiderThanThePage(int width) {
        Page page = new Page(width);
        page.text(
                Tone.BAD, "a sentence with a_word_that_is_longer_than_most_lines_of_a_narrow_terminal, and then some");
        List<String> lines = page.lines().stream().map(Line::text).toList();
        assertThat(lines).allMatch(line -> DisplayWidth.of(line) <= width);
        assertThat(String.join("", lines).replace(" ", "")).endsWith("andthensome");
        assertThat(table(width)).allMatch(line -> DisplayWidth.of(line) <= width);
    }

    @Test
    void theLessImportantColumnsGoFirst() {
        assertThat(table(200).get(0)).containsSubsequence("NAME", "LEADER", "FOR", "SINCE");
        assertThat(table(50).get(0))
                .containsSubsequence("NAME", "LEADER", "FOR")
                .doesNotContain("SINCE");
        assertThat(table(40).get(0)).containsSubsequence("NAME", "LEADER").doesNotContain("FOR");
    }

    @Test
    void columnsAreAlignedBehindWideCharacters() {
        assertThat(table(200).get(2)).isEqualTo("\u540d\u524d/a-long-name-of-a-shard  none");
        assertThat(table(200).get(1))
                .isEqualTo("orders                       10.0.0.1:2551  3 min  2026-12-01 01:20:00");
    }

    @Test
    void aColumnWithoutContentIsLeftOut() {
        Page page = new Page(80);
        page.table(COLUMNS, List.of(Row.of(Tone.PLAIN, "orders", "", "", "")));
        assertThat(page.lines().get(0).text()).isEqualTo("NAME    LEADER");
    }
}
