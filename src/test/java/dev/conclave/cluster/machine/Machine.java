package dev.conclave.cluster.machine;

import java.nio.file.Files;
import java.nio.file.Path;

/** The capabilities of the machine that runs the tests; each is tried once. */
public enum Machine {
    /** The kernel's table of connections. */
    PROC_NET("/proc/net/tcp"),

    /** Mounts a file system: root. */
    MOUNT("mount and tmpfs (root)"),

    /** Network namespaces with packet filters: root, iproute2 and nftables. */
    NAMESPACES("network namespaces, veth and nft (root, iproute2, nftables)"),

    /** A time namespace, which gives a process a monotonic clock of its own. */
    TIME_NAMESPACE("a time namespace (root, util-linux)"),

    /** A process with a network, a root and a user of its own, as a pod has. */
    PODS("network namespaces and an overlay of the root (root, iproute2, nftables, util-linux)"),

    /** Prometheus' tool that checks and tests its rules. */
    PROMTOOL("promtool (of Debian's package prometheus)"),

    /** A browser, and the program that drives it. */
    BROWSER("chromium and chromedriver (of Debian's packages chromium and chromium-driver)");

    private final String words;

    Machine(String words) {
        this.words = words;
    }

    boolean can() {
        return switch (this) {
            case PROC_NET -> Files.isReadable(Path.of("/proc/net/tcp"));
            // In a mount namespace of its own, so that nothing is left after a failure.
            case MOUNT -> Shell.works("unshare", "--mount", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt");
            case NAMESPACES -> Namespaces.work();
            case TIME_NAMESPACE -> Shell.works("unshare", "--time", "--monotonic", "10", "--boottime", "10", "true");
            case PODS ->
                Namespaces.work()
                        && Shell.works(
                                "unshare",
                                "--mount",
                                "sh",
                                "-ec",
                                "mount -t tmpfs tmpfs /mnt; mkdir /mnt/upper /mnt/work /mnt/root; mount -t overlay overlay"
                                        + " -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root;"
                                        + " chroot /mnt/root setpriv --reuid 10001 --clear-groups true");
            case PROMTOOL -> Shell.works("promtool", "--version");
            case BROWSER -> Shell.works("chromium", "--version") && Shell.works("chromedriver", "--version");
        };
    }

    String words() {
        return words;
    }
}
