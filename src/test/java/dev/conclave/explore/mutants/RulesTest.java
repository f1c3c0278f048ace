package dev.conclave.explore.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Stepping;
import dev.conclave.explore.world.Core;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tests of the rules find the deliberate faults too: under each fault at least one test of the rule that it breaks fails.
 * Run in the same way on the production core, all of them pass.
 */
@Tag("explore")
class RulesTest {

    /** The tests of each rule, as classes of {@code dev.conclave.core}. */
    private static final Map<String, List<String>> TESTS = new TreeMap<>(Map.ofEntries(
            Map.entry("R1", List.of("peer.R01TermsTest")),
            Map.entry("R2", List.of("peer.R02OneVoteTest")),
            Map.entry("R3", List.of("peer.R03DurableTest")),
            Map.entry("R4", List.of("peer.R04MajorityTest")),
            Map.entry("R5", List.of("peer.R05PreVoteTest")),
            Map.entry("R6", List.of("peer.R06LoyaltyTest")),
            Map.entry("R7", List.of("peer.R07LeaseTest")),
            Map.entry("R8", List.of("peer.R08NoLeaseNoLeaderTest")),
            Map.entry("R9", List.of("peer.R09HandOverTest", "peer.R09ReleaseTest")),
            Map.entry("R10", List.of("peer.R10DeadProcessTest")),
            Map.entry("R11", List.of("peer.R11PushedVotesTest", "peer.R11SuccessionTest")),
            Map.entry("R12", List.of("peer.R12PauseTest")),
            Map.entry("R13", List.of("node.R13StrangersTest", "node.GreetingsTest", "peer.R13MalformedTest")),
            Map.entry("R14", List.of("peer.R14EventsTest")),
            Map.entry("E1", List.of("electorate.E1ChainTest", "electorate.ConfigurationTest")),
            Map.entry("E2", List.of("TermsTest", "peer.E2TermsTest")),
            Map.entry("E3", List.of("electorate.E3LabelsTest", "peer.E3LabelsTest")),
            Map.entry("E4", List.of("electorate.E4StoredThenObeyedTest")),
            Map.entry("E5", List.of("peer.E5SwitchTest")),
            Map.entry("E6", List.of("electorate.E6RoundTest", "electorate.ProposalTest")),
            Map.entry("E7", List.of("electorate.E7LongestElectionTest", "peer.E7LoyaltyTest")),
            Map.entry("E8", List.of("electorate.E8NamedTest", "node.E8IdentityTest", "peer.E8TakingPartTest")),
            Map.entry("E9", List.of("electorate.E9ReadmissionTest", "electorate.WishTest", "electorate.WishTextTest")),
            Map.entry("E10", List.of("electorate.E10FoundingTest")),
            Map.entry("E11", List.of("electorate.E11ForceTest")),
            Map.entry("U1", List.of("peer.U01StoreTest")),
            Map.entry("U2", List.of("peer.U01StoreTest", "peer.U03RepeatTest")),
            Map.entry("U3", List.of("peer.U03RepeatTest")),
            Map.entry("U4", List.of("peer.U04WriteTest")),
            Map.entry("U5", List.of("peer.U01StoreTest", "peer.U04WriteTest")),
            Map.entry("U10", List.of("peer.U04WriteTest"))));

    static Stream<Mutant> mutants() {
        return Mutant.everyFault().filter(mutant -> !mutant.isInSurroundings());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void aTestOfTheRuleFailsUnderTheFault(Mutant mutant) throws Exception {
        List<String> failed = failing(mutant.core(), mutant.rule());
        System.out.printf(
                "rule %s %s: %d tests of the rule fail, %s%n",
                mutant.rule(), mutant.fault(), failed.size(), failed.isEmpty() ? "" : failed.get(0));
        assertThat(failed).isNotEmpty();
    }

    @Test
    void theTestsOfAllRulesPassForTheProductionCore() throws Exception {
        for (String rule : TESTS.keySet()) {
            assertThat(failing(Core.PRODUCTION, rule)).as(rule).isEmpty();
        }
    }

    /** The tests of the rule that fail when every step is one of this core. */
    static List<String> failing(Core core, String rule) throws Exception {
        Stepping broken = new Stepping() {
            @Override
            public Peer.Step step(Peer peer, long now, long draw, Input input) {
                return core.step(peer, now, draw, input);
            }
        };
        List<String> failed = new ArrayList<>();
        for (String name : Objects.requireNonNull(TESTS.get(rule))) {
            Class<?> tests = Class.forName("dev.conclave.core." + name);
            for (Method test : tests.getDeclaredMethods()) {
                if (!Stepping.around(broken, () -> passes(tests, test))) {
                    failed.add(test.getName());
                }
            }
        }
        return failed;
    }

    /** Also true of a method that is not a test. */
    private static boolean passes(Class<?> tests, Method test) throws Exception {
        Constructor<?> made = tests.getDeclaredConstructor();
        made.setAccessible(true);
        test.setAccessible(true);
        try {
            if (test.isAnnotationPresent(Test.class)) {
                test.invoke(made.newInstance());
            } else if (test.isAnnotationPresent(MethodSource.class)) {
                String[] sources = test.getAnnotation(MethodSource.class).value();
                Method source = tests.getDeclaredMethod(
                        sources.length == 0 || sources[0].isEmpty() ? test.getName() : sources[0]);
                source.setAccessible(true);
                Object given = source.invoke(null);
                for (Object arguments :
                        given instanceof Stream<?> stream ? stream.toList() : List.copyOf((Collection<?>) given)) {
                    test.invoke(
                            made.newInstance(),
                            arguments instanceof Arguments many
                                    ? many.get()
                                    : new Object[] {arguments instanceof Named<?> named ? named.getPayload() : arguments
                                    });
                }
            }
            return true;
        } catch (InvocationTargetException failure) {
            return false;
        }
    }
}
