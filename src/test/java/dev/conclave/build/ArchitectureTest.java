package dev.conclave.build;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.conclave.internal.runtime.Supervision;
import java.lang.reflect.Modifier;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TimerTask;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The packages, and the dependencies that are allowed between them:
 *
 * <pre>
 * core &lt;- logging &lt;- store, lifeline &lt;- internal &lt;- dev.conclave &lt;- singleton, lease, testkit, metrics, management &lt;- node
 * core: values &lt;- peer &lt;- node
 * internal: settings, runtime &lt;- wire, telemetry &lt;- peer &lt;- node &lt;- warmup, http
 * status &lt;- internal
 * node: cli &lt;- run, demo, operate, inspect, judge; run &lt;- exec; demo &lt;- archive
 * core &lt;- judge &lt;- node        core, judge &lt;- explore (tests)
 * </pre>
 */
class ArchitectureTest {
    private static final String ROOT = "dev.conclave";
    private static final String CORE = "dev.conclave.core..";
    private static final String STORE = "dev.conclave.store..";
    private static final String LIFELINE = "dev.conclave.lifeline..";
    private static final String INTERNAL = "dev.conclave.internal..";
    private static final String RUNTIME = "dev.conclave.internal.runtime..";
    private static final String SETTINGS = "dev.conclave.internal.settings..";
    private static final String WIRE = "dev.conclave.internal.wire..";
    private static final String TELEMETRY = "dev.conclave.internal.telemetry..";
    private static final String PEER = "dev.conclave.internal.peer..";
    private static final String ELECTION_NODE = "dev.conclave.internal.node..";
    private static final String HTTP = "dev.conclave.internal.http..";
    private static final String STATUS = "dev.conclave.status..";
    private static final String LEASE = "dev.conclave.lease..";
    private static final String JUDGE = "dev.conclave.judge..";
    private static final String MANAGEMENT = "dev.conclave.management..";
    private static final String METRICS = "dev.conclave.metrics..";
    private static final String NODE = "dev.conclave.node..";
    private static final String RUN = "dev.conclave.node.run";
    private static final String EXPLORE = "dev.conclave.explore..";

