package dev.conclave.singleton;

import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import dev.conclave.Leadership;
import dev.conclave.Register;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The description of an actor of which an {@link ElectedSingleton} runs one instance; changed by {@code with…}, which returns a
 * new description.
 *
 * @param <M> the type of its messages
 */
public final class ElectedActor<M> {

    private final Function<Leadership, Behavior<M>> behavior;
    private final String name;
    private final Optional<M> stopMessage;
    private final Props props;
    private final Optional<ElectedSingletonSettings> settings;

    private ElectedActor(
            Function<Leadership, Behavior<M>> behavior,
            String name,
            Optional<M> stopMessage,
            Props props,
            Optional<ElectedSingletonSettings> settings) {
        this.behavior = Objects.requireNonNull(behavior, "behavior");
        this.name = Objects.requireNonNull(name, "name");
        this.stopMessage = stopMessage;
        this.props = Objects.requireNonNull(props, "props");
        this.settings = settings;
    }

    /**
     * Creates the behavior of an instance from the leadership in which the instance runs.
     *
     * @return called on the instance's thread, once for each instance
     */
    public Function<Leadership, Behavior<M>> behavior() {
        return behavior;
    }

    /**
     * The name of the singleton and of the election that decides where it runs.
     *
     * @return 1 to 200 bytes of UTF-8, not beginning with {@code conclave/}
     */
    public String name() {
        return name;
    }

    /**
     * The message that asks an instance to stop itself.
     *
     * @return empty: the instance stops after it has processed the messages that are in its mailbox by then
     */
    public Optional<M> stopMessage() {
        return stopMessage;
    }

    /**
     * The props of an instance, such as its dispatcher.
     *
     * @return the props
     */
    public Props props() {
        return props;
    }

    /**
     * The settings of this singleton, which replace those of the configuration.
     *
     * @return empty: those of the configuration
     */
    public Optional<ElectedSingletonSettings> settings() {
        return settings;
    }

    /**
     * Creates a description with the settings of the configuration.
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
     * Creates a description of an actor that continues from the register of its election.
     *
     * @param behavior creates the behavior of an instance from the leadership in which the instance runs and what the register
     *     held when that began
     * @param name the name of the singleton and of its election
     * @param <M> the type of its messages
     * @return a new description
     */
    public static <M> ElectedActor<M> of(BiFunction<Leadership, Register, Behavior<M>> behavior, String name) {
        return of(leadership -> behavior.apply(leadership, leadership.register()), name);
    }

    /**
     * Returns this description with a stop message. The instance does not answer it but stops itself, within {@code
     * stop-grace}.
     *
     * @param message the last message that an instance receives
     * @return a new description
     */
    public ElectedActor<M> withStopMessage(M message) {
        return new ElectedActor<>(behavior, name, Optional.of(message), props, settings);
    }

    /**
     * Returns this description with other props.
     *
     * @param ofAnInstance the props of an instance, such as its dispatcher
     * @return a new description
     */
    public ElectedActor<M> withProps(Props ofAnInstance) {
        return new ElectedActor<>(behavior, name, stopMessage, ofAnInstance, settings);
    }

    /**
     * Returns this description with settings that replace those of the configuration.
     *
     * @param instead replaces the settings of the configuration
     * @return a new description
     */
    public ElectedActor<M> withSettings(ElectedSingletonSettings instead) {
        return new ElectedActor<>(behavior, name, stopMessage, props, Optional.of(instead));
    }
}
