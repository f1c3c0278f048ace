package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lines for a terminal of a certain width, or of any width for a file. Text of nodes is made printable here. */
final class Page {

    /** A line, which is never wider than the page. */
    record Line(Tone tone, String text) {}

    /**
     * A column of a table.
     *
     * @param rank 0 for a column that is always shown; if the table is too wide, the column with the highest one goes first
     */
    record Column(String title, int rank) {}

    /** A row of a table, with one cell per column. */
    record Row(Tone tone, List<String> cells) {
        Row {
            cells = cells.stream().map(PrintableText::of).toList();
        }

        static Row of(Tone tone, String... cells) {
            return new Row(tone, Arrays.asList(cells));
        }
    }

    private static final String GAP = "  ";

    /** Columns from this rank on are shown only if there is room beside the whole text of the others. */
    private static final int OPTIONAL_RANK = 3;

    /** Before a column of a lower rank goes, longer cells are cut to this length. */
    private static final int SHORT_CELL = 20;

    private final int width;
    private final List<Line> lines = new ArrayList<>();

    /** Creates an empty page of a width, {@link Integer#MAX_VALUE} for any. */
    Page(int width) {
        this.width = width;
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    void gap() {
        lines.add(new Line(Tone.PLAIN, ""));
    }

    /** Adds a text, with its further lines indented. */
    void text(Tone tone, String text) {
        StringBuilder line = new StringBuilder();
        boolean isEmpty = true;
        for (String word : words(PrintableText.of(text))) {
            if (!isEmpty && DisplayWidth.of(line + " " + word) > width) {
                lines.add(new Line(tone, line.toString()));
                line = new StringBuilder(GAP);
                isEmpty = true;
            }
            line.append(isEmpty ? "" : " ").append(word);
            isEmpty = false;
        }
        lines.add(new Line(tone, line.toString()));
    }

    /** The words of a text; those that are longer than a line, in parts. */
    private List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            String rest = word;
            while (DisplayWidth.of(rest) > width - GAP.length() && rest.length() > 1) {
                String part = DisplayWidth.beginning(rest, width - GAP.length());
                words.add(part);
                rest = rest.substring(part.length());
            }
            words.add(rest);
        }
        return words;
    }

    /** Adds a table; columns without any content are left out. */
    void table(List<Column> columns, List<Row> rows) {
        List<Integer> shown = new ArrayList<>(IntStream.range(0, columns.size())
                .filter(column -> columns.get(column).rank() == 0
                        || rows.stream()
                                .anyMatch(row -> !row.cells().get(column).isEmpty()))
                .boxed()
                .toList());
        int[] widths = IntStream.range(0, columns.size())
                .map(column -> Stream.concat(
                                Stream.of(columns.get(column).title()),
                                rows.stream().map(row -> row.cells().get(column)))
                        .mapToInt(DisplayWidth::of)
                        .max()
                        .orElse(0))
                .toArray();
        int highest = highestRank(shown, columns);
        while (highest > 0 && total(shown, widths, highest >= OPTIONAL_RANK ? width : SHORT_CELL) > width) {
            int rank = highest;
            shown.removeIf(column -> columns.get(column).rank() == rank);
            highest = highestRank(shown, columns);
        }
        while (total(shown, widths, width) > width) {
            int widest = shown.stream()
                    .max(Comparator.comparingInt(column -> widths[column]))
                    .orElseThrow();
            if (widths[widest] == 1) {
                break;
            }
            widths[widest]--;
        }
        List<String> titles = columns.stream().map(Column::title).toList();
        lines.add(new Line(Tone.HEADING, joined(titles, shown, widths)));
        rows.forEach(row -> lines.add(new Line(row.tone(), joined(row.cells(), shown, widths))));
    }

    private static int highestRank(List<Integer> shown, List<Column> columns) {
        return shown.stream()
                .mapToInt(column -> columns.get(column).rank())
                .max()
                .orElse(0);
    }

    /** The width of a table whose cells are cut to a length. */
    private static int total(List<Integer> shown, int[] widths, int longestCell) {
        return shown.stream()
                        .mapToInt(column -> Math.min(widths[column], longestCell))
                        .sum()
                + GAP.length() * (shown.size() - 1);
    }

    private String joined(List<String> cells, List<Integer> shown, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column : shown) {
            String cell = DisplayWidth.cut(cells.get(column), widths[column]);
            line.append(cell)
                    .append(" ".repeat(widths[column] - DisplayWidth.of(cell)))
                    .append(GAP);
        }
        return DisplayWidth.cut(line.toString().stripTrailing(), width);
    }
}
