package dev.conclave.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The two jars of this build: the library that is published, and the runnable node. */
class JarsIT {

    private static Path jar(String property) {
        return Path.of(Objects.requireNonNull(System.getProperty(property), "no -D" + property));
    }

    private static List<String> entries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }

    private static Manifest manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest();
        }
    }

    @Test
    void theLibraryIsAModuleWithAFixedName() {
        ModuleDescriptor module = ModuleFinder.of(jar("conclave.jar")).findAll().stream()
                .findFirst()
                .orElseThrow()
                .descriptor();
        assertThat(module.name()).isEqualTo("dev.conclave");
        assertThat(module.packages()).contains("dev.conclave", "dev.conclave.core", "dev.conclave.singleton");
    }

    @Test
    void theLibraryContainsNothingOfTheRunnableNode() throws IOException {
        assertThat(entries(jar("conclave.jar")))
                .contains("reference.conf", "META-INF/LICENSE", "dev/conclave/Conclave.class")
                .noneMatch(name -> name.startsWith("dev/conclave/node/") || name.startsWith("dev/conclave/judge/"))
                .noneMatch(name -> name.startsWith("conclave-node") || name.startsWith("logback"))
                .noneMatch(name -> name.startsWith("io/micrometer/") || name.startsWith("io/prometheus/"));
    }

    @Test
    void bothJarsStateTheVersionOfTheBuild() throws IOException {
        String version = Objects.requireNonNull(System.getProperty("conclave.version"), "no -Dconclave.version");
        for (String property : List.of("conclave.jar", "conclave.node.jar")) {
            assertThat(manifest(jar(property)).getMainAttributes().getValue("Implementation-Version"))
                    .as(property)
                    .isEqualTo(version);
        }
    }

    @Test
    void theRunnableNodeContainsTheLibraryAndStartsItsOwnMainClass() throws IOException {
        Path node = jar("conclave.node.jar");
        assertThat(manifest(node).getMainAttributes().getValue("Main-Class")).isEqualTo("dev.conclave.node.Main");
        assertThat(manifest(node).getMainAttributes().getValue("Automatic-Module-Name"))
                .as("two modules of one name exclude each other")
                .isEqualTo("dev.conclave.node");
        assertThat(entries(node))
                .contains(
                        "dev/conclave/Conclave.class",
                        "dev/conclave/node/Main.class",
                        "dev/conclave/judge/Judge.class",
                        "io/micrometer/prometheusmetrics/PrometheusMeterRegistry.class",
                        "META-INF/LICENSE");
    }
}
