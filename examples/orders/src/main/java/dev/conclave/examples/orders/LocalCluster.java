package dev.conclave.examples.orders;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Three nodes on this machine. */
@Command(name = "cluster", description = "Runs three nodes on this machine, and places orders.")
final class LocalCluster implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
