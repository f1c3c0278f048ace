package dev.conclave.cluster.kubernetes;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod of a manifest and its lives. Each is a process with the command of the image, the arguments and the environment of the
 * container, and its user, in a network namespace of its own and below a read-only root: an overlay of the machine's root, with the
 * image's files in it and the volumes mounted.
 */
final class Pod {

    static final String TOKEN = "secret-of-the-test";

    /**
     * Arguments: the pod's folder, the data directory or nothing, the file of hosts, the folder of the image's files, the settings,
     * user, group, and the command. Each step replaces the process before, so that a signal reaches the JVM.
     */
    private static final String SANDBOX = """
            set -e
            home=$1 data=$2 hosts=$3 image=$4 settings=$5 user=$6 group=$7
            shift 7
            mkdir -p "$home/layers" "$home/root"
            mount -t tmpfs tmpfs "$home/layers"
            mkdir "$home/layers/upper" "$home/layers/work"
            root=$home/root
            mount -t overlay overlay -o "lowerdir=/,upperdir=$home/layers/upper,workdir=$home/layers/work" "$root"
            mkdir -p "$root/etc/conclave" "$root/opt/conclave" "$root/var/lib/conclave"
            mount --bind "$image" "$root/opt/conclave"
            mount -o remount,bind,ro "$root/opt/conclave"
            cp "$settings" "$root/etc/conclave/application.conf"
            mount --bind "$hosts" "$root/etc/hosts"
            if [ -n "$data" ]; then
              mkdir -p "$data"
              chown "$user:$group" "$data"
              mount --bind "$data" "$root/var/lib/conclave"
            fi
            mount -t tmpfs -o size=64m tmpfs "$root/tmp"
            mount --rbind /proc "$root/proc"
            mount --rbind /dev "$root/dev"
            mount -o remount,ro "$root"
            cd /
            exec chroot "$root" setpriv --reuid "$user" --regid "$group" --clear-groups --inh-caps=-all --bounding-set=-all \\
              --no-new-privs "$@"
            """;

    private final HttpClient kubelet =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String name;
    private final PodTemplateSpec template;
    private final Container container;
    private final PodNetwork network;
    private final Path home;
    private final Image image;
    private final List<Path> events = new ArrayList<>();
    private int lives;
    private String address = "";
    private Optional<Process> process = Optional.empty();

    /**
     * The parts of a pod that come from outside of its manifest.
     *
     * @param files the folder of the image's files
     * @param command the image's command
     * @param settings the file that the ConfigMap holds
     */
    record Image(Path files, List<String> command, Path settings) {}

    Pod(String name, PodTemplateSpec template, PodNetwork network, Path home, Image image) {
        this.name = name;
        this.template = template;
        this.container = template.getSpec().getContainers().get(0);
        this.network = network;
        this.home = home;
        this.image = image;
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    /** The events of all lives, a file each. */
    List<Path> events() {
        return List.copyOf(events);
    }

    /** Starts the next life, at an address that no pod had before. */
    void start() throws IOException {
        address = network.join(name);
        Path life = Files.createDirectories(home.resolve("life-" + lives++));
        Map<String, String> environment = environment();
        String user = String.valueOf(template.getSpec().getSecurityContext().getRunAsUser());
        String group = String.valueOf(template.getSpec().getSecurityContext().getRunAsGroup());
        boolean votes = container.getArgs().contains("--data-dir");
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", network.space(name)));
        command.addAll(List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", SANDBOX, "sh"));
        command.addAll(List.of(
                life.toString(),
                votes ? home.resolve("data").toString() : "",
                network.names().toString(),
                image.files().toString(),
                image.settings().toString(),
                user,
                group));
        command.addAll(image.command());
        for (String argument : container.getArgs()) {
            command.add(expand(argument, environment));
        }
        Path out = life.resolve("events.jsonl");
        events.add(out);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(life.resolve("log").toFile());
        builder.environment().putAll(environment);
        builder.environment()
                .put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"));
        process = Optional.of(builder.start());
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            environment.put(variable.getName(), valueOf(variable));
        }
        return environment;
    }

    private String valueOf(EnvVar variable) {
        var from = variable.getValueFrom();
        if (from.getSecretKeyRef() != null) {
            return TOKEN;
        }
        return switch (from.getFieldRef().getFieldPath()) {
            case "metadata.name" -> name;
            case "status.podIP" -> address;
            default -> throw new AssertionError(from);
        };
    }

    private static String expand(String argument, Map<String, String> environment) {
        String expanded = argument;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            expanded = expanded.replace("$(" + variable.getKey() + ")", variable.getValue());
        }
        return expanded;
    }

    private Process process() {
        return process.orElseThrow(() -> new IllegalStateException(name + " was never started"));
    }

    /** Ends the pod as a kubelet does; it must end by itself, with success, within its grace period. */
    void terminate() throws InterruptedException {
        Process ending = process();
        ending.toHandle().destroy();
        assertThat(ending.waitFor(template.getSpec().getTerminationGracePeriodSeconds(), SECONDS))
                .as(name + " ended within its grace period")
                .isTrue();
        assertThat(ending.exitValue()).as(this::log).isZero();
        network.leave(name);
    }

    /** Ends the process, whatever its state. */
    void kill() throws InterruptedException {
        if (process.isPresent()) {
            process().toHandle().destroyForcibly();
            process().waitFor();
        }
    }

    /** Lines of {@code /proc/PID/status}, by name. */
    Map<String, String> status() throws IOException {
        Map<String, String> status = new HashMap<>();
        for (String line :
                Files.readAllLines(Path.of("/proc", String.valueOf(process().pid()), "status"))) {
            String[] parts = line.split(":\\s*", 2);
            status.put(parts[0], parts[1]);
        }
        return status;
    }

    /** Whether the root of the process is mounted read-only. */
    boolean hasReadOnlyRoot() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process().pid()), "mounts")).stream()
                .map(line -> line.split(" "))
                .anyMatch(mount ->
                        mount[1].equals("/") && List.of(mount[3].split(",")).contains("ro"));
    }

    /** Whether one answer to the startup probe is a success. */
    boolean hasStarted() {
        return succeeds(container.getStartupProbe());
    }

    /** Whether one answer to the liveness probe is a success. */
    boolean isLive() {
        return succeeds(container.getLivenessProbe());
    }

    /** Whether one answer to the readiness probe is a success. */
    boolean isReady() {
        return succeeds(container.getReadinessProbe());
    }

    private boolean succeeds(Probe probe) {
        HTTPGetAction get = probe.getHttpGet();
        Integer seconds = probe.getTimeoutSeconds();
        return answers(get.getPath(), Duration.ofSeconds(seconds == null ? 1 : seconds));
    }

    /** Whether the pod leads the election, as a load balancer asks. */
    boolean leads(String election) {
        return answers("/conclave/leader/" + election, Duration.ofSeconds(1));
    }

    private boolean answers(String path, Duration patience) {
        int status = ask(path, patience, Map.of());
        return status >= 200 && status < 400;
    }

    /** Returns the status of an answer; 0 if there is none. */
    int ask(String path, Duration patience, Map<String, String> headers) {
        int port = container.getPorts().stream()
                .filter(one -> one.getName().equals("http"))
                .findFirst()
                .orElseThrow()
                .getContainerPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + path))
                .timeout(patience);
        headers.forEach(request::header);
        try {
            return kubelet.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException noAnswer) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    String log() {
        try {
            return Files.readString(home.resolve("life-" + (lives - 1)).resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
