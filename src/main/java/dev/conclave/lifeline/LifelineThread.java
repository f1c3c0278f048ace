package dev.conclave.lifeline;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The one thread of a {@link Lifeline}, which may be started long before it: a process that wants to give it something of
 * its own, before any other socket is open, starts it first thing in {@code main}.
 *
 * <p>It is a daemon. A thread that is never given to a {@link Lifeline} waits for one until the process ends.
 */
public final class LifelineThread {

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

    /** An ordinary thread. */
    public static LifelineThread start() throws IOException {
        return new LifelineThread(Selector.open(), Runnable::run, () -> {});
    }

    /**
     * A thread that does this first, and is taken for a special one from then on: the listener is called, and everything
     * logged, by a second thread, which costs some ten microseconds. Returns when the first task is done.
     *
     * <p>If the task gives the thread a file table of its own, the sockets of the lifeline exist for this thread alone,
     * since it opens them itself; the selector, which other threads wake up, is opened before, so that its descriptors
     * mean the same to all.
     *
     * @throws IOException if no selector can be opened, or if the task throws
     */
    public static LifelineThread start(Runnable first) throws IOException {
        touchSockets();
        LifelineThread thread = new LifelineThread(Selector.open(), new Relay(), first);
        try {
            thread.begun.join();
        } catch (RuntimeException e) {
            thread.selector.close();
            throw new IOException("The first task of the lifeline's thread failed", e);
        }
        return thread;
    }

    /**
     * The JDK keeps a descriptor for closing sockets, made when the first one is closed. Made on the lifeline's thread it
     * would, for every other thread, be the number of some other file.
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

    /** For tests: nobody else has a reason to. */
    void interrupt() {
        thread.interrupt();
    }

    /** For tests. */
    boolean isInterrupted() {
        return thread.isInterrupted();
    }

    Selector selector() {
        return selector;
    }

    Executor speaker() {
        return speaker;
    }

    /** Gives the thread what it does until its end. */
    void give(Runnable theWork) {
        if (!work.complete(theWork)) {
            throw new IllegalStateException("A lifeline's thread serves one lifeline; start another");
        }
    }
}
