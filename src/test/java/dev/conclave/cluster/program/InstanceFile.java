package dev.conclave.cluster.program;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Leadership;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.singleton.ElectedActor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file to which all instances of a singleton, in all processes of a test, write when they start and end, by the machine's
 * monotonic clock. It does not depend on any log.
 */
public final class InstanceFile {

    private final Path file;

    public InstanceFile(Path file) {
        this.file = file;
    }

    /** An instance. It writes its end as its last act; a killed instance has none. */
    record Instance(PeerId peer, long term, long startedAt, Optional<Long> endedAt) {

        private boolean runsAt(long instant, List<Event.Killed> kills) {
            return startedAt <= instant
                    && endedAt.filter(end -> end <= instant).isEmpty()
                    && kills.stream()
                            .noneMatch(kill ->
                                    kill.peer().equals(peer) && kill.mono() >= startedAt && kill.mono() <= instant);
        }
    }

    /** The singleton, to be run by this peer. */
    ElectedActor<String> actor(String name, PeerId self) {
        return ElectedActor.<String>of(leadership -> instance(self, leadership), name)
                .withStopMessage("stop");
    }

    private Behavior<String> instance(PeerId self, Leadership leadership) {
        return Behaviors.setup(context -> {
            write("start", self, leadership);
            return Behaviors.receive(String.class)
                    .onMessageEquals("stop", Behaviors::stopped)
                    .onSignal(PostStop.class, stopped -> {
                        write("end", self, leadership);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private void write(String what, PeerId self, Leadership leadership) {
        try {
            Files.writeString(
                    file,
                    what + " " + self + " " + leadership.fencingToken() + " " + System.nanoTime() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All instances that have started so far. */
    List<Instance> all() {
        List<Instance> all = new ArrayList<>();
        for (String line : lines()) {
            String[] words = line.split(" ", -1);
            PeerId peer = PeerId.parse(words[1]);
            long term = Long.parseLong(words[2]);
            long at = Long.parseLong(words[3]);
            if (words[0].equals("start")) {
                all.add(new Instance(peer, term, at, Optional.empty()));
            } else {
                all.replaceAll(one -> one.peer().equals(peer) && one.term() == term
                        ? new Instance(peer, term, one.startedAt(), Optional.of(at))
                        : one);
            }
        }
        return all;
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an instance has started on this peer and not ended. */
    public boolean runsOn(PeerId peer) {
        return all().stream()
                .anyMatch(one -> one.peer().equals(peer) && one.endedAt().isEmpty());
    }

    /** The pairs of instances of which the second started while the first still ran. */
    public List<List<Instance>> sideBySide(List<Event> events) {
        List<Event.Killed> kills = events.stream()
                .filter(Event.Killed.class::isInstance)
                .map(Event.Killed.class::cast)
                .toList();
        List<Instance> all = all();
        List<List<Instance>> pairs = new ArrayList<>();
        for (Instance one : all) {
            for (Instance other : all) {
                if (!other.equals(one) && one.runsAt(other.startedAt(), kills)) {
                    pairs.add(List.of(one, other));
                }
            }
        }
        return pairs;
    }
}
