package dev.conclave.node.operate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code register}: shows, exports and imports the registers of elections. */
@Command(
        name = "register",
        description = "Shows, exports and imports registers: the small values that outlive the leaders of elections.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class RegisterCommand implements Callable<Integer> {

    @Spec
    private CommandSpec self = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(self.commandLine(), "say what to do: list, get, export or import");
    }
}
