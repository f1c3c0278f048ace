package dev.conclave.artery;

import akka.actor.ActorRef;
import akka.actor.ActorRefWithCell;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import java.time.Duration;
import java.util.List;
import scala.jdk.javaapi.CollectionConverters;

/** The actors of a system, by name. */
public final class ActorTree {

    private ActorTree() {}

    /** The names of the children of an actor such as {@code /system/conclave}; empty if there is no such actor. */
    public static List<String> below(ActorSystem<?> system, String path) {
        return Adapter.toClassic(system)
                .actorSelection(path)
                .resolveOne(Duration.ofSeconds(10))
                .handle((found, failure) -> failure == null ? below(found) : List.<String>of())
                .toCompletableFuture()
                .join();
    }

    private static List<String> below(ActorRef found) {
        return CollectionConverters.asJava(((ActorRefWithCell) found)
                        .underlying()
                        .childrenRefs()
                        .children()
                        .toSeq())
                .stream()
                .map(child -> child.path().name())
                .toList();
    }
}
