package dev.conclave.register;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.Written;
import dev.conclave.testkit.ConclaveTestKit;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A map, and typed values, in a register. */
class DatumsTest {

    private final ConclaveTestKit kit = ConclaveTestKit.create();
    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "test",
            ActorSystemSetup.create(
                    BootstrapSetup.create(
                            ConfigFactory.parseString("akka.loglevel = WARNING").withFallback(ConfigFactory.load())),
                    kit.setup()));
    private final Election election = Conclave.get(system).join("orders");
    private final Datums datums = Datums.of(election);

    @AfterEach
    void stop() {
        system.terminate();
    }

    private Leadership lead() {
        election.stand();
        return kit.elect("orders");
    }

    private static <T> T result(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    private static ByteString bytes(String text) {
        return ByteString.fromString(text);
    }

    @Test
    void eachWriteNamesTheVersionThatItReplaces() {
        Leadership leadership = lead();
        assertThat(result(datums.put(leadership, "a", bytes("1"), Datum.ABSENT)).isDone())
                .isTrue();
        assertThat(result(datums.put(leadership, "a", bytes("2"), Datum.ABSENT)))
                .isEqualTo(new Written.Refused("\"a\" has version 1, not 0; read it again"));
        assertThat(result(datums.put(leadership, "a", bytes("2"), 1)).isDone()).isTrue();
        assertThat(datums.latest()).containsOnlyKeys("a").containsValue(new Datum(bytes("2"), 2));
        assertThat(result(datums.read())).isEqualTo(datums.latest());
    }

    @Test
    void aVersionNeverComesBackAlsoAfterARemoval() {
        Leadership leadership = lead();
        result(datums.put(leadership, "a", bytes("1"), Datum.ABSENT));
        result(datums.remove(leadership, "a", 1));
        assertThat(datums.latest()).isEmpty();
        result(datums.put(leadership, "a", bytes("2"), Datum.ABSENT));
        assertThat(datums.latest().get("a")).isEqualTo(new Datum(bytes("2"), 3));
        assertThat(result(datums.remove(leadership, "a", 1)).isDone()).isFalse();
    }

    @Test
    void writesThatAreCalledAtOnceAllApply() {
        Leadership leadership = lead();
        CompletionStage<Written> last = datums.put(leadership, "key 0", bytes("0"), Datum.ABSENT);
        for (int i = 1; i < 50; i++) {
            last = datums.put(leadership, "key " + i, bytes("" + i), Datum.ABSENT);
        }
        assertThat(result(last).isDone()).isTrue();
        assertThat(datums.latest()).hasSize(50);
    }

    @Test
    void theNextLeaderHasTheMap() {
        Leadership first = lead();
        result(datums.put(first, "a", bytes("1"), Datum.ABSENT));
        result(kit.dismiss("orders"));
        Leadership second = kit.elect("orders");
        assertThat(Datums.of(election).latest()).containsOnlyKeys("a");
        assertThat(result(datums.put(second, "a", bytes("2"), 1)).isDone()).isTrue();
        assertThat(result(datums.put(first, "a", bytes("3"), 2)).isDone()).isFalse();
    }

    @Test
    void aMapThatIsTooLargeIsRefusedAndKeepsWhatItHas() {
        Leadership leadership = lead();
        result(datums.put(leadership, "a", bytes("x".repeat(40_000)), Datum.ABSENT));
        Written answer = result(datums.put(leadership, "b", bytes("x".repeat(40_000)), Datum.ABSENT));
        assertThat(answer).isInstanceOf(Written.Refused.class);
        assertThat(((Written.Refused) answer).why()).contains("more than 65536 bytes");
        assertThat(datums.latest()).containsOnlyKeys("a");
    }

    @Test
    void aSubscriberOfAKeySeesItsChangesAndItsRemovalInOrder() {
        Leadership leadership = lead();
        TestProbe<DatumChanged> probe = TestProbe.create(system);
        datums.subscribe(system, "a", probe.ref());
        probe.expectMessage(new DatumChanged("a", Optional.empty()));
        result(datums.put(leadership, "b", bytes("other"), Datum.ABSENT));
        result(datums.put(leadership, "a", bytes("1"), Datum.ABSENT));
        probe.expectMessage(new DatumChanged("a", Optional.of(new Datum(bytes("1"), 2))));
        result(datums.remove(leadership, "a", 2));
        probe.expectMessage(new DatumChanged("a", Optional.empty()));
    }

    @Test
    void aRegisterThatHoldsSomethingElseIsNamed() {
        kit.registerHolds("orders", bytes("{}"));
        lead();
        assertThatThrownBy(datums::latest).hasMessage("the register holds something else than a map of Datums");
    }

    /** A typed value. */
    public record Progress(String batch, long rows) {}

    @Test
    void aTypedRegisterWritesAndReadsObjects() {
        TypedRegister<Progress> progress =
                TypedRegister.of(election.register(), RegisterCodec.jackson(system, Progress.class));
        Leadership leadership = lead();
        assertThat(progress.found(leadership)).isEmpty();
        assertThat(result(progress.write(leadership, new Progress("b7", 12))).isDone())
                .isTrue();
        assertThat(progress.latest()).contains(new Progress("b7", 12));
        assertThat(result(progress.read())).contains(new Progress("b7", 12));
        kit.nextWriteIsUnknown("orders");
        assertThat(result(progress.write(leadership, new Progress("b8", 1)))).isInstanceOf(Written.Unknown.class);
    }

    @Test
    void aTypedRegisterSaysThatTheBytesAreNotItsType() {
        kit.registerHolds("orders", bytes("nonsense"));
        Leadership leadership = lead();
        TypedRegister<Progress> progress =
                TypedRegister.of(election.register(), RegisterCodec.jackson(system, Progress.class));
        assertThatThrownBy(() -> progress.found(leadership)).hasMessageContaining("the register does not hold a");
    }
}
