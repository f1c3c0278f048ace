package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Shell;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClientTlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();
    private Path cert = Path.of("");
    private Path key = Path.of("");

    /** One certificate that signs itself serves node and client. */
    @BeforeEach
    void makeCertificate() throws Exception {
        Path store = directory.resolve("store.p12");
        Shell.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=a",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD);
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            made.load(file, PASSWORD.toCharArray());
        }
        cert = pem("CERTIFICATE", made.getCertificate("a").getEncoded());
        key = pem("PRIVATE KEY", made.getKey("a", PASSWORD.toCharArray()).getEncoded());
    }

    private Path pem(String what, byte[] content) throws Exception {
        return Files.writeString(
                directory.resolve(what + ".pem"),
                "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + what + "-----\n",
                StandardCharsets.US_ASCII);
    }

    @Test
    void aNodeThatAsksForACertificateAnswersOnlyAClientThatHasOne() throws Exception {
        String trust = cert.toString();
        try (FakeNode node =
                FakeNode.overTls("a:1", ClientTls.of(Optional.of(cert), Optional.of(cert), Optional.of(key)))) {
            String door = node.door();
            assertThat(command.run(
                            "status",
                            "--at",
                            door,
                            "--tls",
                            "--trust",
                            trust,
                            "--cert",
                            trust,
                            "--key",
                            key.toString()))
                    .as(command.out())
                    .isZero();
            assertThat(command.out()).contains("a:1").doesNotContain("TLS failed");
            assertThat(command.run("status", "--at", door, "--tls", "--trust", trust))
                    .isEqualTo(3);
            assertThat(command.run("status", "--at", door, "--tls")).isEqualTo(3);
            assertThat(command.out()).contains("TLS failed: ");
            assertThat(command.run("status", "--at", door)).isEqualTo(3);
            assertThat(command.out()).contains("does it expect --tls");
        }
    }

    @Test
    void filesThatHoldNoCertificateOrKeyAreNamed() {
        assertThat(command.run("status", "--tls", "--trust", key.toString())).isEqualTo(1);
        assertThat(command.run("status", "--tls", "--cert", cert.toString(), "--key", cert.toString()))
                .isEqualTo(1);
        assertThat(command.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("PRIVATE KEY.pem holds no certificate"),
                        line -> assertThat(line).contains("CERTIFICATE.pem holds no private key", "openssl"));
    }
}
