package dev.conclave.internal.node;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.serialization.SerializerWithStringManifest;
import com.typesafe.config.ConfigFactory;
import dev.conclave.core.PeerId;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameSerializer;
import dev.conclave.internal.wire.SampleFrames;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An actor system that is not a peer and can reach every peer: it sends arbitrary bytes under Conclave's serializer, and
 * keeps the frames that it receives.
 */
final class HostileSystem implements AutoCloseable {

    /** Bytes that are sent under Conclave's serializer. */
    static final class Words {
        private final String manifest;
        private final byte[] bytes;

        Words(String manifest, byte[] bytes) {
            this.manifest = manifest;
            this.bytes = bytes;
        }

        String manifest() {
            return manifest;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(), "test", ConfigFactory.parseString("""
                akka.actor.provider = remote
                akka.stdout-loglevel = OFF
                akka.loglevel = WARNING
                akka.jvm-shutdown-hooks = off
                akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                akka.remote.artery.advanced.maximum-frame-size = 8 MiB
                akka.remote.artery.advanced.buffer-pool-size = 4
                akka.remote.artery.advanced.outbound-message-queue-size = 20000
                akka.remote.artery.advanced.outbound-max-restarts = 1000000
                akka.actor.serializers.conclave-cbor = "dev.conclave.internal.node.HostileSystem$Crude"
                akka.actor.serialization-bindings."dev.conclave.internal.node.HostileSystem$Words" = conclave-cbor
                """).withFallback(ConfigFactory.load()));

    private final Queue<Words> heard = new ConcurrentLinkedQueue<>();

    HostileSystem() {
        system.systemActorOf(
                Behaviors.<Words>receiveMessage(words -> {
                    heard.add(words);
                    return Behaviors.same();
                }),
                NodeActor.NAME,
                Props.empty());
    }

    /** Where it receives. */
    PeerId address() {
        var address = ((ExtendedActorSystem) system.classicSystem()).provider().getDefaultAddress();
        return new PeerId(
                address.host().get(), Integer.parseInt(address.port().get().toString()));
    }

    void tell(PeerId peer, List<Words> all) {
        var node = ActorRefResolver.get(system).<Words>resolveActorRef("akka://test@" + peer + "/system/conclave");
        all.forEach(node::tell);
    }

    /** The frames that it received. */
    List<Frame> heard() {
        return heard.stream()
                .map(Words::bytes)
                .map(HostileSystem::parsed)
                .flatMap(Optional::stream)
                .toList();
    }

    static Optional<Frame> parsed(byte[] bytes) {
        try {
            return Optional.of(SampleFrames.parse(bytes));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    /** Takes what it is given for bytes, under Conclave's own identifier. */
    static final class Crude extends SerializerWithStringManifest {

        @Override
        public int identifier() {
            return Recorder.IDENTIFIER;
        }

        @Override
        public String manifest(Object words) {
            return ((Words) words).manifest();
        }

        @Override
        public byte[] toBinary(Object words) {
            return ((Words) words).bytes();
        }

        @Override
        public Object fromBinary(byte[] bytes, String manifest) {
            return new Words(manifest, bytes);
        }
    }

    /** Conclave's serializer of honest nodes, which also records what they send. */
    static final class Recorder extends SerializerWithStringManifest {

        static final int IDENTIFIER = 1937062;
        static final Queue<Words> SENT = new ConcurrentLinkedQueue<>();

        private final FrameSerializer honest;

        /** As Akka makes it. */
        public Recorder(ExtendedActorSystem system) {
            honest = new FrameSerializer(system, "conclave-cbor");
        }

        @Override
        public int identifier() {
            return IDENTIFIER;
        }

        @Override
        public String manifest(Object frame) {
            return honest.manifest(frame);
        }

        @Override
        public byte[] toBinary(Object frame) {
            byte[] bytes = honest.toBinary(frame);
            SENT.add(new Words(manifest(frame), bytes));
            return bytes;
        }

        @Override
        public Object fromBinary(byte[] bytes, String manifest) {
            return honest.fromBinary(bytes, manifest);
        }
    }
}
