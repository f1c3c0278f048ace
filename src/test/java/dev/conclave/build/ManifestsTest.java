package dev.conclave.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.ConclaveSettings;
import dev.conclave.core.PeerId;
import dev.conclave.internal.settings.UnknownSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promises of the manifests for Kubernetes. KubernetesIT acts them out. */
class ManifestsTest {

    private static final int ARTERY = 2551;
    private static final int LIFELINE = 2552;
    private static final int HTTP = 8558;

    /** The maximum time of an orderly end of the runnable node, in seconds. */
    private static final int ORDERLY_END = 32;

    private final Manifests voters;
    private final StatefulSet set;

    ManifestsTest() throws IOException {
        voters = Manifests.read("voters.yaml");
        set = voters.only(StatefulSet.class);
    }

    private static Config settings(Manifests voters) {
        String file = voters.only(ConfigMap.class).getData().get("application.conf");
        return ConfigFactory.parseString(file)
                .resolveWith(ConfigFactory.parseMap(Map.of("CONCLAVE_TOKEN", "a-secret-of-this-test")))
                .withFallback(ConfigFactory.parseString("akka.remote.artery.canonical.hostname = pod"))
                .withFallback(ConfigFactory.parseResources("conclave-node.conf"))
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve();
    }

    static Stream<PodTemplateSpec> pods() throws IOException {
        List<PodTemplateSpec> pods = new ArrayList<>();
        pods.add(Manifests.read("voters.yaml").only(StatefulSet.class).getSpec().getTemplate());
        for (Deployment deployment :
                Manifests.read("workers.yaml", "leader-service.yaml").all(Deployment.class)) {
            pods.add(deployment.getSpec().getTemplate());
        }
        return pods.stream();
    }

    private static Container container(PodTemplateSpec pod) {
        assertThat(pod.getSpec().getContainers()).hasSize(1);
        return pod.getSpec().getContainers().get(0);
    }

    @Test
    void aFieldThatKubernetesDoesNotHaveIsAnError(@TempDir Path directory) throws IOException {
        Path wrong = directory.resolve("wrong.yaml");
        Files.writeString(
                wrong,
                Files.readString(Manifests.FOLDER.resolve("voters.yaml"))
                        .replace("podManagementPolicy:", "podManagmentPolicy:"));
        assertThatThrownBy(() -> Manifests.read(wrong.toString()))
                .isInstanceOf(UnrecognizedPropertyException.class)
                .hasMessageContaining("podManagmentPolicy");
    }

    @Test
    void theListOfVotersNamesEachPodOfTheSetAndNoOther() {
        String name = set.getMetadata().getName();
        List<PeerId> pods = IntStream.range(0, set.getSpec().getReplicas())
                .mapToObj(i -> new PeerId(name + "-" + i + "." + set.getSpec().getServiceName(), ARTERY))
                .toList();
        assertThat(ConclaveSettings.fromConfig(settings(voters).getConfig("conclave"))
                        .voters())
                .containsExactlyElementsOf(pods);
        assertThat(container(set.getSpec().getTemplate()).getArgs())
                .containsSequence("--host", "$(POD_NAME)." + set.getSpec().getServiceName());
    }

    @Test
    void theSettingsOfTheManifestHaveAnEffect() {
        Config settings = settings(voters);
        assertThat(UnknownSettings.in(settings.getConfig("conclave"))).isEmpty();
        ConclaveSettings read = ConclaveSettings.fromConfig(settings.getConfig("conclave"));
        assertThat(read.lifelinePort()).isEqualTo(LIFELINE);
        assertThat(settings.getInt("conclave.http.port")).isEqualTo(HTTP);
        assertThat(settings.getInt("akka.remote.artery.canonical.port")).isEqualTo(ARTERY);
    }