    private static final String JDK = "java..";
    private static final String NULLNESS = "org.jspecify.annotations..";
    private static final String LOGGING = "dev.conclave.logging..";
    private static final String SLF4J = "org.slf4j..";
    private static final String AKKA = "akka..";
    private static final String SCALA = "scala..";
    private static final String CONFIG = "com.typesafe.config..";
    private static final String MICROMETER = "io.micrometer..";
    private static final String JFFI = "com.kenai.jffi..";
    private static final String HTTP_SERVER = "com.sun.net.httpserver..";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String JSON = "com.fasterxml.jackson.core..";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void coreDependsOnlyOnValueTypesOfTheJdk() {
        classes()
                .that(resideIn(CORE))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                CORE,
                                NULLNESS,
                                "java.lang",
                                "java.lang.annotation",
                                "java.lang.invoke",
                                "java.lang.runtime",
                                "java.util",
                                "java.util.function",
                                "java.util.stream",
                                "java.time",
                                "java.math",
                                "java.nio.charset")
                        .or(belongToAnyOf(MessageDigest.class, NoSuchAlgorithmException.class)))
                .check(MAIN);
    }

    @Test
    void coreReadsNoClockAndDrawsNoRandomNumbers() {
        noClasses()
                .that(resideIn(CORE))
                .should()
                .dependOnClassesThat(belongToAnyOf(
                        Clock.class, Random.class, SplittableRandom.class, UUID.class, Timer.class, TimerTask.class))
                .orShould()
                .accessTargetWhere(is("java.time", "now"))
                .orShould()
                .accessTargetWhere(is("java.lang", "random"))
                .orShould()
                .accessTargetWhere(is("java.util", "shuffle"))
                .check(MAIN);
    }

    @Test
    void coreDoesNotAccessItsProcess() {
        noClasses()
                .that(resideIn(CORE))
                .should()
                .dependOnClassesThat(belongToAnyOf(
                        System.class,
                        Runtime.class,
                        Process.class,
                        ProcessBuilder.class,
                        ProcessHandle.class,
                        Thread.class,
                        ThreadGroup.class,
                        ThreadLocal.class))
                .check(MAIN);
        noMethods()
                .that()
                .areDeclaredInClassesThat(resideIn(CORE))
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .check(MAIN);
    }

    @Test
    void loggingDependsOnlyOnCoreAndSlf4j() {
        knowsOnly(LOGGING, CORE, SLF4J);
    }

    /** Akka's own line about a failure is written on the failing actor's thread; {@link Supervision} hands it over. */
    @Test
    void onlySupervisionDecidesHowAFailedActorIsHandled() {
        noClasses()
                .that()
                .resideOutsideOfPackage(NODE)
                .and(not(belongToAnyOf(Supervision.class)))
                .should()
                .accessTargetWhere(is("akka.actor.typed.javadsl", "supervise"))
                .check(MAIN);
    }

    /** A thread of the protocol that wrote a line itself would make every election wait for the application's appender. */
    @Test
    void onlyTheLoggingThreadWritesToTheLog() {
        noClasses()
                .that()
                .resideOutsideOfPackages(LOGGING)
                .should()
                .dependOnClassesThat(resideInAnyPackage(SLF4J))
                .orShould()
                .accessTargetWhere(is("akka.actor.typed.javadsl", "getLog"))
                .orShould()
                .accessTargetWhere(is("akka.actor.typed", "log"))
                .check(MAIN);
    }

    @Test
    void storeDependsOnlyOnCoreAndFiles() {
        knowsOnly(STORE, CORE, LOGGING);
    }

    @Test
    void lifelineDependsOnlyOnCoreSocketsAndTheCLibrary() {
        knowsOnly(LIFELINE, CORE, LOGGING, JFFI);
    }

    @Test
    void oneClassCallsTheCLibrary() {
        noClasses()
                .that()
                .doNotHaveSimpleName("NativeCalls")
                .should()
                .dependOnClassesThat(resideIn(JFFI))
                .check(MAIN);
    }

    @Test
    void theValuesOfTheCoreKnowNeitherPeerNorNodeAndThePeerKnowsNoNode() {
        knowsOnly("dev.conclave.core");
        knowsOnly("dev.conclave.core.peer", "dev.conclave.core");
    }

    @Test
    void judgeDependsOnlyOnCoreAndJson() {
        knowsOnly(JUDGE, CORE, JSON);
    }

    @Test
    void statusDependsOnlyOnJson() {
        knowsOnly(STATUS, JACKSON);
    }

    @Test
    void eachInternalPackageDependsOnlyOnThoseBeforeIt() {
        knowsOnly(RUNTIME, LOGGING, AKKA, SCALA, CONFIG);
        knowsOnly(WIRE, CORE, RUNTIME, LOGGING, JACKSON, AKKA, SCALA, CONFIG);
        knowsOnly(SETTINGS, CORE, AKKA, SCALA, CONFIG);
        knowsOnly(TELEMETRY, CORE, STATUS, RUNTIME, LOGGING, AKKA, SCALA, CONFIG);
        knowsOnly(PEER, CORE, RUNTIME, TELEMETRY, LOGGING, AKKA, SCALA);
        knowsOnly(
                ELECTION_NODE,
                CORE,
                STATUS,
                STORE,
                LIFELINE,
                LOGGING,
                RUNTIME,
                WIRE,
                TELEMETRY,
                PEER,
                AKKA,
                SCALA,
                CONFIG);
        knowsOnly(
                HTTP,
                CORE,
                STATUS,
                LOGGING,
                RUNTIME,
                SETTINGS,
                TELEMETRY,
                ELECTION_NODE,
                AKKA,
                HTTP_SERVER,
                "javax.net.ssl..");
        knowsOnly(
                INTERNAL,
                CORE,
                STATUS,
                STORE,
                LIFELINE,
                LOGGING,
                JACKSON,
                AKKA,
                SCALA,
                CONFIG,
                HTTP_SERVER,
                "javax.net.ssl..");
    }

    /** A port to another version of Akka changes it, so it is the only one that depends on it. */
    @Test
    void onlyTheWireDependsOnRemotingOrCluster() {
        noClasses()
                .that()
                .resideOutsideOfPackage(WIRE)
                .should()
                .dependOnClassesThat(resideInAnyPackage("akka.remote..", "akka.cluster.."))
                .check(MAIN);
    }

    @Test
    void theRunnableNodeUsesThePublicPackagesAndNothingInternal() {
        noClasses()
                .that(resideIn(NODE))
                .should()
                .dependOnClassesThat(resideIn(INTERNAL))
                .check(MAIN);
    }

    @Test
    void publicSignaturesShowNoInternalType() {
        List<String> shown = MAIN.stream()
                .filter(resideInAnyPackage(
                        ROOT, LEASE, METRICS, MANAGEMENT, "dev.conclave.singleton..", "dev.conclave.testkit.."))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC)
                        || unit.getModifiers().contains(JavaModifier.PROTECTED))
                .filter(unit -> unit.getAllInvolvedRawTypes().stream().anyMatch(resideIn(INTERNAL)))
                .map(JavaCodeUnit::getFullName)
                .toList();

        assertThat(shown).isEmpty();
    }

    @Test
    void thePublicPackageDependsOnlyOnTheActorsAndTheInnerPackages() {
        knowsOnly(ROOT, CORE, STATUS, STORE, LIFELINE, INTERNAL, LOGGING, AKKA, SCALA, CONFIG, "javax.management..");
    }

    @Test
    void metricsDependOnlyOnTheActorsAndOnlyMetricsAndARunningNodeDependOnMicrometer() {
        knowsOnly(METRICS, CORE, INTERNAL, AKKA, SCALA, MICROMETER);
        noClasses()
                .that()
                .resideOutsideOfPackages(METRICS, RUN)
                .should()
                .dependOnClassesThat(resideInAnyPackage(METRICS, MICROMETER))
                .check(MAIN);
    }

    @Test
    void managementDependsOnlyOnTheRoutesAndOnlyManagementDependsOnAkkaHttp() {
        knowsOnly(MANAGEMENT, ROOT, CORE, INTERNAL, AKKA, SCALA, CONFIG);
        noClasses()
                .that()
                .resideOutsideOfPackage(MANAGEMENT)
                .should()
                .dependOnClassesThat(resideInAnyPackage(MANAGEMENT, "akka.http..", "akka.management.."))
                .check(MAIN);
    }

    @Test
    void leaseDependsOnlyOnThePublicPackageAndTheActors() {
        knowsOnly(LEASE, ROOT, CORE, INTERNAL, LOGGING, AKKA, SCALA, CONFIG);
    }

    @Test
    void singletonAndTestKitDependOnlyOnThePublicPackageAndTheActors() {
        knowsOnly("dev.conclave.singleton..", ROOT, CORE, INTERNAL, LOGGING, AKKA, SCALA, CONFIG);
        knowsOnly("dev.conclave.testkit..", ROOT, CORE, INTERNAL, LOGGING, AKKA, SCALA, CONFIG);
    }

    @Test
    void theCommandsOfTheNodeShareOnlyTheCommandLineExecUsesRunAndTheArchiveUsesTheDemo() {
        Map<String, List<String>> known = Map.of(
                "cli", List.of(),
                "run", List.of("cli"),
                "exec", List.of("cli", "run"),
                "operate", List.of("cli"),
                "inspect", List.of("cli"),
                "judge", List.of("cli"),
                "demo", List.of("cli"),
                "archive", List.of("cli", "demo"));
        String rooms = "dev.conclave.node.";
        known.forEach((room, others) -> noClasses()
                .that(resideIn(rooms + room))
                .should()
                .dependOnClassesThat(resideIn(NODE)
                        .and(not(resideInAnyPackage(Stream.concat(Stream.of(room), others.stream())
                                .map(other -> rooms + other)
                                .toArray(String[]::new)))))
                .check(MAIN));
    }

    @Test
    void noOtherPackageDependsOnTheNode() {
        noClasses()
                .that()
                .resideOutsideOfPackage(NODE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(NODE, "picocli..", "ch.qos.logback.."))
                .check(MAIN);
    }

    /** A project that lists Akka first resolves the SLF4J API that Akka depends on, 1.7.36. */
    @Test
    void onlyTheNodeUsesTheApiThatSlf4j2Added() {
        noClasses()
                .that()
                .resideOutsideOfPackage(NODE)
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.slf4j.spi..", "org.slf4j.event.."))
                .check(MAIN);
    }

    @Test
    void onlyTheNodeDependsOnTheJudge() {
        noClasses()
                .that()
                .resideOutsideOfPackages(NODE, JUDGE)
                .should()
                .dependOnClassesThat(resideIn(JUDGE))
                .check(MAIN);
    }

    @Test
    void theExplorerChecksTheCoreAndNothingElse() {
        noClasses()
                .that(resideIn(EXPLORE))
                .should()
                .dependOnClassesThat(resideIn(ROOT + "..").and(not(resideInAnyPackage(EXPLORE, CORE, JUDGE))))
                .allowEmptyShould(true)
                .check(TESTS);
    }

    @Test
    void packagesHaveNoCyclicDependencies() {
        slices().assignedFrom(new Rooms()).should().beFreeOfCycles().check(MAIN);
    }

    /** A role, an input or an effect that other code could extend would reach a {@code switch} that does not handle it. */
    @Test
    void sealedTypesOfTheCoreAreClosedDownToTheirLeaves() {
        List<Class<?>> sealed = MAIN.stream()
                .filter(resideIn(CORE))
                .<Class<?>>map(JavaClass::reflect)
                .filter(Class::isSealed)
                .toList();
        List<Class<?>> open = sealed.stream()
                .flatMap(type -> Stream.<Class<?>>of(type.getPermittedSubclasses()))
                .filter(type -> !type.isSealed() && !Modifier.isFinal(type.getModifiers()))
                .toList();

        assertThat(sealed).as("sealed types of the core").isNotEmpty();
        assertThat(open)
                .as("permitted, but neither sealed nor final, a record or an enum")
                .isEmpty();
    }

    /** An application may block the threads that the whole JVM shares; no part of an election may wait for one of them. */
    @Test
    void noCodeRunsOnThreadsThatTheWholeJvmShares() {
        noClasses()
                .should()
                .accessTargetWhere(describe(
                        "run something on the common pool or on the common timer",
                        access -> access.getTarget() instanceof AccessTarget.MethodCallTarget method
                                && runsOnCommonThreads(method)))
                .check(MAIN);
    }

    private static boolean runsOnCommonThreads(AccessTarget.MethodCallTarget method) {
        String name = method.getName();
        boolean withoutExecutor =
                method.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Executor.class));
        return switch (method.getOwner().getFullName()) {
            case "java.util.concurrent.CompletableFuture", "java.util.concurrent.CompletionStage" ->
                (name.endsWith("Async") && withoutExecutor)
                        || List.of("orTimeout", "completeOnTimeout", "delayedExecutor")
                                .contains(name);
            case "java.util.concurrent.ForkJoinPool" -> name.equals("commonPool");
            case "java.util.Arrays" -> name.startsWith("parallel");
            default -> name.equals("parallelStream") || name.equals("parallel");
        };
    }

    private static void knowsOnly(String room, String... known) {
        classes()
                .that(resideIn(room))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(known).or(resideInAnyPackage(room, JDK, NULLNESS)))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    private static DescribedPredicate<JavaClass> resideIn(String room) {
        return resideInAPackage(room);
    }

    private static DescribedPredicate<JavaAccess<?>> is(String ofPackage, String name) {
        return describe(
                ofPackage + "…" + name,
                access -> access.getTargetOwner().getPackageName().equals(ofPackage)
                        && access.getTarget().getName().equals(name));
    }

    /** Each package below the root or below {@code internal} is a room, and so is the root. */
    private static final class Rooms implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (name.equals(ROOT)) {
                return SliceIdentifier.of("users");
            }
            return name.startsWith(ROOT + ".") ? SliceIdentifier.of(roomOf(name)) : SliceIdentifier.ignore();
        }

        private static String roomOf(String name) {
            String[] parts = name.split("\\.", -1);
            return parts[2].equals("internal") ? parts[2] + "." + parts[3] : parts[2];
        }

        @Override
        public String getDescription() {
            return "rooms";
        }
    }
}
