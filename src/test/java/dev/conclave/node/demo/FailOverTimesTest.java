package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.run.OffHeapBallast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailOverTimesTest {

    private static final PeerId PEER = new PeerId("127.0.0.1", 1);

    @TempDir
    private Path directory;

    @Test
    void aSingleRoundIsItsOwnMedianAndItsOwnTail() {
        FailOverTimes times = new FailOverTimes(List.of(round(7, OptionalDouble.empty())));
        assertThat(List.of(times.leastNanos(), times.medianNanos(), times.p95Nanos(), times.mostNanos()))
                .containsOnly(7L);
    }

    @Test
    void nineteenOfTwentyRoundsAreNotAboveTheTail() {
        FailOverTimes times = new FailOverTimes(LongStream.rangeClosed(1, 20)
                .map(number -> 210 - 10 * number)
                .mapToObj(nanos -> round(nanos, OptionalDouble.empty()))
                .toList());
        assertThat(times.count()).isEqualTo(20);
        assertThat(times.medianNanos()).isEqualTo(105);
        assertThat(times.p95Nanos()).isEqualTo(190);
        assertThat(times.mostNanos()).isEqualTo(200);
    }

    @Test
    void aRoundWithUnknownPressureIsNotQuiet() {
        assertThat(round(1, OptionalDouble.of(0.29)).isQuiet()).isTrue();
        assertThat(round(1, OptionalDouble.of(0.3)).isQuiet()).isFalse();
        assertThat(round(1, OptionalDouble.empty()).isQuiet()).isFalse();
    }

    @Test
    void cpuPressureIsTheShareWaitedSinceTheStart() throws IOException {
        Path file = directory.resolve("cpu");
        Files.writeString(file, "some avg10=1.00 avg60=2.00 avg300=3.00 total=1000\nfull avg10=0.00 total=7\n");
        CpuPressureMeasurement pressure = CpuPressureMeasurement.fromNow(file);
        assertThat(pressure.untilNow()).hasValue(0);
        Files.writeString(file, "some avg10=1.00 avg60=2.00 avg300=3.00 total=9000000000000\n");
        assertThat(pressure.untilNow()).hasValue(1);
    }

    @Test
    void cpuPressureIsEmptyWhereTheKernelDoesNotReportIt() throws IOException {
        assertThat(CpuPressureMeasurement.fromNow(directory.resolve("none")).untilNow())
                .isEmpty();
        Path other = Files.writeString(directory.resolve("other"), "nothing of the kind");
        assertThat(CpuPressureMeasurement.fromNow(other).untilNow()).isEmpty();
    }

    @Test
    void ballastHasTheRequestedSize() throws CliException {
        assertThat(OffHeapBallast.of((1 << 20) + 1).bytes()).isEqualTo((1 << 20) + 1);
        assertThat(OffHeapBallast.of(0).bytes()).isZero();
    }

    private static DemoRound round(long nanos, OptionalDouble pressure) {
        return new DemoRound(1, PEER, 100, PEER, 100 + nanos, 2, 3, 1, pressure);
    }
}