    @Test
    void aFirstStartNeedsNoReadyVoterAndAnUpdateWaitsUntilTheRestartedOneFollowsALeader() {
        assertThat(set.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
        assertThat(set.getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
        assertThat(set.getSpec().getMinReadySeconds()).isPositive();
        Service names = voters.only(Service.class);
        assertThat(names.getMetadata().getName()).isEqualTo(set.getSpec().getServiceName());
        assertThat(names.getSpec().getClusterIP()).isEqualTo("None");
        assertThat(names.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(names.getSpec().getSelector())
                .isEqualTo(set.getSpec().getSelector().getMatchLabels());
        assertThat(ConclaveSettings.fromConfig(settings(voters).getConfig("conclave"))
                        .readiness()
                        .when())
                .as("a restarted voter takes part before the others reach it")
                .isEqualTo(ConclaveSettings.ReadyWhen.LEADER_KNOWN);
    }

    @Test
    void aDrainOfMachinesTakesOneVoterAtATime() {
        PodDisruptionBudget budget = voters.only(PodDisruptionBudget.class);
        assertThat(budget.getSpec().getMaxUnavailable()).isEqualTo(new IntOrString(1));
        assertThat(budget.getSpec().getSelector()).isEqualTo(set.getSpec().getSelector());
    }

    @Test
    void aVoterHasAVolumeOfItsOwnThatOutlivesIt() {
        List<PersistentVolumeClaim> claims = set.getSpec().getVolumeClaimTemplates();
        assertThat(claims).hasSize(1);
        assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy().getWhenScaled())
                .isEqualTo("Retain");
        Container voter = container(set.getSpec().getTemplate());
        String data = voter.getArgs().get(voter.getArgs().indexOf("--data-dir") + 1);
        assertThat(voter.getVolumeMounts())
                .anyMatch(mount ->
                        mount.getName().equals(claims.get(0).getMetadata().getName())
                                && mount.getMountPath().equals(data));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void aPodIsNotRootWritesOnlyToItsVolumesAndHasTimeToHandOver(PodTemplateSpec pod) {
        var ofPod = pod.getSpec().getSecurityContext();
        assertThat(ofPod.getRunAsNonRoot()).isTrue();
        assertThat(ofPod.getRunAsUser()).isPositive();
        var ofContainer = container(pod).getSecurityContext();
        assertThat(ofContainer.getReadOnlyRootFilesystem()).isTrue();
        assertThat(ofContainer.getAllowPrivilegeEscalation()).isFalse();
        assertThat(ofContainer.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isGreaterThan(ORDERLY_END);
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
        List<String> volumes = new ArrayList<>(
                pod.getSpec().getVolumes().stream().map(Volume::getName).toList());
        if (container(pod).getArgs().contains("--data-dir")) {
            volumes.add("data");
        }
        assertThat(container(pod).getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(container(pod).getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/tmp", "/etc/conclave");
    }

    @ParameterizedTest
    @MethodSource("pods")
    void eachProbeAsksAPathThatNeedsNoTokenAndNoRestartFollowsFromALostLeader(PodTemplateSpec pod) {
        Container container = container(pod);
        assertThat(container.getPorts())
                .extracting(ContainerPort::getContainerPort)
                .containsExactly(ARTERY, LIFELINE, HTTP);
        for (Probe probe : List.of(container.getStartupProbe(), container.getLivenessProbe())) {
            assertThat(probe.getHttpGet().getPath()).isEqualTo("/conclave/livez");
            assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString("http"));
        }
        String asked = container.getReadinessProbe().getHttpGet().getPath();
        int election = container.getArgs().indexOf("--election") + 1;
        assertThat(asked)
                .isIn(
                        "/conclave/readyz",
                        "/conclave/leader/" + container.getArgs().get(election));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void eachPodReadsTheSettingsAndTheTokenOfTheVoters(PodTemplateSpec pod) {
        assertThat(pod.getSpec().getVolumes())
                .filteredOn(volume -> volume.getConfigMap() != null)
                .extracting(volume -> volume.getConfigMap().getName())
                .containsExactly(voters.only(ConfigMap.class).getMetadata().getName());
        assertThat(container(pod).getEnv())
                .filteredOn(variable -> variable.getName().equals("CONCLAVE_TOKEN"))
                .extracting(
                        variable -> variable.getValueFrom().getSecretKeyRef().getName())
                .containsExactly("conclave-http");
        for (String argument : container(pod).getArgs()) {
            Matcher variable = Pattern.compile("\\$\\((\\w+)\\)").matcher(argument);
            while (variable.find()) {
                String name = variable.group(1);
                assertThat(container(pod).getEnv())
                        .anyMatch(one -> one.getName().equals(name));
            }
        }
    }

    @Test
    void workersHaveNoDiskAndStandInAnElectionInWhichNoVoterStands() throws IOException {
        for (Deployment workers :
                Manifests.read("workers.yaml", "leader-service.yaml").all(Deployment.class)) {
            Container worker = container(workers.getSpec().getTemplate());
            assertThat(worker.getArgs()).contains("--election").doesNotContain("--data-dir");
            assertThat(workers.getSpec().getTemplate().getSpec().getVolumes())
                    .allMatch(volume -> volume.getPersistentVolumeClaim() == null);
            assertThat(workers.getSpec().getSelector().getMatchLabels())
                    .isEqualTo(workers.getSpec().getTemplate().getMetadata().getLabels());
        }
        assertThat(container(set.getSpec().getTemplate()).getArgs()).doesNotContain("--election");
    }

    @Test
    void theServiceOfTheLeaderHasTheReadyPodAsItsOnlyEndpointAndAnUpdateDoesNotWaitForOthers() throws IOException {
        Manifests example = Manifests.read("leader-service.yaml");
        Deployment pods = example.only(Deployment.class);
        Service leader = example.only(Service.class);
        assertThat(leader.getSpec().getSelector())
                .isEqualTo(pods.getSpec().getTemplate().getMetadata().getLabels());
        assertThat(leader.getSpec().getPublishNotReadyAddresses()).isNull();
        assertThat(leader.getSpec().getPorts())
                .extracting(ServicePort::getTargetPort)
                .containsExactly(new IntOrString("http"));
        assertThat(pods.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable())
                .isEqualTo(new IntOrString("100%"));
    }

    @Test
    void theImageIsNotRootAndContainsFilesThatTheBuildWrites() throws IOException {
        String file = Files.readString(Manifests.FOLDER.resolve("Dockerfile"));
        assertThat(file).containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$");
        assertThat(Manifests.imageFiles())
                .contains("target/conclave-node.jar")
                .allMatch(source -> source.startsWith("target/") || Files.exists(Path.of(source)));
        assertThat(Manifests.entryPoint()).startsWith("java").endsWith("-jar", "/opt/conclave/conclave-node.jar");
    }
}
