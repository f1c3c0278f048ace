package dev.conclave;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.serialization.SerializationExtension;
import com.typesafe.config.ConfigFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a project that depends on Conclave runs in {@link ConsumerIT}: it leaves its class path in the file
 * {@code classpath.txt} of its directory, after a message went through Akka's Jackson serializer, compressed, and came
 * back. The Scala module refuses a Jackson of another version, and the compression needs an LZ4.
 */
final class Consumer {
    private Consumer() {}

    record Note(String text, List<Integer> numbers) {}

    public static void main(String[] arguments) throws IOException {
        var config = ConfigFactory.parseString("akka.actor.serialization-bindings {\"" + Note.class.getName()
                        + "\" = jackson-cbor}\n"
                        + "akka.serialization.jackson.jackson-cbor.compression {algorithm = lz4,"
                        + " compress-larger-than = 1}")
                .withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "consumer", config);
        try {
            var serialization = SerializationExtension.get(system);
            var sent = new Note("as it was", List.of(1, 2, 3));
            byte[] bytes = serialization.serialize(sent).get();
            var received = serialization.deserialize(bytes, Note.class).get();
            if (!received.equals(sent)) {
                throw new IllegalStateException(sent + " came back as " + received);
            }
        } finally {
            system.terminate();
        }
        Files.write(
                Path.of("classpath.txt"),
                List.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1)));
    }
}
