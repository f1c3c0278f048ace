package dev.conclave.cluster;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Records a run of three real processes from the command line, in which leaders are killed, frozen, asked to hand over and
 * terminated. {@code RecordedRunTest} judges the recording in every build. Give the file, and {@code -Dconclave.node.jar}.
 * Peers are called a, b and c in it; it contains no wall-clock times.
 */
final class Recording {

    private Recording() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("conclave-recording-");
        List<Event> events;
        List<PeerId> ids;
        try (Cluster cluster = new Cluster(Loopback.of(3), Program.NODE, directory, List.of())) {
            ids = cluster.peers().stream().map(PeerProcess::id).toList();
            cluster.start();
            for (int round = 0; round < 2; round++) {
                play(cluster);
            }
            for (PeerProcess peer : cluster.peers()) {
                peer.terminate();
            }
            cluster.peers().forEach(PeerProcess::awaitExit);
            events = cluster.history().events();
        }
        Files.write(Path.of(args[0]), named(ids, events));
    }

    private static void play(Cluster cluster) {
        PeerProcess leader = cluster.awaitLeader();
        cluster.kill(leader);
        cluster.awaitNextLeader();
        cluster.restart(leader);
        leader = cluster.awaitLeader();
        cluster.freeze(leader);
        cluster.awaitNextLeader();
        cluster.thaw(leader);
        leader = cluster.awaitLeader();
        cluster.handOver(leader);
        leader = cluster.awaitNextLeader();
        cluster.terminate(leader);
        leader.awaitExit();
        cluster.awaitNextLeader();
        cluster.restart(leader);
        leader = cluster.awaitLeader();
        cluster.freeze(leader);
        cluster.passElectionTimeouts(2);
        cluster.kill(leader);
        cluster.restart(leader);
        cluster.awaitLeader();
    }

    private static List<String> named(List<PeerId> ids, List<Event> events) {
        List<String> lines = new ArrayList<>();
        for (Event event : events) {
            String line = EventLine.write(event, Instant.EPOCH);
            for (int i = 0; i < ids.size(); i++) {
                line = line.replace("\"" + ids.get(i) + "\"", "\"" + (char) ('a' + i) + ":1\"");
            }
            lines.add(line);
        }
        return lines;
    }
}
