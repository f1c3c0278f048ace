package dev.conclave.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of {@code pom.xml} that Maven Central, and a build without the runnable node, need. */
class PomTest {

    private static final String RELEASE = "/project/profiles/profile[id='release']";

    @SuppressWarnings("NullAway.Init")
    private Pom pom;

    @BeforeEach
    void read() throws IOException {
        pom = Pom.ofThisBuild();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "groupId",
                "artifactId",
                "version",
                "name",
                "description",
                "url",
                "licenses/license/name",
                "licenses/license/url",
                "developers/developer/name",
                "developers/developer/organization",
                "developers/developer/organizationUrl",
                "scm/connection",
                "scm/developerConnection",
                "scm/url"
            })
    void thePomHasEachFieldThatMavenCentralRequires(String field) {
        assertThat(pom.texts("/project/" + field)).singleElement().asString().isNotBlank();
    }

    @Test
    void thePublicAddressIsWrittenOnceInThePom() {
        assertThat(pom.texts("/project/properties/home.url"))
                .singleElement()
                .asString()
                .startsWith("https://");
        assertThat(pom.texts("/project/url | /project/scm/*[not(self::tag)] | //organizationUrl | //organization/url"))
                .isNotEmpty()
                .allMatch(address -> address.contains("${home.url}"));
    }

    @Test
    void theReleaseRefusesThePlaceholderOfThePublicAddress() {
        assertThat(pom.texts(RELEASE + "//requireProperty/property")).containsExactly("home.url");
        String regex = pom.texts(RELEASE + "//requireProperty/regex").get(0);
        assertThat("https://conclave.invalid/conclave").doesNotMatch(regex);
        assertThat("https://git.example.org/conclave").matches(regex);
    }

    @Test
    void theReleaseAttachesAndSignsEverythingThatMavenCentralRequires() {
        assertThat(pom.texts(RELEASE + "//plugin/artifactId"))
                .contains("maven-source-plugin", "maven-javadoc-plugin", "maven-gpg-plugin")
                .endsWith("central-publishing-maven-plugin");
        assertThat(pom.texts(RELEASE + "//goal")).contains("jar-no-fork", "jar", "sign");
        assertThat(pom.texts(RELEASE + "//artifact[classifier='node']/file"))
                .containsExactly("${project.build.directory}/conclave-node.jar");
    }

    @Test
    void nothingOfTheReleaseIsPartOfTheGate() {
        assertThat(pom.texts(RELEASE + "/activation")).isEmpty();
        assertThat(pom.texts("/project/build/plugins/plugin/artifactId"))
                .isNotEmpty()
                .doesNotContain(
                        "maven-source-plugin",
                        "maven-javadoc-plugin",
                        "maven-gpg-plugin",
                        "build-helper-maven-plugin",
                        "central-publishing-maven-plugin");
    }

    @Test
    void theProfileLibraryBuildsNothingOfTheRunnableNode() {
        String phases = "/project/build/plugins/plugin/executions/execution[id='node-parts' or id='node-jar'"
                + " or id='class-archive']/phase";
        assertThat(pom.texts(phases)).hasSize(3).containsOnly("${node.phase}");
        assertThat(pom.texts("/project/profiles/profile[id='library']/properties/node.phase"))
                .containsExactly("none");
    }

    @Test
    void theReadmeNamesTheVersionOfThePom() throws IOException {
        String version = pom.texts("/project/version").get(0);
        assertThat(Files.readString(Path.of("README.md")))
                .contains("<artifactId>conclave</artifactId>\n  <version>" + version + "</version>");
    }
}
