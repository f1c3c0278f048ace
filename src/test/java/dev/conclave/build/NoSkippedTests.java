package dev.conclave.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The part of the gate that refuses a skipped test. A disabled test, or a failed assumption, leaves a rule unchecked
 * although the build is green. This program reads the reports of the tests, because only they show a test that was
 * skipped in any way.
 */
final class NoSkippedTests {
    private NoSkippedTests() {}

    /** Takes directories of reports; a missing directory means that its kind of test did not run. */
    public static void main(String[] directories) throws IOException {
        List<Path> reports = reports(Arrays.stream(directories).map(Path::of).toList());
        if (reports.isEmpty()) {
            throw new IllegalStateException("No test has left a report in " + String.join(", ", directories));
        }
        List<String> skipped = new ArrayList<>();
        for (Path report : reports) {
            skipped.addAll(skippedIn(report));
        }
        if (!skipped.isEmpty()) {
            throw new IllegalStateException("Skipped tests (of a test that is gone by now? mvn clean): " + skipped);
        }
    }

    private static List<Path> reports(List<Path> directories) throws IOException {
        List<Path> reports = new ArrayList<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                            .sorted()
                            .forEach(reports::add);
                }
            }
        }
        return reports;
    }

    private static List<String> skippedIn(Path report) throws IOException {
        NodeList marks = parse(report).getElementsByTagName("skipped");
        List<String> tests = new ArrayList<>();
        for (int i = 0; i < marks.getLength(); i++) {
            if (marks.item(i).getParentNode() instanceof Element test) {
                tests.add(test.getAttribute("classname") + "." + test.getAttribute("name"));
            }
        }
        return tests;
    }

    private static Document parse(Path report) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException("Not a test report: " + report, e);
        }
    }
}
