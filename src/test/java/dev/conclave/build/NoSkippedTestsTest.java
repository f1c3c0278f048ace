package dev.conclave.build;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoSkippedTestsTest {
    private static final String PASSED = "<testcase classname='Rules' name='holds'/>";
    private static final String SKIPPED =
            "<testcase classname='Rules' name='sleeps'><skipped message='later'/></testcase>";

    @TempDir
    Path directory;

    @Test
    void aReportOfPassedTestsIsAccepted() throws IOException {
        report("TEST-Rules.xml", PASSED);

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void aSkippedTestIsRefusedByName() throws IOException {
        report("TEST-Other.xml", PASSED);
        report("TEST-Rules.xml", PASSED + SKIPPED);

        assertThatThrownBy(this::check).hasMessageContaining("Rules.sleeps");
    }

    @Test
    void outputOfATestIsNotReadAsAVerdict() throws IOException {
        report("TEST-Rules.xml", PASSED + "<system-out><![CDATA[ <skipped/> ]]></system-out>");

        assertThatCode(this::check).doesNotThrowAnyException();
    }

    @Test
    void aMissingTestReportIsRefused() {
        assertThatThrownBy(this::check).hasMessageContaining("No test has left a report");
    }

    @Test
    void aTestReportThatCannotBeReadIsRefused() throws IOException {
        Files.writeString(directory.resolve("TEST-Rules.xml"), "<testsuite");

        assertThatThrownBy(this::check).isInstanceOf(IOException.class).hasMessageContaining("TEST-Rules.xml");
    }

    private void report(String name, String cases) throws IOException {
        Files.writeString(directory.resolve(name), "<testsuite name='Rules'>" + cases + "</testsuite>");
    }

    private void check() throws IOException {
        NoSkippedTests.main(
                new String[] {directory.toString(), directory.resolve("absent").toString()});
    }
}
