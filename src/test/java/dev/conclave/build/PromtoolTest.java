package dev.conclave.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus accepts the alerts and the expressions of the dashboard, and each alert fires in the fault that it is for. */
@Needs(Machine.PROMTOOL)
class PromtoolTest {

    @TempDir
    Path directory;

    private static void promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theAlertsAreValid() throws IOException, InterruptedException {
        promtool("check", "rules", OperatorFilesTest.ALERTS.toString());
    }

    @Test
    void eachAlertFiresInItsFaultAndNoneInAHealthyCluster() throws IOException, InterruptedException {
        promtool("test", "rules", OperatorFilesTest.ALERTS_TEST.toString());
    }

    @Test
    void theExpressionsOfTheDashboardAreValid() throws IOException, InterruptedException {
        List<Map<String, String>> rules = new ArrayList<>();
        for (String expression : OperatorFilesTest.dashboardExpressions()) {
            if (!expression.startsWith("label_values(") && !expression.equals("prometheus")) {
                rules.add(Map.of(
                        "record", "panel:" + rules.size(), "expr", expression.replace("$__rate_interval", "1m")));
            }
        }
        assertThat(rules).hasSizeGreaterThan(30);
        Path file = directory.resolve("panels.yaml");
        Files.writeString(
                file,
                new YAMLMapper()
                        .writeValueAsString(Map.of("groups", List.of(Map.of("name", "panels", "rules", rules)))));
        promtool("check", "rules", file.toString());
    }
}
