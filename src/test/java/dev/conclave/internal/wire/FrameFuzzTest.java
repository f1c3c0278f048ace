package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames as an enemy would send them. The only exceptions that reading one may throw are Jackson's own
 * {@link JsonProcessingException}s, from the serializer, where Akka drops the message; every other frame becomes a value
 * of the core that its constructors accept, or {@link ParsedFrame.Malformed}.
 */
class FrameFuzzTest {

    private static final int FRAMES = 20_000;

    /** A fixed seed, and a new one for each run, which every failure prints. */
    static LongStream seeds() {
        return LongStream.of(20_260_920, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void framesWithTamperedBytesDoNoHarm(long seed) {
        tamperWithBytes(seed, FRAMES).expectSomeOfEach();
    }

    private static Tally tamperWithBytes(long seed, int frames) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> good = SampleFrames.samples().values().stream()
                .map(SampleFrames::frame)
                .map(SampleFrames::bytes)
                .toList();
        Tally tally = new Tally(seed);
        for (int i = 0; i < frames; i++) {
            tally.read(FrameTampering.bytes(good, random));
        }
        return tally;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void framesWithTamperedFieldsDoNoHarm(long seed) {
        Tally tally = tamperWithFields(seed, FRAMES);
        assertThat(tally.refused).isZero();
        assertThat(tally.malformed).isPositive();
        assertThat(tally.understood).isPositive();
    }

    @Test
    @Tag("soak")
    void aMillionFramesWithTamperedBytesAndFieldsDoNoHarm() {
        long seed = new Random().nextLong();
        tamperWithBytes(seed, 1_000_000);
        tamperWithFields(seed, 1_000_000);
    }

    private static Tally tamperWithFields(long seed, int frames) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Frame> good = SampleFrames.samples().values().stream()
                .map(SampleFrames::frame)
                .toList();
        Tally tally = new Tally(seed);
        for (int i = 0; i < frames; i++) {
            tally.read(SampleFrames.bytes(FrameTampering.fields(good.get(random.nextInt(good.size())), random)));
        }
        return tally;
    }

    /** How many frames were read, malformed and dropped. */
    private static final class Tally {
        final long seed;
        int refused;
        int malformed;
        int understood;

        Tally(long seed) {
            this.seed = seed;
        }

        void read(byte[] bytes) {
            ParsedFrame heard;
            try {
                heard = WireFormat.read(SampleFrames.parse(bytes));
            } catch (JsonProcessingException ordinary) {
                refused++;
                return;
            } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError(about(bytes), e);
            }
            if (heard instanceof ParsedFrame.Malformed) {
                malformed++;
                return;
            }
            understood++;
            // A frame that was read can be written again, so no value in it is out of the range of its field.
            ParsedFrame again = WireFormat.read(SampleFrames.frame(heard));
            ParsedFrame expected = heard instanceof ParsedFrame.HeardBatch batch ? withoutSkipped(batch) : heard;
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

        private static ParsedFrame withoutSkipped(ParsedFrame.HeardBatch batch) {
            return new ParsedFrame.HeardBatch(batch.header(), batch.envelopes(), 0);
        }
    }
}
