package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thread with its own file descriptor table, and a lifeline on it. Where the system does not allow that, the lifeline works as
 * without.
 */
class PrivateFileDescriptorTableTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final PeerId A = PeerId.parse("10.1.1.1:2551");
    private static final PeerId B = PeerId.parse("10.1.1.2:2551");
    private static final Incarnation LIFE = new Incarnation(1);

    @TempDir
    Path directory;

    @Test
    void aThreadWithItsOwnFileTableDoesNotSeeFilesThatOthersOpenLater() throws Exception {
        assertAloneAfter(PrivateFileDescriptorTable::unshare);
    }

    @Test
    void closeRangeGivesAThreadItsOwnFileTableToo() throws Exception {
        assertAloneAfter(PrivateFileDescriptorTable::unshareByClosingNothing);
    }

    private void assertAloneAfter(BooleanSupplier unshare) throws Exception {
        CompletableFuture<Boolean> own = new CompletableFuture<>();
        CompletableFuture<RandomAccessFile> opened = new CompletableFuture<>();
        CompletableFuture<Boolean> readable = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            own.complete(unshare.getAsBoolean());
            try {
                readable.complete(opened.join().read() == -1);
            } catch (IOException notOpenHere) {
                readable.complete(false);
            }
        });
        thread.start();
        own.join();
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("file").toFile(), "rw")) {
            opened.complete(file);

            assertThat(readable.join()).isEqualTo(!own.join());
            assertThat(file.length()).isZero();
            thread.join();
        }
    }

    @Test
    void aLifelineOnAThreadWithItsOwnFileTableConnectsAndEndsLikeAnyOther() throws IOException {
        CompletableFuture<Boolean> isUp = new CompletableFuture<>();
        CompletableFuture<Boolean> isGone = new CompletableFuture<>();
        LifelineThread thread = LifelineThread.start(() -> {
            boolean unused = PrivateFileDescriptorTable.unshare();
        });
        try (Lifeline a = Lifeline.open(thread, HERE, 0, A, LIFE, new Listener(isUp, isGone))) {
            CompletableFuture<Boolean> bIsUp = new CompletableFuture<>();
            Lifeline b = Lifeline.open(HERE, 0, B, LIFE, new Listener(bIsUp, new CompletableFuture<>()));
            a.watch(B, LIFE, new InetSocketAddress(HERE, b.port()));
            b.watch(A, LIFE, new InetSocketAddress(HERE, a.port()));
            assertThat(isUp.join() && bIsUp.join()).isTrue();

            b.close();

            assertThat(isGone.join()).isTrue();
            assertThatCode(a::close).doesNotThrowAnyException();
        }
    }

    private record Listener(CompletableFuture<Boolean> isUp, CompletableFuture<Boolean> isGone)
            implements LifelineCallback {
        @Override
        public void up(PeerId peer, Incarnation incarnation, InetSocketAddress address) {
            isUp.complete(true);
        }

        @Override
        public void gone(PeerId peer, Incarnation incarnation) {
            isGone.complete(true);
        }

        @Override
        public void ended(Throwable cause) {}
    }
}
