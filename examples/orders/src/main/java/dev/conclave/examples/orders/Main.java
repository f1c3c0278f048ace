package dev.conclave.examples.orders;

import dev.conclave.FastCrashDetection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of orders.jar. */
@Command(
        name = "orders",
        description = "A small order service on an Akka cluster, with an elected dispatcher.",
        mixinStandardHelpOptions = true,
        subcommands = {LocalCluster.class, Node.class, DatabaseServer.class})
public final class Main implements Runnable {

    @Spec
    private CommandSpec self = CommandSpec.create();

    private Main() {}

    @Override
    public void run() {
        throw new ParameterException(self.commandLine(), "say what to run: cluster, node or database");
    }

    /** Runs a command, and exits with 0, with 1 after a failure, or with 2 if an option is wrong. */
    public static void main(String[] arguments) {
        // The first line, before any file is opened: the other nodes notice a crash of this process at once.
        FastCrashDetection.enable();
        System.exit(new CommandLine(new Main())
                .setParameterExceptionHandler((wrong, given) -> {
                    System.err.println("orders: " + wrong.getMessage() + " (see --help)");
                    return 2;
                })
                .setExecutionExceptionHandler((failed, command, given) -> {
                    System.err.println("orders: " + failed.getMessage());
                    return 1;
                })
                .execute(arguments));
    }
}
