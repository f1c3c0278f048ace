package dev.conclave.bench.driver;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The results as Markdown: the medians of all rows at a glance, then each row with its spread, all rounds and quiet ones. */
final class Table {

    private static final List<Row> SHOWN =
            List.of(Row.KILL, Row.KILL_2GB, Row.FREEZE, Row.BELIEF, Row.TRANSFER, Row.TERM, Row.COLD);

    private final List<Reading> readings;
    private final List<Map<String, Object>> runs;

    Table(List<Reading> readings, List<Map<String, Object>> runs) {
        this.readings = readings;
        this.runs = runs;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# Conclave beside the others\n\n");
        for (Map<String, Object> run : runs) {
            text.append("- ");
            run.forEach((name, value) -> {
                if (!name.equals("type")) {
                    text.append(name).append(' ').append(value).append("; ");
                }
            });
            text.setLength(text.length() - 2);
            text.append('\n');
        }
        text.append("\nMilliseconds from before the blow to the new leader's own word. *Quiet* are rounds in which"
                + " somebody waited for a processor for less than 30 % of the time from a second before the blow. The"
                + " ratio is that of the medians of all rounds to Conclave's, with the range that holds 95 % of 4,000"
                + " resamplings.\n\n");
        glance(text);
        for (Row row : SHOWN) {
            row(text, row);
        }
        idle(text);
        failures(text);
        return text.toString();
    }

    private void glance(StringBuilder text) {
        text.append("| median ms (n) |");
        SHOWN.forEach(row -> text.append(' ').append(row.title()).append(" |"));
        text.append("\n|---|").append("---|".repeat(SHOWN.size())).append('\n');
        for (BenchedSystem system : leading()) {
            if (SHOWN.stream().allMatch(row -> values(system, row, false).isEmpty())) {
                continue;
            }
            text.append("| ").append(system.title()).append(" |");
            for (Row row : SHOWN) {
                Statistics values = values(system, row, false);
                text.append(' ')
                        .append(
                                values.isEmpty()
                                        ? none(system, row)
                                        : number(values.median()) + " (" + values.count() + ")")
                        .append(" |");
            }
            text.append('\n');
        }
        text.append('\n');
    }

    private static String none(BenchedSystem system, Row row) {
        return row == Row.TRANSFER && !system.transfers() ? "has none" : "–";
    }

    private void row(StringBuilder text, Row row) {
        if (readings.stream().noneMatch(reading -> reading.row() == row && reading.value() != null)) {
            return;
        }
        text.append("## ").append(row.title()).append("\n\n");
        text.append("| | n | median | p95 | min | max | × Conclave | quiet: n | median | p95 |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|\n");
        Statistics conclave = values(BenchedSystem.ALL.get(0), row, false);
        for (BenchedSystem system : leading()) {
            Statistics all = values(system, row, false);
            if (all.isEmpty()) {
                continue;
            }
            Statistics quiet = values(system, row, true);
            text.append("| ").append(system.title()).append(" | ").append(all.count());
            for (double value : new double[] {all.median(), all.p95(), all.min(), all.max()}) {
                text.append(" | ").append(number(value));
            }
            text.append(" | ")
                    .append(ratio(all, conclave, system))
                    .append(" | ")
                    .append(quiet.count());
            text.append(" | ").append(quiet.isEmpty() ? "–" : number(quiet.median()));
            text.append(" | ")
                    .append(quiet.isEmpty() ? "–" : number(quiet.p95()))
                    .append(" |\n");
        }
        text.append('\n');
    }

    private static String ratio(Statistics all, Statistics conclave, BenchedSystem system) {
        if (system.equals(BenchedSystem.ALL.get(0))) {
            return "1";
        }
        if (conclave.isEmpty() || conclave.median() <= 0) {
            return "–";
        }
        Statistics.Ratio ratio = all.over(conclave);
        return number(ratio.ratio()) + " (" + number(ratio.low()) + "–" + number(ratio.high()) + ")";
    }

    private void idle(StringBuilder text) {
        List<BenchedSystem> systems = BenchedSystem.ALL.stream()
                .filter(system -> !values(system, Row.IDLE, false).isEmpty())
                .toList();
        if (systems.isEmpty()) {
            return;
        }
        text.append("## ")
                .append(Row.IDLE.title())
                .append(", ")
                .append(Row.IDLE.unit())
                .append("\n\n");
        text.append(
                "| | n | mean of the three processes | leader | follower | resident MB | more than the bare node |\n");
        text.append("|---|---|---|---|---|---|---|\n");
        Optional<Double> bare = systems.stream()
                .filter(system -> system.key().equals("bare"))
                .findFirst()
                .map(system -> values(system, Row.IDLE, false).median());
        for (BenchedSystem system : systems) {
            Statistics all = values(system, Row.IDLE, false);
            text.append("| ").append(system.title()).append(" | ").append(all.count());
            text.append(" | ").append(percent(all.median()));
            text.append(" | ").append(more(system, "leader"));
            text.append(" | ").append(more(system, "follower"));
            text.append(" | ").append(more(system, "residentMegabytes-0")).append(" | ");
            if (bare.isPresent() && system.dialect() == Dialect.CONCLAVE) {
                text.append(percent(all.median() - bare.get()));
            }
            text.append(" |\n");
        }
        text.append('\n');
    }

    private String more(BenchedSystem system, String name) {
        Statistics values = new Statistics(of(system, Row.IDLE)
                .map(Reading::more)
                .filter(more -> more.get(name) instanceof Number)
                .mapToDouble(more -> ((Number) more.get(name)).doubleValue())
                .toArray());
        return values.isEmpty() ? "–" : percent(values.median());
    }

    private void failures(StringBuilder text) {
        List<Reading> failed =
                readings.stream().filter(reading -> reading.failure() != null).toList();
        if (failed.isEmpty()) {
            return;
        }
        text.append("## Rounds without a value\n\n");
        for (Reading reading : failed) {
            text.append("- ")
                    .append(reading.block())
                    .append(", ")
                    .append(reading.row().title());
            text.append(": ").append(reading.failure()).append('\n');
        }
        text.append('\n');
    }

    private static List<BenchedSystem> leading() {
        return BenchedSystem.ALL.stream().filter(BenchedSystem::leads).toList();
    }

    private Statistics values(BenchedSystem system, Row row, boolean quietOnly) {
        return new Statistics(of(system, row)
                .filter(reading -> !quietOnly || reading.isQuiet())
                .mapToDouble(Reading::value)
                .toArray());
    }

    private Stream<Reading> of(BenchedSystem system, Row row) {
        return readings.stream()
                .filter(reading ->
                        reading.row() == row && reading.system().equals(system.key()) && reading.value() != null);
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, value >= 20 ? "%.0f" : "%.2f", value);
    }

    /** Three digits are more than the spread allows for already. */
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
