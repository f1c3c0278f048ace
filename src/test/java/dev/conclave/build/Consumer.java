package dev.conclave.build;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.serialization.SerializationExtension;
import com.typesafe.config.ConfigFactory;
import dev.conclave.singleton.ElectedActor;
import dev.conclave.singleton.ElectedSingleton;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The program of a project that depends on Conclave, for {@link ConsumerIT}: it leaves its class path in the file
 * {@code classpath.txt} of its directory, after a message went through Akka's Jackson serializer, compressed, and came
 * back, and an elected singleton has answered a question. The Scala module refuses a Jackson of another version, and the
 * compression needs an LZ4.
 */
final class Consumer {
    private Consumer() {}

    record Note(String text, List<Integer> numbers) {}

    public static void main(String[] arguments) throws IOException {
        serialize();
        elect();
        Files.write(
                Path.of("classpath.txt"),
                List.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1)));
    }

    /** A question to a singleton, which waits until there is one to answer it. */
    private record Question(ActorRef<Long> replyTo) {}

    /** A group of one voter elects itself, runs the singleton, and stops it in order. */
    private static void elect() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var config = ConfigFactory.parseString("akka.actor.provider = cluster\n"
                        + "akka.remote.artery.canonical {hostname = 127.0.0.1, port = " + port + "}\n"
                        + "conclave {voters = [\"127.0.0.1:" + port + "\"], data-dir = data, warm-up = off}")
                .withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "consumer", config);
        try {
            ActorRef<Question> singleton = ElectedSingleton.get(system)
                    .init(ElectedActor.<Question>of(
                            leadership -> Behaviors.receiveMessage(question -> {
                                question.replyTo().tell(leadership.fencingToken());
                                return Behaviors.same();
                            }),
                            "consumer"));
            long token = AskPattern.<Question, Long>ask(
                            singleton, Question::new, Duration.ofMinutes(1), system.scheduler())
                    .toCompletableFuture()
                    .join();
            if (token < 1) {
                throw new IllegalStateException("token " + token);
            }
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    private static void serialize() {
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
    }
}
