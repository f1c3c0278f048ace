package dev.conclave.explore.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeInput;
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
import java.util.function.LongSupplier;
import java.util.stream.Stream;
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

    private static final List<String> CLASSES = List.of(
            "peer.R01TermsTest",
            "peer.R02OneVoteTest",
            "peer.R03DurableTest",
            "peer.R04MajorityTest",
            "peer.R05PreVoteTest",
            "peer.R06LoyaltyTest",
            "peer.R07LeaseTest",
            "peer.R08NoLeaseNoLeaderTest",
            "peer.R09HandOverTest",
            "peer.R09ReleaseTest",
            "peer.R10DeadProcessTest",
            "peer.R11PushedVotesTest",
            "peer.R11SuccessionTest",
            "peer.R12PauseTest",
            "node.R13StrangersTest",
            "node.GreetingsTest",
            "peer.R14EventsTest",
            "node.R15AdmissionTest",
            "node.R15LostMemoryTest",
            "peer.R15PeerTest");

    static Stream<Mutant> mutants() {
        return Mutant.everyFault().filter(mutant -> !mutant.isInSurroundings());
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aTestOfTheRuleFailsUnderTheFault(Mutant mutant) throws Exception {
        List<String> failed = failing(mutant.core(), number(mutant.rule()));
        System.out.printf(
                "rule %s %s: %d tests of the rule fail, %s%n",
                mutant.rule(), mutant.fault(), failed.size(), failed.isEmpty() ? "" : failed.get(0));
        assertThat(failed).isNotEmpty();
    }

    @Test
    void theTestsOfAllRulesPassForTheProductionCore() throws Exception {
        for (int rule = 1; rule <= 15; rule++) {
            assertThat(failing(Core.PRODUCTION, rule)).isEmpty();
        }
    }

    static int number(String rule) {
        return Integer.parseInt(rule.substring(1));
    }

    /** The tests of the rule that fail when every step is one of this core. */
    static List<String> failing(Core core, int rule) throws Exception {
        Stepping broken = new Stepping() {
            @Override
            public Peer.Step step(Peer peer, long now, long draw, Input input) {
                return core.step(peer, now, draw, input);
            }

            @Override
            public Node.Step step(Node node, long now, LongSupplier highestTerm, NodeInput input) {
                return core.step(node, now, highestTerm, input);
            }
        };
        List<String> failed = new ArrayList<>();
        for (String name : CLASSES) {
            if (ruleOf(name) == rule) {
                Class<?> tests = Class.forName("dev.conclave.core." + name);
                for (Method test : tests.getDeclaredMethods()) {
                    if (!Stepping.around(broken, () -> passes(tests, test))) {
                        failed.add(test.getName());
                    }
                }
            }
        }
        return failed;
    }

    private static int ruleOf(String className) {
        String simple = className.substring(className.indexOf('.') + 1);
        return number(simple.startsWith("R") ? simple.substring(0, 3) : "R13");
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
                String[] named = test.getAnnotation(MethodSource.class).value();
                Method source =
                        tests.getDeclaredMethod(named.length == 0 || named[0].isEmpty() ? test.getName() : named[0]);
                source.setAccessible(true);
                Object given = source.invoke(null);
                for (Object arguments :
                        given instanceof Stream<?> stream ? stream.toList() : List.copyOf((Collection<?>) given)) {
                    test.invoke(
                            made.newInstance(),
                            arguments instanceof Arguments many ? many.get() : new Object[] {arguments});
                }
            }
            return true;
        } catch (InvocationTargetException failure) {
            return false;
        }
    }
}
