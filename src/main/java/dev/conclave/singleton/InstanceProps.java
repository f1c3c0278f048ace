package dev.conclave.singleton;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.internal.PropsImpl;
import akka.actor.typed.javadsl.Adapter;
import dev.conclave.internal.node.NodeActor;
import java.util.Set;

/**
 * Checks the dispatcher and the mailbox that the props of an instance name, so that a wrong name fails in {@code init} and not
 * when the node leads.
 */
final class InstanceProps {

    private static final Set<String> CONCLAVES_OWN = Set.of(NodeActor.DISPATCHER, RunningSingleton.DISPATCHER);

    private InstanceProps() {}

    /**
     * Rejects a dispatcher or a mailbox that the actor system does not have, and the dispatchers that are reserved for Conclave.
     *
     * @throws IllegalArgumentException with a message that says what to write instead
     */
    static void require(String singleton, Props props, ActorSystem<?> system) {
        for (Props one = props; !one.equals(Props.empty()); one = one.next()) {
            if (one instanceof PropsImpl.DispatcherSameAsParent) {
                throw refused(
                        singleton,
                        "run it on the dispatcher of its parent, which is reserved for Conclave; name a dispatcher of"
                                + " the application, or none");
            } else if (one instanceof PropsImpl.DispatcherFromConfig dispatcher) {
                if (CONCLAVES_OWN.contains(dispatcher.path())) {
                    throw refused(
                            singleton,
                            "run it on \"" + dispatcher.path()
                                    + "\", which is reserved for Conclave; name a dispatcher of the"
                                    + " application, or none");
                }
                lookUp(
                        singleton,
                        "dispatcher",
                        dispatcher.path(),
                        () -> system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher.path())));
            } else if (one instanceof PropsImpl.MailboxFromConfigSelector mailbox) {
                lookUp(
                        singleton,
                        "mailbox",
                        mailbox.path(),
                        () -> Adapter.toClassic(system).mailboxes().lookup(mailbox.path()));
            }
        }
    }

    private static void lookUp(String singleton, String kind, String path, Runnable lookingUp) {
        try {
            lookingUp.run();
        } catch (RuntimeException unusable) {
            throw new IllegalArgumentException(
                    "the props of the singleton \"" + singleton + "\" name the " + kind + " \"" + path
                            + "\", which cannot be used: " + unusable.getMessage(),
                    unusable);
        }
    }

    private static IllegalArgumentException refused(String singleton, String what) {
        return new IllegalArgumentException("the props of the singleton \"" + singleton + "\" " + what);
    }
}
