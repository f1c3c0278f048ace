package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The causes that end a node's own lifeline, and those that do not, between two nodes of one process (R10). */
class OwnEndTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final PeerId A = PeerId.parse("10.1.1.1:2551");
    private static final PeerId B = PeerId.parse("10.1.1.2:2551");
    private static final Incarnation A1 = new Incarnation(0xa1);
    private static final Incarnation B1 = new Incarnation(0xb1);

    private final RecordingListener toldA = new RecordingListener();
    private final RecordingListener toldB = new RecordingListener();
    private LifelineThread threadOfA;
    private Lifeline a;
    private Lifeline b;

    @BeforeEach
    void open() throws IOException {
        threadOfA = LifelineThread.start();
        a = Lifeline.open(threadOfA, HERE, 0, A, A1, toldA);
        b = Lifeline.open(HERE, 0, B, B1, toldB);
        watchEachOther();
    }

    private void watchEachOther() {
        a.watch(B, B1, address(b));
        b.watch(A, A1, address(a));
        toldA.awaitWord(RecordingListener.word("up", B, B1));
        toldB.awaitWord(RecordingListener.word("up", A, A1));
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void aLifelineClosedInOrderIsGoneForOthersAndDoesNotNotifyItsOwnListener() {
        a.close();

        assertThat(a.isOpen()).isFalse();
        toldB.awaitWord(RecordingListener.word("gone", A, A1));
        assertThat(toldA.words()).containsExactly(RecordingListener.word("up", B, B1));
        assertThat(b.isOpen()).isTrue();
    }

    @Test
    void aLifelineThatEndsByItselfVoidsItsLeadershipsBeforeOthersAreNotified() throws IOException {
        CompletableFuture<Boolean> openWhenTold = new CompletableFuture<>();
        CompletableFuture<Lifeline> self = new CompletableFuture<>();
        LifelineThread thread = LifelineThread.start();
        PeerId id = PeerId.parse("10.1.1.3:2551");
        try (Lifeline c = Lifeline.open(thread, HERE, 0, id, A1, new LifelineCallback() {
            @Override
            public void gone(PeerId peer, Incarnation life) {}

            @Override
            public void ended(Throwable cause) {
                openWhenTold.complete(self.join().isOpen());
            }
        })) {
            self.complete(c);
            b.watch(id, A1, address(c));
            toldB.awaitWord(RecordingListener.word("up", id, A1));

            thread.selector().close();

            assertThat(openWhenTold.join()).isFalse();
            toldB.awaitWord(RecordingListener.word("gone", id, A1));
        }
    }

    @Test
    void closingALifelineFromItsOwnThreadDoesNotDeadlock() throws IOException {
        CompletableFuture<Lifeline> self = new CompletableFuture<>();
        PeerId id = PeerId.parse("10.1.1.3:2551");
        Lifeline c = Lifeline.open(HERE, 0, id, A1, new LifelineCallback() {
            @Override
            public void gone(PeerId peer, Incarnation life) {}

            @Override
            public void up(PeerId peer, Incarnation life, InetSocketAddress address) {
                self.join().close();
            }

            @Override
            public void ended(Throwable cause) {}
        });
        self.complete(c);
        b.watch(id, A1, address(c));
        toldB.awaitWord(RecordingListener.word("up", id, A1));
        c.watch(B, B1, address(b));

        toldB.awaitWord(RecordingListener.word("gone", id, A1));
        assertThat(c.isOpen()).isFalse();
    }

    @Test
    void interruptsDoNotEndALifeline() {
        for (int i = 0; i < 200; i++) {
            threadOfA.interrupt();
            if (i % 10 == 0) {
                a.forget(B);
                a.watch(B, B1, address(b));
                b.forget(A);
                b.watch(A, A1, address(a));
                toldA.awaitWords(2 + i / 10, RecordingListener.word("up", B, B1));
                toldB.awaitWords(2 + i / 10, RecordingListener.word("up", A, A1));
            }
        }

        await().until(() -> !threadOfA.isInterrupted());
        assertThat(a.isOpen()).isTrue();
        assertThat(toldA.count(RecordingListener.word("down", B, B1))).isZero();
        assertThat(toldB.count(RecordingListener.word("down", A, A1))).isZero();
    }

    @Test
    void aListenerThatThrowsDoesNotEndTheLifeline() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        PeerId id = PeerId.parse("10.1.1.3:2551");
        try (Lifeline c = Lifeline.open(HERE, 0, id, A1, new LifelineCallback() {
            @Override
            public void gone(PeerId peer, Incarnation life) {
                calls.incrementAndGet();
                throw new AssertionError("thrown by a test");
            }

            @Override
            public void up(PeerId peer, Incarnation life, InetSocketAddress address) {
                calls.incrementAndGet();
                throw new IllegalStateException("thrown by a test");
            }

            @Override
            public void ended(Throwable cause) {}
        })) {
            c.watch(B, B1, address(b));
            await().until(() -> calls.get() == 1);
            b.close();
            await().until(() -> calls.get() == 2);

            assertThat(c.isOpen()).isTrue();
        }
    }

    @Test
    void theFirstTaskRunsOnTheLifelineThreadAndTheListenerOnAnother() throws IOException {
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Thread> called = new CompletableFuture<>();
        LifelineThread thread = LifelineThread.start(() -> first.complete(Thread.currentThread()));
        try (Lifeline c = Lifeline.open(thread, HERE, 0, PeerId.parse("10.1.1.3:2551"), A1, new LifelineCallback() {
            @Override
            public void gone(PeerId peer, Incarnation life) {}

            @Override
            public void up(PeerId peer, Incarnation life, InetSocketAddress address) {
                called.complete(Thread.currentThread());
            }

            @Override
            public void ended(Throwable cause) {}
        })) {
            c.watch(B, B1, address(b));

            assertThat(called.join()).isNotSameAs(first.join());
            assertThat(first.join().isDaemon()).isTrue();
        }
    }

    @Test
    void aLifelineThatCannotWorkIsRefusedAtOnce() throws IOException {
        assertThatThrownBy(() -> LifelineThread.start(() -> {
                    throw new IllegalStateException("thrown by a test");
                }))
                .isInstanceOf(IOException.class);
        try (ServerSocket taken = new ServerSocket(0, 1, HERE)) {
            assertThatThrownBy(() -> Lifeline.open(HERE, taken.getLocalPort(), A, A1, toldA))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + taken.getLocalPort());
        }
        assertThatThrownBy(() -> a.watch(A, A1, address(b))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.watch(B, B1, InetSocketAddress.createUnresolved("example.org", 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Lifeline.open(threadOfA, HERE, 0, A, A1, toldA))
                .isInstanceOf(IllegalStateException.class);
    }

    private static InetSocketAddress address(Lifeline lifeline) {
        return new InetSocketAddress(HERE, lifeline.port());
    }
}
