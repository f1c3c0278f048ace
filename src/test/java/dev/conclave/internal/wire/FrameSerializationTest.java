package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.SerializationTestKit;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FrameSerializationTest {

    /** An application whose own Jackson settings are as unlike ours as they can be. */
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.load(ConfigFactory.parseString("""
        akka.serialization.jackson {
          serialization-features.FAIL_ON_EMPTY_BEANS = on
          deserialization-features { FAIL_ON_UNKNOWN_PROPERTIES = on, USE_BIG_DECIMAL_FOR_FLOATS = on }
          mapper-features { USE_ANNOTATIONS = off, SORT_PROPERTIES_ALPHABETICALLY = on }
          visibility.FIELD = NONE
          compression { algorithm = gzip, compress-larger-than = 0 KiB }
          jackson-modules = ["com.fasterxml.jackson.module.scala.DefaultScalaModule"]
        }
        """)));

    private static final Serialization SERIALIZATION = SerializationExtension.get(KIT.system());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void everyFrameSurvivesTheWayThroughAkka() {
        SerializationTestKit kit = new SerializationTestKit(KIT.system());
        SampleFrames.samples().values().forEach(heard -> {
            Frame there = kit.verifySerialization(SampleFrames.frame(heard), true);
            assertThat(WireFormat.read(there)).isEqualTo(heard);
        });
    }

    @Test
    void noSettingOfTheApplicationChangesTheBytesOfAFrame() {
        SampleFrames.samples().values().stream()
                .map(SampleFrames::frame)
                .forEach(frame ->
                        assertThat(SERIALIZATION.serialize(frame).get()).isEqualTo(SampleFrames.bytes(frame)));
    }

    @Test
    void anExpressLaneCarriesTheSameBytesAsArtery() {
        SampleFrames.samples().values().stream().map(SampleFrames::frame).forEach(frame -> {
            assertThat(FrameBytes.of(frame))
                    .isEqualTo(SERIALIZATION.serialize(frame).get());
            assertThat(FrameBytes.read(FrameBytes.of(frame))).contains(frame);
        });
    }

    @Test
    void bytesThatAreNotAFrameAreReadAsEmpty() {
        assertThat(FrameBytes.read(new byte[0])).isEmpty();
        assertThat(FrameBytes.read(new byte[] {(byte) 0xf6})).as("a lone null").isEmpty();
        assertThat(FrameBytes.read(new byte[] {0x01})).as("a lone number").isEmpty();
        byte[] bytes = FrameBytes.of(SampleFrames.frame(SampleFrames.batch(SampleFrames.HEADER)));
        for (int length = 0; length < bytes.length; length++) {
            assertThat(FrameBytes.read(Arrays.copyOf(bytes, length))).isEmpty();
        }
    }

    @Test
    void theClassNameOfAFrameIsNotSent() throws NotSerializableException {
        Frame frame = SampleFrames.frame(SampleFrames.batch(SampleFrames.HEADER));
        Serializer serializer = SERIALIZATION.serializerFor(Frame.class);

        assertThat(Serializers.manifestFor(serializer, frame)).isEmpty();
        assertThat(SERIALIZATION
                        .deserialize(SampleFrames.bytes(frame), serializer.identifier(), "java.lang.Runtime")
                        .get())
                .isEqualTo(frame);
    }

    @Test
    void bytesThatAreNotAFrameAreReadAsTheUnreadableFrame() throws NotSerializableException {
        Serializer serializer = SERIALIZATION.serializerFor(Frame.class);
        assertThat(serializer.identifier()).isEqualTo(1_937_062);
        byte[] cut = SampleFrames.bytes(new Frame(Map.of("k", 1L)));
        cut[0]++;

        assertThat(List.of(new byte[0], new byte[] {(byte) 0xf6}, "hello".getBytes(StandardCharsets.UTF_8), cut))
                .allSatisfy(bytes -> assertThat(serializer.fromBinary(bytes)).isSameAs(Frame.UNREADABLE));
        assertThat(WireFormat.read(Frame.UNREADABLE)).isInstanceOf(ParsedFrame.Malformed.class);
    }
}
