package dev.conclave.cluster.program;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.Register;
import dev.conclave.Written;
import dev.conclave.cluster.history.Operation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Uses the register of the election in every way for as long as the process lives: writes while the node leads, and once more when it
 * no longer does, reads, looks and receives messages at all times. All of it is noted in a file of this process, as
 * {@link dev.conclave.cluster.history.RegisterHistory} reads it.
 */
final class RegisterUser implements Runnable {

    private static final long PAUSE_NANOS = 20_000_000;

    /** Writes that wait for their answers at one time. */
    private static final int WRITES_AT_ONCE = 3;

    /** Each such write is so large that it travels in pieces. */
    private static final int LARGE_EVERY = 20;

    private static final int LARGE_BYTES = 60_000;

    private final PeerId self;
    private final Election election;
    private final OutputStream file;
    private final Semaphore writes = new Semaphore(WRITES_AT_ONCE);
    private CompletableFuture<?> read = CompletableFuture.completedFuture(null);
    private Optional<Leadership> leadership = Optional.empty();
    private boolean ended;
    private String lastCopy = "";
    private long written;

    RegisterUser(Path directory, PeerId self, Election election, ActorSystem<?> system) {
        this.self = self;
        this.election = election;
        try {
            Files.createDirectories(directory);
            file = Files.newOutputStream(
                    directory.resolve(self.host().replace(':', '_') + "_" + self.port() + "-" + System.nanoTime()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        election.register()
                .subscribe(system.systemActorOf(
                        Behaviors.receiveMessage(this::received), "register-subscriber", Props.empty()));
    }

    private Behavior<Register> received(Register sent) {
        long at = System.nanoTime();
        note("sent", at, at, sent);
        return Behaviors.same();
    }

    @Override
    public void run() {
        while (true) {
            lead();
            look();
            if (read.isDone()) {
                read = read();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void lead() {
        long begun = System.nanoTime();
        Optional<Leadership> now = election.leadership();
        long over = System.nanoTime();
        boolean isNew = now.isPresent()
                && leadership
                        .filter(one -> one.fencingToken() == now.get().fencingToken())
                        .isEmpty();
        if (leadership.isPresent() && !ended && (isNew || now.isEmpty())) {
            ended = true;
            write(leadership.get(), () -> {});
        }
        if (isNew) {
            leadership = now;
            ended = false;
            // It held during the call and has written nothing, since only this thread writes: what it found is the
            // newest value.
            note("found", begun, over, now.get().register());
        }
        if (now.isPresent() && writes.tryAcquire()) {
            write(now.get(), writes::release);
        }
    }

    private void write(Leadership under, Runnable answered) {
        boolean isLarge = ++written % LARGE_EVERY == 0;
        String name = self.port() + "-" + ProcessHandle.current().pid() + "-" + written + " ";
        ByteString value = ByteString.fromString(isLarge ? name + "x".repeat(LARGE_BYTES) : name);
        note("write " + name(Optional.of(value)) + " " + System.nanoTime());
        var unused = election.register().write(under, value).whenComplete((answer, failure) -> {
            long over = System.nanoTime();
            if (answer instanceof Written.Done done) {
                note("done " + name(Optional.of(value)) + " " + over + " " + done.fencingToken() + " " + done.write());
            } else if (answer instanceof Written.Refused) {
                note("refused " + name(Optional.of(value)) + " " + over);
            }
            answered.run();
        });
    }

    private void look() {
        long begun = System.nanoTime();
        Register seen = election.register().latest();
        long over = System.nanoTime();
        if (seen.isTruth()) {
            note("truth", begun, over, seen);
            lastCopy = "";
            return;
        }
        // The same copy once more shows nothing new.
        String copy = name(seen.value()) + " " + seen.fencingToken() + "/" + seen.write();
        if (!copy.equals(lastCopy)) {
            lastCopy = copy;
            note("copy", begun, over, seen);
        }
    }

    private CompletableFuture<?> read() {
        long begun = System.nanoTime();
        return election.register()
                .read()
                .thenAccept(seen -> note("read", begun, System.nanoTime(), seen))
                .toCompletableFuture();
    }

    /** The size is in the name, so that a value that was cut or put together wrongly is one that nobody wrote. */
    private static String name(Optional<ByteString> value) {
        return value.map(bytes -> {
                    String text = bytes.utf8String();
                    return text.substring(0, text.indexOf(' ')) + "(" + bytes.size() + ")";
                })
                .orElse(Operation.NOTHING);
    }

    private void note(String what, long begun, long over, Register seen) {
        note(what + " " + name(seen.value()) + " " + begun + " " + over + " " + seen.fencingToken() + " "
                + seen.write());
    }

    /** A line is with the kernel when this returns, so a kill does not take it back. */
    private synchronized void note(String line) {
        try {
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
