package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.status.RegisterContent;
import dev.conclave.status.StatusJson;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code register get}: the value of one register. */
@Command(
        name = "get",
        description = "Shows the newest value of a register, which its leader tells.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:failure; one line on standard error gives the reason", "2:an option is wrong"})
public final class RegisterGetCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ELECTION", description = "The election.")
    private String election = "";

    @Option(names = "--raw", description = "Write the bytes of the value and nothing else.")
    private boolean raw;

    @Option(names = "--json", description = "Write one JSON object, as export does.")
    private boolean json;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    public RegisterGetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        OperateOptions.requireElection("ELECTION", election);
        if (raw && json) {
            throw OperateOptions.wrong("--raw and --json: choose one");
        }
        NodeClient client = options.client();
        RegisterDoors doors = new RegisterDoors(client, options.at());
        HttpAddress door = doors.leaderOf(election);
        RegisterContent content;
        try {
            content = doors.read(door, election);
        } catch (NodeFailure e) {
            throw new CliException(
                    "the register of \"" + PrintableText.of(election) + "\" could not be read at " + door + ": "
                            + e.why() + Nodes.remedy(client, e),
                    e);
        }
        if (raw) {
            byte[] value = content.base64().map(Base64.getDecoder()::decode).orElseGet(() -> new byte[0]);
            console.out().write(value, 0, value.length);
        } else if (json) {
            console.out().println(StatusJson.write(content));
        } else {
            show(content);
        }
        console.flush();
        return ExitCode.OK;
    }

    private void show(RegisterContent content) {
        String value = content.base64().isEmpty()
                ? "empty"
                : content.text()
                        .map(PrintableText::of)
                        .orElse("base64 " + content.base64().get());
        console.out()
                .println(
                        content.register().term() == 0
                                ? PrintableText.of(election) + " has no register: no leader has written one"
                                : PrintableText.of(election) + ": term "
                                        + content.register().termText() + ", write "
                                        + content.register().write()
                                        + content.register()
                                                .bytes()
                                                .map(bytes -> ", " + bytes + " bytes")
                                                .orElse("")
                                        + System.lineSeparator() + value);
    }
}
