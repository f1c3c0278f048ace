package dev.conclave.lifeline;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The thread that notifies the listener and logs on behalf of the lifeline's thread, which may have a file table of its own.
 *
 * <p>Sending a message to an actor may start a thread: a dispatcher's pool grows on the caller's thread, and on Linux a new
 * thread shares the file table of the thread that starts it. With the lifeline's file table, that worker might later write a
 * ballot to a descriptor that is a socket there. So the lifeline's thread only adds tasks to a queue, and this thread, started
 * before, runs them.
 */
final class NotifierThread implements Executor {

    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

    NotifierThread() {
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
                // Ignored: nothing should interrupt this thread, and without it no proof would be reported.
            }
        }
    }
}
