package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames as an enemy would send them. The only exceptions that reading one may throw are Jackson's own
 * {@link JsonProcessingException}s, from the serializer, where Akka drops the message; whatever comes through is a value
 * of the core that its constructors have let pass, or {@link Heard.Malformed}.
 */
class FrameFuzzTest {

    private static final int FRAMES = 20_000;

    /** One that is always the same, and one that is new each time and stands in every failure. */
    static LongStream seeds() {
        return LongStream.of(20_260_920, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bytes_that_were_tampered_with_do_no_harm(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> good = Frames.samples().values().stream()
                .map(Frames::frame)
                .map(Frames::bytes)
                .toList();
        Tally tally = new Tally(seed);
        for (int i = 0; i < FRAMES; i++) {
            tally.read(tampered(good, random));
        }
        tally.expectSomeOfEach();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void fields_that_were_tampered_with_do_no_harm(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Frame> good = Frames.samples().values().stream().map(Frames::frame).toList();
        Tally tally = new Tally(seed);
        for (int i = 0; i < FRAMES; i++) {
            Frame frame = good.get(random.nextInt(good.size()));
            Object changed = changed(frame.fields(), random, 0);
            if (changed instanceof Map<?, ?> map) {
                Map<String, Object> fields = new LinkedHashMap<>();
                map.forEach((name, value) -> fields.put((String) name, value));
                tally.read(Frames.bytes(new Frame(fields)));
            }
        }
        assertThat(tally.refused).isZero();
        assertThat(tally.malformed).isPositive();
        assertThat(tally.understood).isPositive();
    }

    /** What became of the frames. */
    private static final class Tally {
        final long seed;
        int refused;
        int malformed;
        int understood;

        Tally(long seed) {
            this.seed = seed;
        }

        void read(byte[] bytes) {
            Heard heard;
            try {
                heard = Wire.read(Frames.parse(bytes));
            } catch (JsonProcessingException ordinary) {
                refused++;
                return;
            } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError(about(bytes), e);
            }
            if (heard instanceof Heard.Malformed) {
                malformed++;
                return;
            }
            understood++;
            // What was understood can be said again, so nothing in it is out of the range of its field.
            Heard again = Wire.read(Frames.frame(heard));
            Heard expected = heard instanceof Heard.HeardBatch batch ? withoutSkipped(batch) : heard;
            if (!again.equals(expected)) {
                throw new AssertionError(about(bytes) + " is " + expected + " and then " + again);
            }
        }

        private String about(byte[] bytes) {
            return "seed " + seed + ", frame " + HexFormat.of().formatHex(bytes);
        }

        void expectSomeOfEach() {
            assertThat(refused).isPositive();
            assertThat(malformed).isPositive();
            assertThat(understood).isPositive();
        }

        private static Heard withoutSkipped(Heard.HeardBatch batch) {
            return new Heard.HeardBatch(batch.header(), batch.envelopes(), 0);
        }
    }

    private static byte[] tampered(List<byte[]> good, SplittableRandom random) {
        byte[] bytes = good.get(random.nextInt(good.size())).clone();
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times && bytes.length > 1; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = spliced(bytes, at, good.get(random.nextInt(good.size())), random);
                case 4 -> bytes = spliced(bytes, at, hostile(random), random);
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    /** The one up to a place, and the other from a place of its own. */
    private static byte[] spliced(byte[] head, int at, byte[] other, SplittableRandom random) {
        int from = random.nextInt(other.length);
        byte[] both = Arrays.copyOf(head, at + other.length - from);
        System.arraycopy(other, from, both, at, other.length - from);
        return both;
    }

    /** Lengths that promise gigabytes, nesting without end, numbers and tags of every width. */
    private static byte[] hostile(SplittableRandom random) {
        int major = random.nextInt(8) << 5;
        byte[] bytes = new byte[16 + random.nextInt(64)];
        switch (random.nextInt(3)) {
            case 0 -> Arrays.fill(bytes, (byte) (major | random.nextInt(32)));
            case 1 -> {
                Arrays.fill(bytes, (byte) 0xff);
                bytes[0] = (byte) (major | 24 + random.nextInt(4));
                bytes[1] = (byte) random.nextInt(128);
            }
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    private static Object changed(Object value, SplittableRandom random, int depth) {
        if (random.nextInt(12) == 0) {
            return another(random, depth);
        }
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            for (Object item : list) {
                items.add(changed(item, random, depth + 1));
            }
            return items;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> fields = new LinkedHashMap<>();
            map.forEach((name, field) -> {
                if (random.nextInt(40) != 0) {
                    fields.put((String) name, changed(field, random, depth + 1));
                }
            });
            return fields;
        }
        return value;
    }

    private static Object another(SplittableRandom random, int depth) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong();
            case 1 -> (long) random.nextInt(-2, 14);
            case 2 -> (1L << random.nextInt(64)) + random.nextInt(-1, 2);
            case 3 -> Double.longBitsToDouble(random.nextLong());
            case 4 -> random.nextBoolean();
            case 5 -> "x".repeat(random.nextInt(2_000));
            case 6 -> "host:" + random.nextInt(-1, 70_000);
            case 7 -> Frame.UNREAD;
            case 8 -> depth > 20 ? List.of() : List.of(another(random, depth + 1), another(random, depth + 1));
            default -> Map.of("k", (long) random.nextInt(14));
        };
    }
}
