package dev.conclave.internal.runtime;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The executor of {@code conclave.warm-up-dispatcher}: one thread of the lowest priority, which ends when it is idle. Akka
 * creates it by its class name.
 */
public final class LowPriorityExecutor extends ExecutorServiceConfigurator {

    private static final long IDLE_SECONDS = 1;

    /** Creates the executor. Called by Akka. */
    public LowPriorityExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
    }

    /**
     * Creates the factory of the thread. Some systems ignore thread priorities, such as Linux by default; then the thread
     * competes equally with others, but nothing waits for it.
     */
    @Override
    @SuppressWarnings("ThreadPriorityCheck")
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> {
            ThreadPoolExecutor one =
                    new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                        Thread thread = threads.newThread(work);
                        thread.setPriority(Thread.MIN_PRIORITY);
                        return thread;
                    });
            one.allowCoreThreadTimeOut(true);
            return one;
        };
    }
}
