package dev.conclave.bench.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the things lie that processes are made of.
 *
 * @param home the directory {@code bench}
 * @param conclaveJar {@code conclave-node.jar}
 * @param conclaveJvm the argument file that ships with it
 * @param peerJvm the argument file for all the others
 */
record Parts(Path home, Path conclaveJar, Path conclaveJvm, Path peerJvm) {

    /** Refuses what is not there, naming what makes it. */
    Parts {
        for (Path file :
                List.of(conclaveJar, conclaveJvm, peerJvm, home.resolve("systems/akka/target/bench-akka.jar"))) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + " is missing; build first: mvn -q install -DskipTests &&"
                        + " mvn -q -f bench/pom.xml package");
            }
        }
    }

    /** Those of this build. */
    static Parts standard(Path home) {
        return new Parts(
                home,
                home.resolveSibling("target/conclave-node.jar"),
                home.resolveSibling("conclave.jvm"),
                home.resolve("peer.jvm"));
    }

    Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** The class path that a process needs beside {@code conclave-node.jar} to look into the node. */
    String look() {
        Path target = home.resolve("systems/akka/target");
        return target.resolve("bench-akka.jar") + ":" + target.resolve("lib/bench-peer-0.1.0-SNAPSHOT.jar");
    }

    /** A stopped process does not notice that its standard input was closed; the kernel sees to it then, where it can. */
    List<String> dieWithParent() {
        Path setpriv = Path.of("/usr/bin/setpriv");
        return Files.isExecutable(setpriv) ? List.of(setpriv.toString(), "--pdeathsig", "KILL") : List.of();
    }

    /** The bytes of the measured jar in short, so that results can be told apart. */
    String conclaveDigest() throws IOException {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(conclaveJar));
            return java.util.HexFormat.of().formatHex(digest, 0, 8);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
