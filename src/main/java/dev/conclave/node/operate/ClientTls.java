package dev.conclave.node.operate;

import dev.conclave.node.cli.CliException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Makes the client's side of TLS from PEM files. */
final class ClientTls {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private ClientTls() {}

    /**
     * Reads the files.
     *
     * @param trust the certificates that sign those of the nodes; without it those that the JDK trusts
     * @param cert the certificate of this client, and its chain
     * @param key the private key of that certificate
     */
    static SSLContext of(Optional<Path> trust, Optional<Path> cert, Optional<Path> key) throws CliException {
        try {
            TrustManager[] trusted = null;
            if (trust.isPresent()) {
                KeyStore authorities = empty();
                for (Certificate authority : certificates(trust.get())) {
                    authorities.setCertificateEntry("authority-" + authorities.size(), authority);
                }
                TrustManagerFactory trusting =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trusting.init(authorities);
                trusted = trusting.getTrustManagers();
            }
            KeyManager[] own = null;
            if (cert.isPresent() && key.isPresent()) {
                List<Certificate> chain = certificates(cert.get());
                KeyStore identity = empty();
                identity.setKeyEntry(
                        "own",
                        privateKey(key.get(), chain.get(0).getPublicKey().getAlgorithm()),
                        new char[0],
                        chain.toArray(new Certificate[0]));
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(identity, new char[0]);
                own = keys.getKeyManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trusted, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new CliException("TLS cannot be used with these files: " + CliException.oneLine(e), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    private static List<Certificate> certificates(Path file) throws CliException {
        try {
            List<Certificate> read = List.copyOf(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(file))));
            if (!read.isEmpty()) {
                return read;
            }
        } catch (GeneralSecurityException e) {
            throw new CliException(
                    file + " holds no certificate in PEM that can be read: " + CliException.oneLine(e), e);
        }
        throw new CliException(file + " holds no certificate; write it in PEM");
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws CliException {
        Matcher pem = KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new CliException(
                    file + " holds no private key that begins with -----BEGIN PRIVATE KEY----- (PKCS #8, not"
                            + " encrypted); openssl pkcs8 -topk8 -nocrypt makes one of other keys");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CliException(file + " holds no " + algorithm + " key that fits the certificate", e);
        }
    }

    private static byte[] bytes(Path file) throws CliException {
        return OperateOptions.bytes(file);
    }
}
