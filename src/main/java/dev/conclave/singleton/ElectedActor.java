package dev.conclave.singleton;

import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import dev.conclave.Leadership;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The description of an actor of which an {@link ElectedSingleton} runs one instance.
 *
 * @param behavior creates the behavior of an instance from the leadership in which the instance runs; called on the instance's
 *     thread, once for each instance
 * @param name the name of the singleton and of the election that decides where it runs: 1 to 200 bytes of UTF-8, not beginning
 *     with {@code conclave/}
 * @param stopMessage the message that asks an instance to stop itself; without one the instance stops after it has processed the
 *     messages that are in its mailbox by then
 * @param props the props of an instance, such as its dispatcher
 * @param settings replaces the settings of the configuration
 * @param <M> the type of its messages
 */
public record ElectedActor<M>(
        Function<Leadership, Behavior<M>> behavior,
        String name,
        Optional<M> stopMessage,
        Props props,
        Optional<ElectedSingletonSettings> settings) {

    /**
     * Rejects null.
     *
     * @param behavior as of the record
     * @param name as of the record
     * @param stopMessage as of the record
     * @param props as of the record
     * @param settings as of the record
     */
    public ElectedActor {
        Objects.requireNonNull(behavior, "behavior");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(stopMessage, "stopMessage");
        Objects.requireNonNull(props, "props");
        Objects.requireNonNull(settings, "settings");
    }

    /**
     * A description with default settings.
     *
     * @param behavior creates the behavior of an instance from the leadership in which the instance runs
     * @param name the name of the singleton and of its election
     * @param <M> the type of its messages
     * @return a new description
     */
    public static <M> ElectedActor<M> of(Function<Leadership, Behavior<M>> behavior, String name) {
        return new ElectedActor<>(behavior, name, Optional.empty(), Props.empty(), Optional.empty());
    }

    /**
     * The same with this stop message. The instance does not answer it but stops itself, within {@code stop-grace}.
     *
     * @param message the last message that an instance receives
     * @return a new description
     */
    public ElectedActor<M> withStopMessage(M message) {
        return new ElectedActor<>(behavior, name, Optional.of(message), props, settings);
    }

    /**
     * The same with these props.
     *
     * @param ofAnInstance the props of an instance, such as its dispatcher
     * @return a new description
     */
    public ElectedActor<M> withProps(Props ofAnInstance) {
        return new ElectedActor<>(behavior, name, stopMessage, ofAnInstance, settings);
    }

    /**
     * The same with these settings.
     *
     * @param instead replaces the settings of the configuration
     * @return a new description
     */
    public ElectedActor<M> withSettings(ElectedSingletonSettings instead) {
        return new ElectedActor<>(behavior, name, stopMessage, props, Optional.of(instead));
    }
}
