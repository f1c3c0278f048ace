package dev.conclave.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Electorate;
import dev.conclave.ElectorateChange;
import dev.conclave.ElectorateView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The electorate of the kit: changes that make sense are carried out at once. */
class ScriptedElectorateTest {

    private static final String SELF = "127.0.0.1:25520";
    private static final String OTHER = "10.0.0.2:2551";

    private final ConclaveTestKit conclave = ConclaveTestKit.create();
    private final ActorTestKit actors = ActorTestKit.create(ActorSystem.create(
            Behaviors.empty(),
            "test",
            ActorSystemSetup.create(BootstrapSetup.create(ConfigFactory.load()), conclave.setup())));
    private final Electorate electorate = Conclave.get(actors.system()).electorate();

    @AfterEach
    void close() {
        actors.shutdownTestKit();
    }

    private ElectorateView change(ElectorateChange change) {
        return electorate.change(change).toCompletableFuture().join();
    }

    @Test
    void theNodeUnderTestIsTheOnlyVoterOfAFoundedGroup() {
        ElectorateView view = electorate.view();
        assertThat(view.group()).isPresent();
        assertThat(view.number()).isZero();
        assertThat(view.voters()).containsExactly(SELF);
        assertThat(view.votes()).isTrue();
        assertThat(view.obeyed()).isTrue();
        assertThat(view.electionTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(view.underWay()).isEmpty();
        assertThat(view.history())
                .singleElement()
                .satisfies(step -> assertThat(step.what()).isEqualTo("founded"));
    }

    @Test
    void aChangeCompletesAndSubscribersReceiveTheNewView() {
        TestProbe<ElectorateView> probe = actors.createTestProbe();
        electorate.subscribe(probe.getRef());
        assertThat(probe.receiveMessage().number()).isZero();
        ElectorateView after = change(ElectorateChange.voters(List.of(OTHER)));
        assertThat(after.number()).isEqualTo(2);
        assertThat(after.voters()).containsExactly(OTHER);
        assertThat(after.votes()).isFalse();
        assertThat(after.history())
                .extracting(ElectorateView.Step::what)
                .containsExactly("founded", "added " + OTHER, "removed " + SELF);
        assertThat(probe.receiveMessage()).isEqualTo(after).isEqualTo(electorate.view());
        ElectorateView timed =
                change(ElectorateChange.settings(times -> times.withElectionTimeout(Duration.ofMillis(2500))));
        assertThat(timed.electionTimeout()).isEqualTo(Duration.ofMillis(2500));
        // Nothing is left to be done.
        assertThat(change(ElectorateChange.parse("set election-timeout=2500ms")).number())
                .isEqualTo(timed.number());
    }

    @Test
    void aPlanChangesNothing() {
        assertThat(electorate
                        .plan(ElectorateChange.replace(SELF, OTHER))
                        .toCompletableFuture()
                        .join())
                .containsExactly("add " + OTHER, "remove " + SELF);
        assertThat(electorate.view().number()).isZero();
    }

    @Test
    void aChangeThatMakesNoSenseFailsWithTheSentenceOfARealOne() {
        assertThatThrownBy(() -> change(ElectorateChange.remove(SELF)))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(SELF + " is the last voter; add another one first");
        assertThatThrownBy(() -> change(ElectorateChange.remove(OTHER)))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(OTHER + " is not a voter");
        assertThat(electorate.view().number()).isZero();
    }
}
