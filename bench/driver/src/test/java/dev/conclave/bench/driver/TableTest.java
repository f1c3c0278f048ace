package dev.conclave.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class TableTest {

    private static Reading kill(String system, double value, Double pressure) {
        return new Reading("1-blows-" + system, 1, system, Row.KILL, value, pressure, null, Map.of());
    }

    private static final List<Reading> READINGS = List.of(
            kill("conclave", 10, 0.1),
            kill("conclave", 12, 0.1),
            kill("conclave", 40, 0.9),
            kill("ratis", 1200, 0.1),
            kill("ratis", 2400, null),
            new Reading(
                    "1-freezes-ratis", 1, "ratis", Row.FREEZE, null, null, "waited 30 s for a new leader", Map.of()));

    @Test
    void allRoundsAndQuietOnesStandApart() {
        assertThat(new Table(READINGS, List.of()).markdown())
                .contains("| Conclave | 3 | 12.0 | 40.0 | 10.0 | 40.0 | 1 | 2 | 11.0 | 12.0 |");
    }

    @Test
    void aRoundOfUnknownPressureIsNotQuiet() {
        assertThat(new Table(READINGS, List.of()).markdown())
                .containsPattern("\\| Apache Ratis 3.2.0 \\| 2 \\| 1,800 \\| .* \\| 1 \\| 1,200 \\| 1,200 \\|");
    }

    @Test
    void whatFailedIsNamed() {
        assertThat(new Table(READINGS, List.of()).markdown())
                .contains("- 1-freezes-ratis, SIGSTOP of the leader: waited 30 s for a new leader");
    }

    @Test
    void theChartIsWellFormedAndShowsTheMedian() throws Exception {
        String svg = new Chart(READINGS).svg();
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(svg).contains("12.0 (n=3)").contains("1,800 (n=2)");
    }
}
