package dev.conclave.build;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.conclave.artery.TestCluster;
import dev.conclave.node.run.PrometheusMetrics;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts and the dashboard below {@code ops} use meters that a running node has, and lead to pages that exist. */
class OperatorFilesTest {

    static final Path ALERTS = Path.of("ops", "alerts.yaml");
    static final Path ALERTS_TEST = Path.of("ops", "alerts-test.yaml");
    static final Path DASHBOARD = Path.of("ops", "grafana.json");

    private static final Path RUNBOOK = Path.of("docs", "runbook.md");

    /** A series in a scrape or in an expression: its name, and what is in its braces. */
    private static final Pattern SERIES =
            Pattern.compile("\\b((?:conclave|jvm|process|system)_[a-z0-9_]+)(?:\\{([^}]*)})?");

    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on|ignoring|without)\\s*\\(([^)]*)\\)");

    /** The labels that Prometheus adds to every series. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    @TempDir
    static Path directory;

    /** The labels of each series that a leader with a singleton shows. */
    private static final Map<String, Set<String>> SCRAPED = new HashMap<>();

    @BeforeAll
    static void scrapeALeader() {
        try (TestCluster cluster = TestCluster.of(2, directory)) {
            PrometheusMetrics metrics = PrometheusMetrics.attach(
                    cluster.start(cluster.voters().get(0)).system());
            TestCluster.Node first = cluster.nodes().get(0);
            var unused = ElectedSingleton.get(first.system())
                    .init(ElectedActor.of(leadership -> Behaviors.<String>empty(), "counter"));
            cluster.join(cluster.voters().get(1));
            await().atMost(30, SECONDS)
                    .until(() -> metrics.scrape().contains("conclave_heartbeat_roundtrip_seconds_max"));
            System.gc();
            await().atMost(30, SECONDS).until(() -> metrics.scrape().contains("jvm_gc_pause_seconds_max"));
            series(metrics.scrape())
                    .forEach((name, labels) -> SCRAPED.computeIfAbsent(name, none -> new HashSet<>())
                            .addAll(labels));
            cluster.stop(first);
            await().atMost(30, SECONDS).until(() -> metrics.scrape().isEmpty());
        }
    }

    private static Map<String, Set<String>> series(String text) {
        Map<String, Set<String>> found = new HashMap<>();
        Matcher one = SERIES.matcher(text);
        while (one.find()) {
            Set<String> labels = found.computeIfAbsent(one.group(1), none -> new HashSet<>());
            if (one.group(2) != null) {
                Matcher label = LABEL.matcher(one.group(2));
                while (label.find()) {
                    labels.add(label.group(1));
                }
            }
        }
        return found;
    }

    private static List<JsonNode> alerts() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        new YAMLMapper()
                .readTree(ALERTS.toFile())
                .path("groups")
                .forEach(group -> group.path("rules").forEach(alerts::add));
        return alerts;
    }

    /** The expressions of the dashboard: of its panels, its annotations and its variables. */
    static List<String> dashboardExpressions() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        List<String> expressions = new ArrayList<>(dashboard.findValuesAsText("expr"));
        dashboard.path("templating").findValuesAsText("query").forEach(query -> expressions.add(query));
        return expressions;
    }

    private static List<String> wrongIn(String expression) {
        List<String> wrong = new ArrayList<>();
        Map<String, Set<String>> used = series(expression);
        Set<String> known = new HashSet<>(OF_PROMETHEUS);
        used.forEach((name, labels) -> {
            Set<String> real = SCRAPED.get(name);
            if (real == null) {
                wrong.add(name + " is not a meter in " + expression);
                return;
            }
            known.addAll(real);
            labels.stream()
                    .filter(label -> !real.contains(label) && !OF_PROMETHEUS.contains(label))
                    .forEach(label -> wrong.add(name + " has no label " + label + " in " + expression));
        });
        Matcher grouped = GROUPED.matcher(expression);
        while (grouped.find()) {
            Stream.of(grouped.group(1).split(","))
                    .map(String::strip)
                    .filter(label -> !label.isEmpty() && !known.contains(label))
                    .forEach(label -> wrong.add("no meter has the label " + label + " in " + expression));
        }
        return wrong;
    }

    @Test
    void everyAlertUsesMetersAndLabelsThatANodeHas() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (JsonNode alert : alerts()) {
            String expression = alert.path("expr").asText();
            assertThat(series(expression)).as(expression).isNotEmpty();
            wrong.addAll(wrongIn(expression));
            Set<String> known = new HashSet<>(OF_PROMETHEUS);
            series(expression).keySet().forEach(name -> known.addAll(SCRAPED.getOrDefault(name, Set.of())));
            Matcher label = Pattern.compile("\\$labels\\.(\\w+)")
                    .matcher(alert.path("annotations").path("summary").asText());
            while (label.find()) {
                if (!known.contains(label.group(1))) {
                    wrong.add(alert.path("alert").asText() + ": no label " + label.group(1));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPanelOfTheDashboardUsesMetersAndLabelsThatANodeHas() throws IOException {
        List<String> expressions = dashboardExpressions();
        assertThat(expressions).hasSizeGreaterThan(30);
        List<String> wrong = new ArrayList<>();
        expressions.forEach(expression -> wrong.addAll(wrongIn(expression)));
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyReasonThatAnAlertNamesIsOneThatANodeCounts() throws IOException {
        List<String> reasons = new ArrayList<>();
        for (JsonNode alert : alerts()) {
            Matcher reason = Pattern.compile("(?:reason|answer)=~?\"([^\"]+)\"")
                    .matcher(alert.path("expr").asText());
            while (reason.find()) {
                reasons.addAll(List.of(reason.group(1).split("\\|")));
            }
        }
        String operations = Files.readString(Path.of("docs", "operations.md"));
        assertThat(reasons).isNotEmpty().allMatch(reason -> operations.contains("`" + reason + "`"));
    }

    @Test
    void everyAlertHasASeverityAndARunbookPageThatNamesIt() throws IOException {
        String byMetric = Files.readString(RUNBOOK).split("\n## By metric\n", 2)[1];
        for (JsonNode alert : alerts()) {
            String name = alert.path("alert").asText();
            assertThat(alert.path("labels").path("severity").asText()).as(name).isIn("critical", "warning");
            assertThat(alert.path("annotations").path("summary").asText())
                    .as(name)
                    .isNotBlank();
            String[] runbook =
                    alert.path("annotations").path("runbook").asText().split("#", 2);
            assertThat(Path.of(runbook[0])).as(name).isEqualTo(RUNBOOK);
            assertThat(ReadmeTest.anchors(RUNBOOK)).as(name).contains(runbook[1]);
            assertThat(byMetric).as("the runbook's table of meters").contains("`" + name + "`");
        }
    }

    @Test
    void everyAlertFiresInATestOfTheRules() throws IOException {
        String tests = Files.readString(ALERTS_TEST);
        for (JsonNode alert : alerts()) {
            assertThat(tests).contains("alertname=\"" + alert.path("alert").asText() + "\"");
        }
    }
}
