package dev.conclave.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.internal.settings.HttpSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS that asks for the client's certificate, with stores that keytool makes. */
class HttpEndpointTlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    static Path dir;

    @BeforeAll
    static void makesAKeyAndTrustsIt() throws IOException, InterruptedException {
        keytool(
                "-genkeypair",
                "-alias",
                "node",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keystore",
                "key.p12");
        keytool("-exportcert", "-alias", "node", "-file", "node.cer", "-keystore", "key.p12");
        keytool("-importcert", "-noprompt", "-alias", "node", "-file", "node.cer", "-keystore", "trust.p12");
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = Stream.concat(
                        Stream.of(program.toString(), "-J-XX:TieredStopAtLevel=1"),
                        Stream.concat(Stream.of(arguments), Stream.of("-storepass", PASSWORD, "-storetype", "PKCS12")))
                .toList();
        Process process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static HttpSettings settings(String keyStore) {
        Config more = ConfigFactory.parseString(
                """
                conclave.http {
                  port = 0
                  host = "0.0.0.0"
                  tls { key-store = "%s", key-store-password = "%s", trust-store = "%s", trust-store-password = "%s" }
                }
                """.formatted(dir.resolve(keyStore), PASSWORD, dir.resolve("trust.p12"), PASSWORD));
        return HttpSettings.of(more.withFallback(ConfigFactory.load()).getConfig("conclave"));
    }

    private static SSLContext client(boolean withCertificate) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store("key.p12"), PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store("trust.p12"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(withCertificate ? keys.getKeyManagers() : null, trusted.getTrustManagers(), null);
        return context;
    }

    private static KeyStore store(String file) throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(dir.resolve(file))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        }
    }

    @Test
    void onlyAClientWithATrustedCertificateIsAnswered() throws Exception {
        HttpSettings settings = settings("key.p12");
        assertThat(settings.readsNeedToken()).isFalse();
        try (HttpEndpoint endpoint = HttpEndpoint.open(settings)) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("https://localhost:" + endpoint.port() + "/conclave/livez"))
                    .build();
            HttpClient known = HttpClient.newBuilder().sslContext(client(true)).build();
            HttpResponse<String> answer = known.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("{\"error\":\"this node is starting\"}");

            HttpClient stranger =
                    HttpClient.newBuilder().sslContext(client(false)).build();
            assertThatThrownBy(() -> stranger.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anUnreadableKeyStoreIsNamedWithItsSetting() {
        assertThatThrownBy(() -> HttpEndpoint.open(settings("missing.p12")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("conclave.http.tls.key-store is")
                .hasMessageContaining("name a file in the format PKCS12");
    }
}
