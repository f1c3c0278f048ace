package dev.conclave.example;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Leadership;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.sql.SQLException;

/** Writes balances, from one node of the system; each write carries the leader's token. */
public final class AccountWriter {

    /** Set a balance. */
    public record Put(String account, long cents, ActorRef<Outcome> replyTo) {}

    /** The result of a {@link Put}. */
    public record Outcome(boolean written, String why) {}

    private AccountWriter() {}

    /** Called on every node. JDBC blocks, so the instance has threads of its own. */
    public static ActorRef<Put> init(ActorSystem<?> system, FencedAccounts accounts) {
        return ElectedSingleton.get(system)
                .init(ElectedActor.<Put>of(leadership -> create(leadership, accounts), "accounts")
                        .withProps(DispatcherSelector.blocking()));
    }

    private static Behavior<Put> create(Leadership leadership, FencedAccounts accounts) {
        return Behaviors.receiveMessage(put -> {
            put.replyTo().tell(write(leadership, accounts, put));
            return Behaviors.same();
        });
    }

    private static Outcome write(Leadership leadership, FencedAccounts accounts, Put put) {
        try {
            accounts.put(leadership.fencingToken(), put.account(), put.cents());
            return new Outcome(true, "");
        } catch (FencedAccounts.StaleLeader | SQLException refused) {
            return new Outcome(false, String.valueOf(refused.getMessage()));
        }
    }
}
