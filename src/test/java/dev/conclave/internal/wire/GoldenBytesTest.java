package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of each wire version, kept for ever: every later version must read them, and the bytes that are written must
 * not change by chance.
 */
class GoldenBytesTest {

    private static final String DIRECTORY = "/wire/v1/";

    static Stream<String> kinds() {
        return SampleFrames.samples().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void framesAreWrittenWithTheGoldenBytes(String kind) throws IOException {
        String hex = HexFormat.of().formatHex(SampleFrames.bytes(SampleFrames.frame(sample(kind))));

        assertThat(hex).as(DIRECTORY + kind + ".hex").isEqualTo(golden(kind));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theGoldenBytesAreStillUnderstood(String kind) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(golden(kind));

        assertThat(WireFormat.read(SampleFrames.parse(bytes))).isEqualTo(sample(kind));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theSplitterNeverUnderestimatesTheSizeOfAFrame(String kind) throws IOException {
        Frame frame = SampleFrames.frame(sample(kind));

        assertThat(Frame.bytesOf(frame.fields())).isGreaterThanOrEqualTo(SampleFrames.bytes(frame).length);
    }

    private static ParsedFrame sample(String kind) {
        ParsedFrame sample = SampleFrames.samples().get(kind);
        assertThat(sample).isNotNull();
        return sample;
    }

    /** Nothing if there is none yet, so that the failure shows what to put there. */
    private static String golden(String kind) throws IOException {
        try (InputStream file = GoldenBytesTest.class.getResourceAsStream(DIRECTORY + kind + ".hex")) {
            return file == null ? "" : String.join("", lines(file));
        }
    }

    private static List<String> lines(InputStream file) throws IOException {
        return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .toList();
    }
}
