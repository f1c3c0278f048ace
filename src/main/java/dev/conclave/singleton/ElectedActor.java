package dev.conclave.singleton;

import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import dev.conclave.Leadership;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The actor of which an {@link ElectedSingleton} runs one instance.
 *
 * @param behavior makes the behavior of an instance from the leadership in which it runs, on the instance's thread; each
 *     instance gets a new one
 * @param name of the singleton, and of the election that decides where it runs: 1 to 200 bytes of UTF-8 of any kind, not
 *     beginning with {@code conclave/}
 * @param stopMessage by which an instance is asked to stop itself; without one it is stopped when it has dealt with what is
 *     in its mailbox by then
 * @param props of an instance, such as its dispatcher
 * @param settings in place of those of the configuration
 * @param <M> what it understands
 */
public record ElectedActor<M>(
        Function<Leadership, Behavior<M>> behavior,
        String name,
        Optional<M> stopMessage,
        Props props,
        Optional<ElectedSingletonSettings> settings) {

    /**
     * Refuses what is missing.
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
     * One with all defaults.
     *
     * @param behavior makes the behavior of an instance from the leadership in which it runs
     * @param name of the singleton and of its election
     * @param <M> what it understands
     * @return it
     */
    public static <M> ElectedActor<M> of(Function<Leadership, Behavior<M>> behavior, String name) {
        return new ElectedActor<>(behavior, name, Optional.empty(), Props.empty(), Optional.empty());
    }

    /**
     * The same, asked to stop by this message. It answers nothing; it stops itself, within the grace of the settings.
     *
     * @param message the last one that an instance gets
     * @return a new description
     */
    public ElectedActor<M> withStopMessage(M message) {
        return new ElectedActor<>(behavior, name, Optional.of(message), props, settings);
    }

    /**
     * The same, with these props.
     *
     * @param ofAnInstance such as its dispatcher
     * @return a new description
     */
    public ElectedActor<M> withProps(Props ofAnInstance) {
        return new ElectedActor<>(behavior, name, stopMessage, ofAnInstance, settings);
    }

    /**
     * The same, with these settings.
     *
     * @param instead of those of the configuration
     * @return a new description
     */
    public ElectedActor<M> withSettings(ElectedSingletonSettings instead) {
        return new ElectedActor<>(behavior, name, stopMessage, props, Optional.of(instead));
    }
}
