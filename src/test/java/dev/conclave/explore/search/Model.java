package dev.conclave.explore.search;

import dev.conclave.explore.world.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model of a complete search: states, and in each of them choices, always the same ones in the same order.
 *
 * @param <S> a state; never changed once made
 * @param <C> a choice
 */
public interface Model<S, C> {

    /** The first state. */
    S initial();

    /** The choices in the state. */
    List<C> choices(S state);

    /** The state after the choice; null if it lies outside the bounds. Throws a {@link Violation} if a property breaks. */
    @Nullable
    S next(S state, C choice);

    /** Equal for states that have the same future. */
    long fingerprint(S state);
}
