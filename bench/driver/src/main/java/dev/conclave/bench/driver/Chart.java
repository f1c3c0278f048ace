package dev.conclave.bench.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results as a picture: for each row and system the median, the way to the 95th percentile, and the extremes. */
final class Chart {

    private static final List<Row> SHOWN =
            List.of(Row.KILL, Row.KILL_2GB, Row.FREEZE, Row.TRANSFER, Row.TERM, Row.COLD);
    private static final int LEFT = 250;
    private static final int WIDTH = 640;
    private static final int RIGHT = 90;
    private static final int LINE = 20;
    private static final int HEAD = 34;
    private static final double LOWEST_MILLIS = 1;
    private static final double HIGHEST_MILLIS = 100_000;
    private static final String CONCLAVE = "#0b6e4f";
    private static final String OTHERS = "#5b6770";

    private final List<Reading> readings;

    Chart(List<Reading> readings) {
        this.readings = readings;
    }

    private record Line(BenchedSystem system, Statistics values) {}

    String svg() {
        StringBuilder body = new StringBuilder();
        int y = 46;
        for (Row row : SHOWN) {
            List<Line> lines = lines(row);
            if (lines.isEmpty()) {
                continue;
            }
            text(body, 10, y + 16, "start", "bold", row.title());
            axis(body, y + HEAD - 8, lines.size() * LINE + 6);
            int at = y + HEAD;
            for (Line line : lines) {
                line(body, line, at + LINE / 2);
                at += LINE;
            }
            y = at + 24;
        }
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"
                        + "<text x=\"10\" y=\"22\" font-size=\"15\" font-weight=\"bold\">Milliseconds until another one"
                        + " leads</text>%n<text x=\"10\" y=\"40\" fill=\"#5b6770\">dot: median; bar: to the 95th"
                        + " percentile; thin line: minimum to maximum; logarithmic</text>%n%s</svg>%n",
                LEFT + WIDTH + RIGHT,
                y,
                body);
    }

    private List<Line> lines(Row row) {
        List<Line> lines = new ArrayList<>();
        for (BenchedSystem system : BenchedSystem.ALL) {
            Statistics values = new Statistics(readings.stream()
                    .filter(reading ->
                            reading.row() == row && reading.system().equals(system.key()) && reading.value() != null)
                    .mapToDouble(Reading::value)
                    .toArray());
            if (!values.isEmpty()) {
                lines.add(new Line(system, values));
            }
        }
        return lines;
    }

    private static void axis(StringBuilder body, int top, int height) {
        for (double at = LOWEST_MILLIS; at <= HIGHEST_MILLIS; at *= 10) {
            add(
                    body,
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#dde2e6\"/>%n",
                    x(at),
                    top,
                    x(at),
                    top + height);
            text(body, x(at), top - 2, "middle", "normal", at >= 1000 ? (long) at / 1000 + " s" : (long) at + " ms");
        }
    }

    private static void line(StringBuilder body, Line line, int y) {
        String colour = line.system().key().equals("conclave") ? CONCLAVE : OTHERS;
        Statistics values = line.values();
        text(body, LEFT - 12, y + 4, "end", "normal", line.system().title());
        add(
                body,
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>%n",
                x(values.min()),
                y,
                x(values.max()),
                y,
                colour);
        add(
                body,
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"5\""
                        + " stroke-opacity=\"0.4\"/>%n",
                x(values.median()),
                y,
                x(values.p95()),
                y,
                colour);
        add(body, "<circle cx=\"%.1f\" cy=\"%d\" r=\"4.5\" fill=\"%s\"/>%n", x(values.median()), y, colour);
        String median = Table.number(values.median()) + " (n=" + values.count() + ")";
        text(body, Math.max(x(values.max()), x(values.median())) + 9, y + 4, "start", "normal", median);
    }

    private static double x(double millis) {
        double bounded = Math.min(HIGHEST_MILLIS, Math.max(LOWEST_MILLIS, millis));
        return LEFT + WIDTH * Math.log10(bounded / LOWEST_MILLIS) / Math.log10(HIGHEST_MILLIS / LOWEST_MILLIS);
    }

    private static void text(StringBuilder body, double x, int y, String anchor, String weight, String text) {
        add(
                body,
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                weight,
                text);
    }

    private static void add(StringBuilder body, String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values));
    }
}
