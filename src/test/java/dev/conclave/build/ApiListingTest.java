package dev.conclave.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The public API does not change unnoticed. */
class ApiListingTest {

    private static final Path LISTING = Path.of("docs", "api.txt");

    private static final List<String> HEAD = List.of(
            "The public API, read from the compiled classes and compared with them in the build. To accept a change:",
            "    mvn test -Dtest=ApiListingTest -Dapi.accept",
            "and a line in CHANGELOG.md for what users must do about it.");

    private static ApiListing ofThisBuild() throws URISyntaxException {
        URI classes = Conclave.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        return new ApiListing(Path.of("src", "main", "java"), Path.of(classes));
    }

    @Test
    void thePublicApiMatchesItsListing() throws IOException, URISyntaxException {
        List<String> now = new ArrayList<>(HEAD);
        now.addAll(ofThisBuild().lines());
        if (System.getProperty("api.accept") != null) {
            Files.write(LISTING, now);
        }
        List<String> listed = Files.exists(LISTING) ? Files.readAllLines(LISTING) : List.of();
        List<String> gone = without(listed, now);
        List<String> added = without(now, listed);
        assertThat(now)
                .as(
                        "The public API has changed.%nGone or different (breaks users):%n%s%nNew:%n%s%n"
                                + "If that is meant, run: mvn test -Dtest=ApiListingTest -Dapi.accept%n"
                                + "commit %s, and say in CHANGELOG.md what users must do.",
                        String.join("\n", gone), String.join("\n", added), LISTING)
                .isEqualTo(listed);
    }

    private static List<String> without(List<String> lines, List<String> others) {
        return lines.stream().filter(line -> !others.contains(line)).toList();
    }

    @Test
    void everyPackageStatesItsStability() throws URISyntaxException {
        assertThat(ofThisBuild().marks())
                .as("package-info.java says <b>Stability: stable.</b>, may change, or internal")
                .isNotEmpty()
                .allSatisfy((name, mark) -> assertThat(mark).as(name).isNotEmpty());
    }
}
