package dev.conclave.bench.driver;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The measurements of registers, each a verb of its own. */
@Command(
        name = "registers",
        description = "Measures what registers cost.",
        mixinStandardHelpOptions = true,
        subcommands = {RegisterFailOver.class, RegisterWrites.class, RegisterLatency.class, RegisterCatchUp.class})
final class RegistersBench implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which of " + spec.subcommands().keySet() + "?");
    }
}
