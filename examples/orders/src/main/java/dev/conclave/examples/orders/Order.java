package dev.conclave.examples.orders;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import java.sql.SQLException;
import java.util.Optional;

/**
 * One order: a sharded entity, so that the requests for one order are answered one after another by one actor. Its truth is in the
 * database. Two such actors may exist for a moment, on the two sides of a partition; the primary key makes that harmless.
 */
final class Order {

    static final EntityTypeKey<Command> KEY = EntityTypeKey.create(Command.class, "order");

    /** A request for one order. */
    sealed interface Command extends CborSerializable {}

    /** Place the order. The same content may be sent again, and is placed once. */
    record Place(String content, ActorRef<Reply> replyTo) implements Command {}

    /** Return the state of the order. */
    record Get(ActorRef<Reply> replyTo) implements Command {}

    /** The answer to a request. The state is empty unless the order was found. */
    record Reply(Result result, String state) implements CborSerializable {}

    /** The kinds of answers. */
    enum Result {
        PLACED,
        PLACED_BEFORE,
        OTHER_CONTENT,
        FOUND,
        NOT_FOUND,
        /** The database failed: the order may or may not be placed. The client repeats its request. */
        UNKNOWN
    }

    private final ActorContext<Command> context;
    private final String id;
    private final Database database;

    private Order(ActorContext<Command> context, String id, Database database) {
        this.context = context;
        this.id = id;
        this.database = database;
    }

    /** Called on every node. The entities block on JDBC, so they have threads of their own. */
    static void init(ActorSystem<?> system, Database database) {
        ClusterSharding.get(system)
                .init(Entity.of(KEY, entity -> create(entity.getEntityId(), database))
                        .withEntityProps(DispatcherSelector.fromConfig("orders.jdbc-dispatcher")));
    }

    private static Behavior<Command> create(String id, Database database) {
        return Behaviors.setup(context -> new Order(context, id, database).running());
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Place.class, place -> {
                    place.replyTo.tell(new Reply(place(place.content), ""));
                    return Behaviors.same();
                })
                .onMessage(Get.class, get -> {
                    get.replyTo.tell(find());
                    return Behaviors.same();
                })
                .build();
    }

    private Result place(String content) {
        try {
            return switch (database.place(id, content)) {
                case NOW -> Result.PLACED;
                case BEFORE -> Result.PLACED_BEFORE;
                case WITH_OTHER_CONTENT -> Result.OTHER_CONTENT;
            };
        } catch (SQLException failed) {
            context.getLog().warn("order {} may or may not be placed: {}", id, failed.getMessage());
            return Result.UNKNOWN;
        }
    }

    private Reply find() {
        try {
            Optional<Database.Row> row = database.find(id);
            return row.map(found -> new Reply(Result.FOUND, found.state())).orElse(new Reply(Result.NOT_FOUND, ""));
        } catch (SQLException failed) {
            context.getLog().warn("order {} cannot be read: {}", id, failed.getMessage());
            return new Reply(Result.UNKNOWN, "");
        }
    }
}
