package dev.conclave.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The life of a member's process: started with {@code name=value} arguments, told {@code transfer} on standard input, ended
 * by SIGTERM in order, and by the end of standard input at once, so that it never outlives who started it.
 */
public final class PeerProcess {

    private static final long ORDERLY_SECONDS = 30;

    private PeerProcess() {}

    /** Runs a member in this process; does not return. */
    public static void run(String[] arguments, Peer.Start start) {
        Announcer announcer = Announcer.onStandardOutput();
        try {
            Place place = Place.of(arguments);
            Peer peer = start.at(place, announcer);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(peer), "bench-leave"));
            announcer.ready();
            if (place.watchesBelief()) {
                Belief.watch(peer::leads, announcer);
            }
            obey(peer);
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void obey(Peer peer) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    if (line.equals("transfer")) {
                        peer.transfer();
                    } else {
                        peer.told(line);
                    }
                } catch (Exception e) {
                    e.printStackTrace();
                }
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void leave(Peer peer) {
        CompletableFuture<Void> left = CompletableFuture.runAsync(
                () -> {
                    try {
                        peer.leave();
                    } catch (Exception e) {
                        e.printStackTrace();
                    }
                },
                task -> new Thread(task, "bench-leaving").start());
        try {
            left.get(ORDERLY_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            e.printStackTrace();
        }
        Runtime.getRuntime().halt(0);
    }
}
