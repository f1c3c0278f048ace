package dev.conclave.internal.wire;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;
import akka.serialization.jackson.JacksonCborSerializer;

/**
 * Writes and reads frames with Akka's Jackson serializer. Bytes that are not a frame become one that {@link WireFormat#read} reports as
 * malformed, so that the node counts them and logs their sender once; Akka would log an error with a stack trace for each. Akka
 * creates this class by its name in reference.conf.
 */
public final class FrameSerializer extends SerializerWithStringManifest {

    private final JacksonCborSerializer jackson;

    /**
     * Creates the serializer of one actor system.
     *
     * @param binding the name of the serializer in the configuration, whose identifier and Jackson settings it takes
     */
    public FrameSerializer(ExtendedActorSystem system, String binding) {
        jackson = new JacksonCborSerializer(system, binding);
    }

    @Override
    public int identifier() {
        return jackson.identifier();
    }

    @Override
    public String manifest(Object frame) {
        return jackson.manifest(frame);
    }

    @Override
    public byte[] toBinary(Object frame) {
        return jackson.toBinary(frame);
    }

    /** Akka's Scala code throws Jackson's checked exceptions without declaring them, so every exception is caught. */
    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        try {
            return jackson.fromBinary(bytes, manifest);
        } catch (Exception notAFrame) {
            return Frame.UNREADABLE;
        }
    }
}
