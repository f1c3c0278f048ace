package dev.conclave.lifeline;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The only thread of a {@link Lifeline}. It may be started long before the lifeline: a process that wants to give it a file table
 * of its own starts it at the beginning of {@code main}, before any socket is open.
 *
 * <p>It is a daemon. A thread that is never given to a {@link Lifeline} waits for one until the process ends.
 */
public final class LifelineThread {

    /** The thread that {@link #prepareWithOwnFileTable} has started, until a lifeline takes it. */
    private static final AtomicReference<@Nullable LifelineThread> PREPARED = new AtomicReference<>();

    private final Selector selector;
    private final Executor speaker;
    private final Thread thread;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Runnable> work = new CompletableFuture<>();

    private LifelineThread(Selector selector, Executor speaker, Runnable first) {
        this.selector = selector;
        this.speaker = speaker;
        thread = new Thread(() -> run(first), "conclave-lifeline");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts the thread of this process's first lifeline, with a file table of its own.
     *
     * @return whether it has one; if not, the thread is an ordinary one, and the next lifeline starts its own
     * @throws IOException if no selector can be opened
     */
    public static boolean prepareWithOwnFileTable() throws IOException {
        AtomicBoolean isOwn = new AtomicBoolean();
        LifelineThread thread = start(() -> isOwn.set(PrivateFileDescriptorTable.unshare()));
        if (!isOwn.get()) {
            thread.give(() -> {});
            thread.selector.close();
            return false;
        }
        PREPARED.set(thread);
        return true;
    }

    /**
     * Returns the prepared thread, for the first lifeline of this process, or starts an ordinary one.
     *
     * @throws IOException if no selector can be opened
     */
    public static LifelineThread take() throws IOException {
        LifelineThread prepared = PREPARED.getAndSet(null);
        return prepared == null ? start() : prepared;
    }

    /** Starts an ordinary thread. */
    public static LifelineThread start() throws IOException {
        return new LifelineThread(Selector.open(), Runnable::run, () -> {});
    }

    /**
     * Starts a thread that runs this task first. Because the thread may then be special, a second thread calls the listener and
     * logs, which costs some ten microseconds. Returns when the first task is done.
     *
     * <p>If the task gives the thread a file table of its own, the lifeline's sockets exist for this thread alone, since it opens
     * them itself; the selector, which other threads wake up, is opened before, so that its descriptors are the same in both
     * tables.
     *
     * @throws IOException if no selector can be opened, or if the task throws
     */
    public static LifelineThread start(Runnable first) throws IOException {
        touchSockets();
        LifelineThread thread = new LifelineThread(Selector.open(), new NotifierThread(), first);
        try {
            thread.begun.join();
        } catch (RuntimeException e) {
            thread.selector.close();
            throw new IOException("The first task of the lifeline's thread failed", e);
        }
        return thread;
    }

    /**
     * Makes the JDK create its internal descriptor for closing sockets, which it does when the first socket is closed. If created
     * on the lifeline's thread, its number would be some other file for all other threads.
     */
    private static void touchSockets() throws IOException {
        ServerSocketChannel.open().close();
        SocketChannel.open().close();
    }

    private void run(Runnable first) {
        try {
            first.run();
        } catch (Throwable e) {
            begun.completeExceptionally(e);
            return;
        }
        begun.complete(null);
        work.join().run();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Interrupts the thread; for tests only. */
    void interrupt() {
        thread.interrupt();
    }

    /** Whether the thread is interrupted; for tests. */
    boolean isInterrupted() {
        return thread.isInterrupted();
    }

    Selector selector() {
        return selector;
    }

    Executor speaker() {
        return speaker;
    }

    /** Sets the task that the thread runs until its end. */
    void give(Runnable theWork) {
        if (!work.complete(theWork)) {
            throw new IllegalStateException("A lifeline's thread serves one lifeline; start another");
        }
    }
}
