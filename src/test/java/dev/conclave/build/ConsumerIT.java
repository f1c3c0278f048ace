package dev.conclave.build;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The dependencies of a Maven project that lists Conclave and Akka, in either order, and beside Akka Management, which was
 * built with an older Akka. Such projects are built with the Maven that runs this build; Conclave is in their local
 * repository, and the rest in the one of this build. Each of them elects a leader ({@link Consumer}), which Akka refuses
 * on a mixed class path.
 *
 * <p>Conclave cannot help a project that lists {@code akka-serialization-jackson} <em>before</em> Conclave: it resolves
 * the versions that Akka depends on, all of Jackson at 2.13.5 and {@code org.lz4:lz4-java} 1.8.0. Of two versions at the
 * same depth Maven takes the first.
 */
class ConsumerIT {
    private static final String ACTORS = "com.typesafe.akka:akka-actor-typed_2.13:" + property("akka.version");
    private static final String CLUSTER = "com.typesafe.akka:akka-cluster-typed_2.13:" + property("akka.version");
    private static final String SERIALIZER =
            "com.typesafe.akka:akka-serialization-jackson_2.13:" + property("akka.version");
    private static final String CONCLAVE = "dev.conclave:conclave:" + property("conclave.version");

    private static final String MANAGEMENT =
            "com.lightbend.akka.management:akka-management_2.13:" + property("akka.management.version");

    /** Akka Management declares an older Akka HTTP, and Akka HTTP refuses to start with modules of two versions. */
    private static final List<String> AKKA_HTTP = Stream.of(
                    "akka-http", "akka-http-core", "akka-http-spray-json", "akka-parsing")
            .map(module -> "com.typesafe.akka:" + module + "_2.13:" + property("akka.http.version"))
            .toList();

    private static final Map<String, List<String>> CONSUMERS = Map.of(
            "akka-first", List.of(ACTORS, CLUSTER, CONCLAVE),
            "conclave-first", List.of(CONCLAVE, ACTORS, CLUSTER),
            "conclave-before-the-serializer", List.of(ACTORS, CLUSTER, CONCLAVE, SERIALIZER),
            "conclave-before-management", withAkkaHttp(CONCLAVE, MANAGEMENT),
            "management-first-with-the-bom", withAkkaHttp(MANAGEMENT, CONCLAVE));

    private static List<String> withAkkaHttp(String... artifacts) {
        return Stream.concat(AKKA_HTTP.stream(), Stream.of(artifacts)).toList();
    }

    /** The consumers that import Akka's bill of materials, as docs/embedding.md says. */
    private static final Set<String> WITH_BOM = Set.of("management-first-with-the-bom");

    /** Options for JVMs that run too briefly to earn back what C2 costs them. */
    private static final String BRIEF_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void buildTheConsumers() throws IOException, InterruptedException {
        Path conclave = directory.resolve("repository/dev/conclave/conclave/" + property("conclave.version"));
        Files.createDirectories(conclave);
        Files.copy(Path.of(property("conclave.jar")), conclave.resolve(fileOfConclave("jar")));
        Files.copy(Path.of(property("basedir"), "pom.xml"), conclave.resolve(fileOfConclave("pom")));

        Files.writeString(directory.resolve("pom.xml"), allConsumers());
        for (var consumer : CONSUMERS.entrySet()) {
            Path project = Files.createDirectories(directory.resolve(consumer.getKey()));
            Files.writeString(project.resolve("pom.xml"), consumer(consumer.getKey(), consumer.getValue()));
        }
        runMaven();
    }

