package dev.conclave.singleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageBufferTest {

    private final List<String> givenUp = new ArrayList<>();
    private final List<String> drained = new ArrayList<>();
    private final MessageBuffer<String> buffer = new MessageBuffer<>(2, givenUp::add);

    /** A node that shuts down waits until its buffer is empty. */
    @Test
    void aBufferIsEmptyUntilItHoldsAMessageAndAgainWhenItIsDrained() {
        assertThat(buffer.isEmpty()).isTrue();
        buffer.add("1");
        assertThat(buffer.isEmpty()).isFalse();
        buffer.drain(drained::add);
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(drained).containsExactly("1");
    }

    @Test
    void aMessageBeyondTheCapacityDisplacesTheOldestOne() {
        buffer.add("1");
        buffer.add("2");
        assertThat(givenUp).isEmpty();
        buffer.add("3");
        assertThat(givenUp).containsExactly("1");
        assertThat(buffer.size()).isEqualTo(2);
        buffer.giveUpAll();
        assertThat(givenUp).containsExactly("1", "2", "3");
    }
}
