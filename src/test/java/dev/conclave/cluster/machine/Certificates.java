package dev.conclave.cluster.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A private certificate authority and the certificates that it signs, made with the {@code keytool} of the running JDK, as PEM files for
 * Akka's rotating-keys engine.
 */
public final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path directory;

    private Certificates(Path directory) {
        this.directory = directory;
    }

    /** Makes the authority, and a key for nodes with one certificate that is valid and one that has expired. */
    public static Certificates in(Path directory) {
        Certificates made = new Certificates(directory);
        try {
            Files.createDirectories(directory);
            made.make();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private void make() throws IOException, GeneralSecurityException {
        pair("ca", "CN=Trial CA", "-ext", "bc:c");
        pair("node", "CN=conclave-node");
        // A certificate with the name of the nodes, from another authority.
        pair("foreign", "CN=conclave-node", "-ext", "bc:c");
        keytool("-certreq", "-alias", "node", "-keystore", store("node"), "-file", path("node.csr"));
        sign("node.crt", "-validity", "10");
        sign("expired.crt", "-startdate", "-10d", "-validity", "5");
        writePem("ca.crt", "CERTIFICATE", keyStore("ca").getCertificate("ca").getEncoded());
        writePem(
                "foreign.crt",
                "CERTIFICATE",
                keyStore("foreign").getCertificate("foreign").getEncoded());
        writePem("node.key", "PRIVATE KEY", key("node"));
        writePem("foreign.key", "PRIVATE KEY", key("foreign"));
    }

    private void pair(String alias, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-keyalg", "RSA"));
        arguments.addAll(List.of("-keysize", "2048", "-dname", name, "-validity", "10", "-keystore", store(alias)));
        arguments.addAll(Arrays.asList(more));
        keytool(arguments.toArray(new String[0]));
    }

    private void sign(String file, String... validity) {
        List<String> arguments = new ArrayList<>(List.of("-gencert", "-alias", "ca", "-keystore", store("ca"), "-rfc"));
        arguments.addAll(List.of("-infile", path("node.csr"), "-outfile", path(file)));
        arguments.addAll(Arrays.asList(validity));
        keytool(arguments.toArray(new String[0]));
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        Shell.run(command.toArray(new String[0]));
    }

    private String store(String alias) {
        return path(alias + ".p12");
    }

    private String path(String file) {
        return directory.resolve(file).toString();
    }

    private KeyStore keyStore(String alias) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(Path.of(store(alias)))) {
            store.load(file, PASSWORD.toCharArray());
        }
        return store;
    }

    private byte[] key(String alias) throws IOException, GeneralSecurityException {
        return keyStore(alias).getKey(alias, PASSWORD.toCharArray()).getEncoded();
    }

    private void writePem(String file, String what, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                directory.resolve(file),
                "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n",
                StandardCharsets.US_ASCII);
    }

    /** The JVM options of a node with the valid certificate. */
    public List<String> valid() {
        return options("node.key", "node.crt", "ca.crt");
    }

    /** The same with an expired certificate. */
    public List<String> expired() {
        return options("node.key", "expired.crt", "ca.crt");
    }

    /** The same with a certificate of another authority, although the node trusts the right authority. */
    public List<String> foreign() {
        return options("foreign.key", "foreign.crt", "ca.crt");
    }

    private List<String> options(String key, String certificate, String authority) {
        String ssl = "-Dakka.remote.artery.ssl.";
        return List.of(
                "-Dakka.remote.artery.transport=tls-tcp",
                ssl + "ssl-engine-provider=akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
                ssl + "rotating-keys-engine.key-file=" + path(key),
                ssl + "rotating-keys-engine.cert-file=" + path(certificate),
                ssl + "rotating-keys-engine.ca-cert-file=" + path(authority));
    }
}
