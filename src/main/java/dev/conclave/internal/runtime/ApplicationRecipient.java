package dev.conclave.internal.runtime;

import akka.actor.ActorCell;
import akka.actor.ActorRefWithCell;
import akka.actor.EmptyLocalActorRef;
import akka.actor.ExtendedActorSystem;
import akka.actor.FunctionRef;
import akka.actor.LocalRef;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.dispatch.Dispatcher;
import akka.dispatch.UnboundedMessageQueueSemantics;
import dev.conclave.logging.AsyncLogger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An actor of the application to which Conclave's thread sends messages (R14). Sending to an actor can block: a bounded mailbox
 * waits for room for its {@code mailbox-push-timeout-time}, and a dispatcher of Akka's test kit runs the actor on the sender's
 * thread. An actor with an unbounded mailbox, like nearly every actor, is sent its messages directly; any other actor is sent its
 * messages in order by a thread that may block.
 *
 * @param <M> the type of its messages
 */
public final class ApplicationRecipient<M> {

    private static final AsyncLogger LOG = AsyncLogger.of(ApplicationRecipient.class);

    /**
     * The maximum number of messages that wait for one actor; further ones are dropped, since an actor that lets so many wait
     * does not work.
     */
    private static final int MOST_WAITING = 10_000;

    /**
     * The maximum number of actors that may block at the same time; if more do, other actors with bounded mailboxes wait for
     * them.
     */
    private static final int MOST_BLOCKED = 16;

    private static final Executor PATIENT = patient();

    private final ActorSystem<?> system;
    private final ActorRef<M> actor;
    private final Deque<M> waiting = new ArrayDeque<>();
    private volatile boolean takesAtOnce;
    private boolean sending;
    private boolean lost;

    public ApplicationRecipient(ActorSystem<?> system, ActorRef<M> actor) {
        this.system = system;
        this.actor = actor;
        this.takesAtOnce = takesAtOnce(system, actor);
    }

    /** Sends a message without waiting. */
    public void tell(M message) {
        if (takesAtOnce) {
            actor.tell(message);
            return;
        }
        synchronized (waiting) {
            // A newly created actor gets its mailbox a moment later.
            if (!sending && takesAtOnce(system, actor)) {
                takesAtOnce = true;
                actor.tell(message);
                return;
            }
            if (waiting.size() >= MOST_WAITING) {
                if (!lost) {
                    lost = true;
                    LOG.warn(
                            "{} does not take the messages that are sent to it: {} are waiting, and further ones are dropped",
                            actor,
                            MOST_WAITING);
                }
                return;
            }
            waiting.add(message);
            if (sending) {
                return;
            }
            sending = true;
        }
        PATIENT.execute(this::send);
    }

    private void send() {
        while (true) {
            M next;
            synchronized (waiting) {
                M first = waiting.poll();
                if (first == null) {
                    sending = false;
                    return;
                }
                next = first;
            }
            actor.tell(next);
        }
    }

    /** Whether sending never blocks; false if that cannot be determined. */
    private static boolean takesAtOnce(ActorSystem<?> system, ActorRef<?> actor) {
        akka.actor.ActorRef classic = Adapter.toClassic(actor);
        if (classic instanceof FunctionRef) {
            // A message adapter puts the adapted message into the mailbox of its parent actor.
            classic = ((ExtendedActorSystem) Adapter.toClassic(system))
                    .provider()
                    .resolveActorRef(classic.path().parent());
        }
        if (classic instanceof ActorRefWithCell local) {
            return local.underlying() instanceof ActorCell cell
                    && cell.mailbox().messageQueue() instanceof UnboundedMessageQueueSemantics
                    && cell.dispatcher() instanceof Dispatcher;
        }
        // The actor has ended; or it is remote, and Artery drops messages for which its queue has no room.
        return classic instanceof EmptyLocalActorRef || !(classic instanceof LocalRef);
    }

    private static Executor patient() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST_BLOCKED, MOST_BLOCKED, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "conclave-recipients");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
