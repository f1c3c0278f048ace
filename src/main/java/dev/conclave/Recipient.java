package dev.conclave;

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
 * An actor of the application to which the protocol's thread sends (R14). Sending to an actor can block: a bounded mailbox waits
 * for room for its {@code mailbox-push-timeout-time}, and a dispatcher of Akka's test kit runs the actor on the sender's thread.
 * So an actor whose mailbox is unbounded is sent to at once, like nearly every one; any other is sent to by a thread that may
 * wait, in order.
 *
 * @param <M> what it understands
 */
final class Recipient<M> {

    private static final AsyncLogger LOG = AsyncLogger.of(Conclave.class);

    /** More is lost: an actor that has not made room for so many messages is of no use. */
    private static final int MOST_WAITING = 10_000;

    /** So many actors may block at a time before others whose mailboxes are bounded wait for them. */
    private static final int MOST_BLOCKED = 16;

    private static final Executor PATIENT = patient();

    private final ActorSystem<?> system;
    private final ActorRef<M> actor;
    private final Deque<M> waiting = new ArrayDeque<>();
    private volatile boolean takesAtOnce;
    private boolean sending;
    private boolean lost;

    Recipient(ActorSystem<?> system, ActorRef<M> actor) {
        this.system = system;
        this.actor = actor;
        this.takesAtOnce = takesAtOnce(system, actor);
    }

    /** Sends, and never waits. */
    void tell(M message) {
        if (takesAtOnce) {
            actor.tell(message);
            return;
        }
        synchronized (waiting) {
            // An actor that has only just been made has its mailbox a moment later.
            if (!sending && takesAtOnce(system, actor)) {
                takesAtOnce = true;
                actor.tell(message);
                return;
            }
            if (waiting.size() >= MOST_WAITING) {
                if (!lost) {
                    lost = true;
                    LOG.warn(
                            "{} does not accept its messages: {} are waiting, and further ones are dropped",
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

    /** Whether the sender never waits. What cannot be found out counts as no. */
    private static boolean takesAtOnce(ActorSystem<?> system, ActorRef<?> actor) {
        akka.actor.ActorRef classic = Adapter.toClassic(actor);
        if (classic instanceof FunctionRef) {
            // A message adapter: it puts what it has made into the mailbox of the actor above it.
            classic = ((ExtendedActorSystem) Adapter.toClassic(system))
                    .provider()
                    .resolveActorRef(classic.path().parent());
        }
        if (classic instanceof ActorRefWithCell local) {
            return local.underlying() instanceof ActorCell cell
                    && cell.mailbox().messageQueue() instanceof UnboundedMessageQueueSemantics
                    && cell.dispatcher() instanceof Dispatcher;
        }
        // One that has ended; or a remote one, for which Artery drops what its queue has no room for.
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
