package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cost of reading a frame is bounded by the bytes that arrived, whatever lengths they contain. */
class FrameBoundsTest {

    private static final int LONGEST_FRAME = 256 * 1024;
    private static final long BEARABLE = 64L * LONGEST_FRAME;

    /** Bytes, text, a list and a map of two thousand million, with a few hundred really there. */
    @ParameterizedTest
    @ValueSource(ints = {0x5a, 0x7a, 0x9a, 0xba})
    void aLengthThatIsOnlyPromisedTakesNoMemory(int type) {
        byte[] bytes = ByteBuffer.allocate(512)
                .put((byte) 0xbf)
                .put((byte) 0x61)
                .put((byte) 'm')
                .put((byte) type)
                .putInt(Integer.MAX_VALUE)
                .array();

        assertThatThrownBy(() -> SampleFrames.parse(bytes)).isInstanceOf(JsonProcessingException.class);
        assertThat(allocatedByRefusing(bytes)).isLessThan(BEARABLE);
    }

    /** Lists in lists, maps in maps, tags of tags: a stack overflow is fatal to Akka, which then ends the JVM. */
    @ParameterizedTest
    @ValueSource(ints = {0x9f, 0x81, 0xbf, 0xc1, 0x5f, 0x7f, 0x00})
    void deepNestingTakesNoStackAndNoMemory(int each) {
        byte[] bytes = new byte[LONGEST_FRAME];
        Arrays.fill(bytes, (byte) each);
        bytes[0] = (byte) 0xbf;
        bytes[1] = (byte) 0x61;
        bytes[2] = (byte) 'm';
        bytes[3] = (byte) 0x9f;

        assertThatThrownBy(() -> SampleFrames.parse(bytes)).isInstanceOf(JsonProcessingException.class);
        assertThat(allocatedByRefusing(bytes)).isLessThan(BEARABLE);
    }

    @Test
    void aListThatIsTooLongIsNotKept() throws IOException {
        List<Object> items = Collections.nCopies(FrameJacksonModule.MAX_ITEMS, 1L);
        List<Object> oneMore = Collections.nCopies(FrameJacksonModule.MAX_ITEMS + 1, 1L);

        assertThat(thereAndBack(items)).isEqualTo(items);
        assertThat(thereAndBack(oneMore)).isSameAs(Frame.UNREAD);
    }

    @Test
    void textThatIsTooLongAndNestingThatIsTooDeepAreNotKept() throws IOException {
        Object deep = 1L;
        for (int i = 0; i < 20; i++) {
            deep = List.of(deep);
        }

        assertThat(thereAndBack("x".repeat(1024))).isEqualTo("x".repeat(1024));
        assertThat(thereAndBack("x".repeat(1025))).isSameAs(Frame.UNREAD);
        assertThat(thereAndBack(deep))
                .isEqualTo(List.of(List.of(List.of(List.of(List.of(List.of(List.of(Frame.UNREAD))))))));
    }

    private static Object thereAndBack(Object value) throws IOException {
        Object there = SampleFrames.parse(SampleFrames.bytes(new Frame(Map.of("q", value))))
                .fields()
                .get("q");
        return Optional.ofNullable(there).orElseThrow();
    }

    private static long allocatedByRefusing(byte[] bytes) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            throw new AssertionError("is a frame: " + SampleFrames.parse(bytes));
        } catch (IOException expected) {
            return threads.getCurrentThreadAllocatedBytes() - before;
        }
    }
}
