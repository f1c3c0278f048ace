package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.status.RegisterContent;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code register export}: the newest values of all registers, one line of JSON each. */
@Command(
        name = "export",
        description = {
            "Writes the newest value of every register, as its leader tells it, one line of JSON each.",
            "Each value is the newest at the moment at which it was read; the registers are read one after another."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every register was exported",
            "1:some were not, or none; one line on standard error gives the reason",
            "2:an option is wrong"
        })
public final class RegisterExportCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The file to write (default: standard output).")
    private @Nullable Path file;

    @Option(names = "--election", paramLabel = "NAME", description = "Export only the register of this election.")
    private @Nullable String election;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    public RegisterExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        NodeClient client = options.client();
        RegisterDoors doors = new RegisterDoors(client, options.at());
        Map<String, RegisterDoors.Known> all = new LinkedHashMap<>(doors.all());
        if (election != null) {
            OperateOptions.requireElection("--election", election);
            all.keySet().removeIf(name -> !name.equals(election));
            if (all.isEmpty()) {
                throw new CliException(
                        "no node that answered has a register of \"" + PrintableText.of(election) + "\"");
            }
        }
        Map<String, String> failures = new LinkedHashMap<>();
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, RegisterDoors.Known> one : all.entrySet()) {
            try {
                HttpAddress door = one.getValue().leader().isPresent()
                        ? one.getValue().leader().get()
                        : doors.leaderOf(one.getKey());
                RegisterContent content = doors.read(door, one.getKey());
                lines.append(StatusJson.write(content)).append('\n');
            } catch (NodeFailure e) {
                failures.put(one.getKey(), e.why() + Nodes.remedy(client, e));
            } catch (CliException e) {
                failures.put(one.getKey(), String.valueOf(e.getMessage()));
            }
        }
        write(lines.toString());
        RegisterDoors.complain(failures, "exported", all.size());
        return ExitCode.OK;
    }

    private void write(String lines) throws CliException {
        if (file == null) {
            console.out().print(lines);
            console.flush();
            return;
        }
        try {
            // A file that is there already stays as it is until the new one is whole.
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, lines, StandardCharsets.UTF_8);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliException(
                    "cannot write " + PrintableText.of(file.toString()) + " ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }
}
