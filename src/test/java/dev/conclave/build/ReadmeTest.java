package dev.conclave.build;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.ConclaveSettings;
import dev.conclave.Election;
import dev.conclave.LeadingTaskHandle;
import dev.conclave.artery.TestCluster;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of README.md and docs/embedding.md: each Java block after {@code <!-- compiled -->} compiles, some run, the README's
 * settings are valid, and links to files of this repository resolve.
 */
class ReadmeTest {

    private static final Pattern COMPILED = Pattern.compile("<!-- compiled -->\\s*```java\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern HOCON = Pattern.compile("```hocon\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(((?!https?:)[^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern PUBLIC_CLASS = Pattern.compile("public (?:final )?class (\\w+)");

    @TempDir
    Path directory;

    private static List<String> blocks(Pattern kind, String... pages) throws IOException {
        List<String> blocks = new ArrayList<>();
        for (String page : pages) {
            Matcher matcher = kind.matcher(Files.readString(Path.of(page)));
            while (matcher.find()) {
                blocks.add(matcher.group(1));
            }
        }
        return blocks;
    }

    private static List<String> compiledBlocks() throws IOException {
        return blocks(COMPILED, "README.md", "docs/embedding.md");
    }

    private static String nameOf(String source) {
        Matcher matcher = PUBLIC_CLASS.matcher(source);
        assertThat(matcher.find()).as("a public class in%n%s", source).isTrue();
        return matcher.group(1);
    }

    /** Compiles a block by itself with the class path of the tests; returns the directory of the classes. */
    private Path compile(String source) throws IOException {
        Path folder = Files.createTempDirectory(directory, "block");
        Path file = Files.writeString(folder.resolve(nameOf(source) + ".java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            complaints,
                            files,
                            null,
                            List.of("-proc:none", "-d", folder.toString(), "-cp", classPath),
                            null,
                            files.getJavaFileObjects(file))
                    .call();
            assertThat(compiled).as("%s%n%s", complaints, source).isTrue();
        }
        return folder;
    }

    @Test
    void everyJavaBlockMarkedAsCompiledCompiles() throws IOException {
        List<String> sources = compiledBlocks();
        assertThat(sources).isNotEmpty();
        for (String source : sources) {
            compile(source);
        }
    }

    @Test
    void theEmbeddingExampleLeadsAsTheOnlyVoter() throws Exception {
        String source = compiledBlocks().get(0);
        URL[] classes = {compile(source).toUri().toURL()};
        TestCluster cluster = TestCluster.of(1, directory.resolve("data"));
        Config config = cluster.configOf(cluster.voters().get(0));
        try (URLClassLoader loader = new URLClassLoader(classes, ReadmeTest.class.getClassLoader())) {
            Behavior<?> guardian = (Behavior<?>)
                    loader.loadClass(nameOf(source)).getMethod("create").invoke(null);
            ActorSystem<?> system = ActorSystem.create(guardian, "test", config);
            try {
                Election orders = Conclave.get(system).join("orders");
                await().atMost(30, SECONDS).until(() -> orders.leadership().isPresent());
            } finally {
                system.terminate();
                await().atMost(30, SECONDS).until(() -> system.whenTerminated().isCompleted());
            }
        }
    }

    private static String blockWith(String text) throws IOException {
        return compiledBlocks().stream()
                .filter(block -> block.contains(text))
                .findFirst()
                .orElseThrow();
    }

    /** Starts an example in one life of the only voter, and returns its jobs once there are so many. */
    private static List<Long> lifeOf(TestCluster cluster, Method start, Function<List<Long>, Object> worker, int jobs)
            throws ReflectiveOperationException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        TestCluster.Node node = cluster.start(cluster.voters().get(0));
        try {
            List<Long> done = new CopyOnWriteArrayList<>();
            LeadingTaskHandle task =
                    (LeadingTaskHandle) start.invoke(null, node.system(), executor, worker.apply(done));
            await().atMost(60, SECONDS).until(() -> done.size() >= jobs);
            task.close();
            // A task that does not end when it is interrupted would end the actor system.
            await().atMost(60, SECONDS)
                    .until(() -> task.ended().toCompletableFuture().isDone());
            assertThat(node.system().whenTerminated().isCompleted()).isFalse();
            return done;
        } finally {
            cluster.stop(node);
            executor.shutdownNow();
        }
    }

    @Test
    void theSchedulerOfTheReadmeGoesOnInItsNextLife() throws Exception {
        String source = blockWith("class Scheduler");
        URL[] classes = {compile(source).toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, ReadmeTest.class.getClassLoader());
                TestCluster cluster = TestCluster.of(1, directory.resolve("data"), "conclave.warm-up = off")) {
            Method start = loader.loadClass(nameOf(source))
                    .getDeclaredMethod("start", ActorSystem.class, ExecutorService.class, LongConsumer.class);
            start.setAccessible(true);
            List<Long> first = lifeOf(cluster, start, done -> (LongConsumer) done::add, 5);
            assertThat(first.subList(0, 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
            long last = first.get(first.size() - 1);
            List<Long> second = lifeOf(cluster, start, done -> (LongConsumer) done::add, 2);
            // The last number may have been written, or not any more.
            assertThat(second.get(0)).isIn(last, last + 1);
            assertThat(second.get(1)).isEqualTo(second.get(0) + 1);
        }
    }

    @Test
    void theImporterOfTheDocsGoesOnInItsNextLife() throws Exception {
        String source = blockWith("class Importer");
        URL[] classes = {compile(source).toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, ReadmeTest.class.getClassLoader());
                TestCluster cluster = TestCluster.of(1, directory.resolve("data"), "conclave.warm-up = off")) {
            Class<?> batches = loader.loadClass(nameOf(source) + "$Batches");
            Method start = loader.loadClass(nameOf(source))
                    .getMethod("start", ActorSystem.class, ExecutorService.class, batches);
            Function<List<Long>, Object> threeBatches =
                    done -> Proxy.newProxyInstance(loader, new Class<?>[] {batches}, (self, method, arguments) -> {
                        long batch = (Long) arguments[0];
                        done.add(batch);
                        return batch <= 3;
                    });
            // The fourth is asked for when the third is written, and is not there.
            assertThat(lifeOf(cluster, start, threeBatches, 4)).containsExactly(1L, 2L, 3L, 4L);
            assertThat(lifeOf(cluster, start, threeBatches, 1)).containsExactly(4L);
        }
    }

    @Test
    void theExampleOfATestInTheDocsPasses() throws Exception {
        String source = blockWith("class InvoicesTest");
        URL[] classes = {compile(source).toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, ReadmeTest.class.getClassLoader())) {
            loader.loadClass(nameOf(source))
                    .getMethod("messagesSentWithoutALeaderReachTheNextLeader")
                    .invoke(null);
        }
    }

    @Test
    void theSettingsInTheReadmeAreValid() throws IOException {
        List<String> shown = blocks(HOCON, "README.md");
        assertThat(shown).isNotEmpty();
        for (String settings : shown) {
            Config config = ConfigFactory.parseString(settings)
                    .withFallback(ConfigFactory.defaultReference())
                    .resolve();
            assertThat(ConclaveSettings.fromConfig(config.getConfig("conclave")).voters())
                    .as(settings)
                    .isNotEmpty();
        }
    }

    @Test
    void everyLinkToThisRepositoryNamesAFileAndAHeadingInIt() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(
                Path.of("README.md"),
                Path.of("CONTRIBUTING.md"),
                Path.of("CHANGELOG.md"),
                Path.of("SECURITY.md"),
                Path.of("bench", "README.md"),
                Path.of("examples", "orders", "README.md"),
                Path.of("deploy", "kubernetes", "README.md")));
        try (DirectoryStream<Path> docs = Files.newDirectoryStream(Path.of("docs"), "*.md")) {
            docs.forEach(pages::add);
        }
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
                String heading = link.group(2);
                if (!Files.exists(target)
                        || (heading != null && !anchors(target).contains(heading))) {
                    broken.add(page + ": " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** The anchors that GitHub makes of a page's headings. */
    static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toList());
    }
}
