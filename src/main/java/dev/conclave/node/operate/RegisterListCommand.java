package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.status.StatusJson;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code register list}: which registers there are. */
@Command(
        name = "list",
        description = "Lists the registers on the disks of all nodes that answer, without their values.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:failure; one line on standard error gives the reason", "2:an option is wrong"})
public final class RegisterListCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Write one JSON object for each register.")
    private boolean json;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    public RegisterListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        Map<String, RegisterDoors.Known> all = new RegisterDoors(options.client(), options.at()).all();
        for (RegisterDoors.Known known : all.values()) {
            if (json) {
                console.out().println(StatusJson.write(known.newest()));
                continue;
            }
            console.out()
                    .println(PrintableText.of(known.newest().election()) + "  term "
                            + known.newest().termText() + "  write "
                            + known.newest().write() + "  "
                            + known.newest()
                                    .bytes()
                                    .map(bytes -> bytes + " bytes")
                                    .orElse("empty")
                            + (known.leader().isPresent() ? "" : "  no leader answers"));
        }
        if (all.isEmpty() && !json) {
            console.out().println("No node that answered has a register.");
        }
        console.flush();
        return ExitCode.OK;
    }
}
