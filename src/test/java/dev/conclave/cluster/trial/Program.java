package dev.conclave.cluster.trial;

import dev.conclave.cluster.program.Application;
import dev.conclave.core.PeerId;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The program of the peers of a trial. */
public enum Program {
    /** The packaged node, with the shipped JVM options, as a user starts it. */
    NODE {
        @Override
        List<String> command(PeerId peer, List<PeerId> voters, Path data, List<String> jvmOptions) {
            List<String> command = new ArrayList<>();
            command.add(java());
            command.addAll(shippedJvm());
            command.addAll(settings());
            command.addAll(jvmOptions);
            command.add("-jar");
            command.add(nodeJar());
            command.addAll(List.of("run", "--die-with-stdin", "--events", "json", "--host", peer.host()));
            command.addAll(List.of("--port", String.valueOf(peer.port()), "--data-dir", data.toString()));
            command.add("--voters");
            command.add(String.join(",", texts(voters)));
            return command;
        }
    },
    /** A program that embeds the library, with the class path of the tests. */
    APPLICATION {
        @Override
        List<String> command(PeerId peer, List<PeerId> voters, Path data, List<String> jvmOptions) {
            List<String> command = new ArrayList<>();
            command.add(java());
            command.addAll(shippedJvm());
            command.addAll(settings());
            command.add("-Dconclave.data-dir=" + data);
            command.add("-Dakka.remote.artery.canonical.hostname=" + peer.host());
            command.add("-Dakka.remote.artery.canonical.port=" + peer.port());
            for (int i = 0; i < voters.size(); i++) {
                command.add("-Dconclave.voters." + i + "=" + voters.get(i));
            }
            command.addAll(jvmOptions);
            // The node's jar comes first, since the class archive fits no other class path: a start takes half the
            // time.
            String classPath = nodeJar() + File.pathSeparator + System.getProperty("java.class.path");
            command.addAll(List.of("-cp", classPath, Application.class.getName()));
            return command;
        }
    };

    abstract List<String> command(PeerId peer, List<PeerId> voters, Path data, List<String> jvmOptions);

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String nodeJar() {
        return Objects.requireNonNull(System.getProperty("conclave.node.jar"), "no -Dconclave.node.jar");
    }

    private static List<String> shippedJvm() {
        return List.of(
                "@" + Path.of("conclave.jvm").toAbsolutePath(),
                // conclave.jvm names the file relative to the working directory, which differs here.
                "-XX:SharedArchiveFile="
                        + Path.of("target", "conclave-node.jsa").toAbsolutePath());
    }

    static List<String> settings() {
        return List.of(
                // On a busy machine a peer merely starts slowly.
                "-Dakka.logger-startup-timeout=2m",
                // Peers that start again and again would spend half of their processor time on it. FrozenPeersIT, RunIT
                // and
                // DemoIT leave it on.
                "-Dconclave.warm-up=off",
                "-Dconclave.heartbeat-interval=" + Cluster.HEARTBEAT.toMillis() + "ms",
                "-Dconclave.election-timeout=" + Cluster.ELECTION_TIMEOUT.toMillis() + "ms");
    }

    static List<String> texts(List<PeerId> peers) {
        return peers.stream().map(PeerId::toString).toList();
    }
}