    @ParameterizedTest
    @ValueSource(strings = {"akka-first", "conclave-first", "conclave-before-the-serializer"})
    void aConsumerResolvesAllOfJacksonToOneVersion(String consumer) throws IOException {
        List<String> jackson = classPath(consumer)
                .filter(artifact -> artifact.startsWith("com.fasterxml.jackson"))
                .toList();

        assertThat(jackson).hasSize(8).allMatch(artifact -> artifact.endsWith(":" + property("jackson.version")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"akka-first", "conclave-first", "conclave-before-the-serializer"})
    void aConsumerResolvesTheMaintainedForkOfLz4AndNotTheOriginal(String consumer) throws IOException {
        assertThat(classPath(consumer).filter(artifact -> artifact.contains("lz4")))
                .singleElement()
                .isEqualTo("at.yawk.lz4:lz4-java:" + property("lz4.version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"akka-first", "conclave-first", "conclave-before-the-serializer"})
    void aConsumerResolvesNoDependencyOfTheNode(String consumer) throws IOException {
        assertThat(classPath(consumer))
                .contains(CONCLAVE)
                .noneMatch(artifact -> artifact.startsWith("ch.qos.logback") || artifact.startsWith("info.picocli"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "akka-first",
                "conclave-first",
                "conclave-before-the-serializer",
                "conclave-before-management",
                "management-first-with-the-bom"
            })
    void aConsumerResolvesAllOfAkkaToOneVersion(String consumer) throws IOException {
        List<String> akka = classPath(consumer)
                .filter(artifact -> artifact.startsWith("com.typesafe.akka:"))
                .filter(artifact -> !artifact.contains(":akka-http") && !artifact.contains(":akka-parsing"))
                .toList();

        assertThat(akka).isNotEmpty().allMatch(artifact -> artifact.endsWith(":" + property("akka.version")));
    }

    private static Stream<String> classPath(String consumer) throws IOException {
        Path repository = directory.toRealPath().resolve("repository");
        return Files.readAllLines(directory.resolve(consumer).resolve("classpath.txt")).stream()
                .filter(entry -> entry.endsWith(".jar"))
                .map(entry -> coordinates(repository.relativize(Path.of(entry))));
    }

    /** Of a file in a repository: {@code group/of/it/artifact/version/file}. */
    private static String coordinates(Path file) {
        int names = file.getNameCount();
        String group = file.subpath(0, names - 3)
                .toString()
                .replace(file.getFileSystem().getSeparator(), ".");
        return group + ":" + file.getName(names - 3) + ":" + file.getName(names - 2);
    }

    private static String allConsumers() {
        return project(
                "consumers",
                "<packaging>pom</packaging><properties><exec.skip>true</exec.skip></properties><modules>"
                        + CONSUMERS.keySet().stream()
                                .sorted()
                                .map(name -> "<module>" + name + "</module>")
                                .collect(joining())
                        + "</modules>");
    }

    private static String consumer(String name, List<String> dependencies) {
        String bom = "<dependencyManagement><dependencies><dependency><groupId>com.typesafe.akka</groupId>"
                + "<artifactId>akka-bom_2.13</artifactId><version>" + property("akka.version")
                + "</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>";
        return project(
                name,
                dependencies.stream()
                        .map(ConsumerIT::dependency)
                        .collect(joining(
                                "", (WITH_BOM.contains(name) ? bom : "") + "<dependencies>", "</dependencies>")));
    }

    private static String dependency(String coordinates) {
        String[] parts = coordinates.split(":", 3);
        return "<dependency><groupId>" + parts[0] + "</groupId><artifactId>" + parts[1] + "</artifactId><version>"
                + parts[2] + "</version></dependency>";
    }

    private static String project(String name, String content) {
        String thisBuild = "<id>this-build</id><url>"
                + Path.of(property("local.repository")).toUri()
                + "</url><releases><checksumPolicy>ignore</checksumPolicy></releases>"
                + "<snapshots><enabled>false</enabled></snapshots>";
        return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>"
                + "<groupId>consumer</groupId><artifactId>" + name + "</artifactId><version>1</version>" + content
                + "<repositories><repository>" + thisBuild + "</repository></repositories><pluginRepositories>"
                + "<pluginRepository>" + thisBuild + "</pluginRepository></pluginRepositories></project>";
    }

    private static void runMaven() throws IOException, InterruptedException {
        String java = Path.of(property("java.home"), "bin", "java").toString();
        String tests = Path.of(property("basedir"), "target", "test-classes").toString();
        Path output = directory.resolve("output.txt");
        ProcessBuilder maven = new ProcessBuilder(
                        Path.of(property("maven.home"), "bin", "mvn").toString(),
                        "-B",
                        "-Dmaven.repo.local=" + directory.resolve("repository"),
                        "org.codehaus.mojo:exec-maven-plugin:" + property("exec.version") + ":exec",
                        "-Dexec.executable=" + java,
                        "-Dexec.args=" + BRIEF_JVM + " -cp %classpath" + property("path.separator") + tests
                                + " dev.conclave.build.Consumer")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        maven.environment().put("JAVA_HOME", property("java.home"));
        maven.environment().put("MAVEN_OPTS", BRIEF_JVM);
        Process process = maven.start();
        try {
            assertThat(process.waitFor(5, MINUTES)).as("Maven comes to an end").isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroy();
        }
    }

    private static String fileOfConclave(String extension) {
        return "conclave-" + property("conclave.version") + "." + extension;
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }
}
