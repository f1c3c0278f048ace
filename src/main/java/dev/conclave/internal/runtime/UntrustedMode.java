package dev.conclave.internal.runtime;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;

/** Checks for Artery's untrusted mode, in which a node drops messages to paths of its actors that are not listed as trusted. */
public final class UntrustedMode {

    private static final String TRUSTED_PATHS = "akka.remote.artery.trusted-selection-paths";

    private UntrustedMode() {}

    /**
     * Checks that other nodes can send to the path.
     *
     * @param path within the actor system
     * @throws IllegalStateException if the system would drop their messages
     */
    public static void requireTrusted(ActorSystem<?> system, String path) {
        Config config = system.settings().config();
        if (config.getBoolean("akka.remote.artery.untrusted-mode")
                && !config.getStringList(TRUSTED_PATHS).contains(path)) {
            throw new IllegalStateException(
                    "akka.remote.artery.untrusted-mode is on, so Artery would drop what other nodes send to " + path
                            + "; add \"" + path + "\" to " + TRUSTED_PATHS);
        }
    }
}
