package dev.conclave.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Chromium without a window, driven by chromedriver through the W3C's WebDriver protocol. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The key of an element's id, as the protocol defines it. */
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process driver;
    private final String address;
    private final String session;

    private Browser(Path directory) throws IOException, CliException {
        int port = FreePorts.find(1, new Random()).get(0);
        ProcessBuilder starting = new ProcessBuilder("chromedriver", "--port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromedriver.txt").toFile());
        // Driver and browser write into the directory of the test and nowhere else.
        starting.environment().put("TMPDIR", directory.toString());
        starting.environment().put("HOME", directory.toString());
        driver = starting.start();
        address = "http://127.0.0.1:" + port;
        try {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> send("GET", "/status", Map.of()).path("ready").asBoolean());
            session = "/session/"
                    + send("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", capabilities())))
                            .path("sessionId")
                            .asText();
        } catch (RuntimeException failed) {
            end();
            throw failed;
        }
    }

    /** Starts a browser whose files are in the directory. */
    static Browser start(Path directory) throws IOException, CliException {
        return new Browser(directory);
    }

    private static Map<String, Object> capabilities() {
        List<String> arguments = new ArrayList<>(
                List.of("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1000"));
        if (System.getProperty("user.name").equals("root")) {
            arguments.add("--no-sandbox");
        }
        return Map.of("browserName", "chrome", "goog:chromeOptions", Map.of("args", arguments));
    }

    void open(String url) {
        send("POST", session + "/url", Map.of("url", url));
    }

    /** Runs the body of a function in the page, and returns its result. */
    JsonNode run(String script) {
        return send("POST", session + "/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /** The text of the first element that the selector finds, as the page shows it. */
    String text(String selector) {
        return send("GET", session + "/element/" + element(selector) + "/text", Map.of())
                .asText();
    }

    boolean shows(String selector) {
        return send("GET", session + "/element/" + element(selector) + "/displayed", Map.of())
                .asBoolean();
    }

    void click(String selector) {
        send("POST", session + "/element/" + element(selector) + "/click", Map.of());
    }

    void type(String selector, String text) {
        String element = element(selector);
        send("POST", session + "/element/" + element + "/clear", Map.of());
        send("POST", session + "/element/" + element + "/value", Map.of("text", text));
    }

    /** Waits until the text of an element contains a part. */
    void awaitText(String selector, String part) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(text(selector)).as(selector).contains(part));
    }

    private String element(String selector) {
        return send("POST", session + "/element", Map.of("using", "css selector", "value", selector))
                .path(ELEMENT)
                .asText();
    }

    /** Returns the value of the answer. */
    private JsonNode send(String method, String path, Map<String, ?> body) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE);
            if (method.equals("POST")) {
                request.POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
            } else {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            }
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode value = JSON.readTree(answer.body()).path("value");
            if (answer.statusCode() != 200) {
                throw new AssertionError(method + " " + path + " " + body + ": "
                        + value.path("error").asText() + ", "
                        + value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            send("DELETE", session, Map.of());
        } finally {
            end();
        }
    }

    private void end() {
        List<ProcessHandle> all = new ArrayList<>(driver.descendants().toList());
        all.add(driver.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }
}
