package dev.conclave.lifeline;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A thread beside the lifeline's that speaks for it, because that one may not be like the others.
 *
 * <p>Whoever tells an actor something may start a thread: a dispatcher's pool grows on its caller's thread, and on Linux a
 * new thread shares the file table of the thread that starts it. Were that a table of the lifeline's own, this worker
 * would later write a ballot to a file descriptor that is a socket there. So the lifeline's thread only puts into a queue,
 * and this thread, started before, does the telling and the logging.
 */
final class Relay implements Executor {

    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

    Relay() {
        Thread thread = new Thread(this::run, "conclave-lifeline-relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable what) {
        queue.add(what);
    }

    private void run() {
        while (true) {
            try {
                queue.take().run();
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt this thread, and without it no proof would ever be told.
            }
        }
    }
}
