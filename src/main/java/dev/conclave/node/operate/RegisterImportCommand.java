package dev.conclave.node.operate;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PrintableText;
import dev.conclave.core.RegisterValue;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.status.RegisterContent;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code register import}: writes registers from a file of {@code register export}. */
@Command(
        name = "import",
        description = {
            "Writes the registers in a file that export has written, each at the node that leads its election, and ends that"
                    + " leadership, so that the application begins with the value. Elections without a leader are"
                    + " refused.",
            "A register that holds a value is left alone, unless --replace is given. Nothing is written if a line of the"
                    + " file is wrong."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every register was imported",
            "1:some were not, or none; one line on standard error gives the reason",
            "2:an option is wrong"
        })
public final class RegisterImportCommand implements Callable<Integer> {

    private static final Duration LONGEST_WRITE = Duration.ofSeconds(20);
    private static final int CONFLICT = 409;

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(names = "--election", paramLabel = "NAME", description = "Import only the register of this election.")
    private @Nullable String election;

    @Option(names = "--replace", description = "Replace values that are there.")
    private boolean replace;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    public RegisterImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        Map<String, Optional<byte[]>> values = read();
        NodeClient client = options.client();
        RegisterDoors doors = new RegisterDoors(client, options.at());
        Map<String, String> failures = new LinkedHashMap<>();
        int imported = 0;
        for (Map.Entry<String, Optional<byte[]>> one : values.entrySet()) {
            try {
                write(client, doors.leaderOf(one.getKey()), one.getKey(), one.getValue());
                imported++;
            } catch (NodeFailure e) {
                failures.put(
                        one.getKey(),
                        e.httpStatus() == CONFLICT
                                ? e.why().substring(("HTTP " + CONFLICT + ": ").length())
                                : e.why() + Nodes.remedy(client, e));
            } catch (CliException e) {
                failures.put(one.getKey(), String.valueOf(e.getMessage()));
            }
        }
        console.out().println(imported + " of " + values.size() + " registers were imported.");
        console.flush();
        RegisterDoors.complain(failures, "imported", values.size());
        return ExitCode.OK;
    }

    private void write(NodeClient client, HttpAddress door, String name, Optional<byte[]> value)
            throws NodeFailure, InterruptedException {
        String query = value.isPresent() ? "?replace=" + replace : "?clear=true";
        Object unused = client.post(
                        door,
                        RegisterDoors.path(name) + query,
                        value.orElseGet(() -> new byte[0]),
                        Object.class,
                        LONGEST_WRITE)
                .answer();
    }

    /** Reads the whole file before anything is written. Registers that are empty in it only matter where values are replaced. */
    private Map<String, Optional<byte[]>> read() throws CliException {
        Map<String, Optional<byte[]>> values = new LinkedHashMap<>();
        List<String> lines = new String(OperateOptions.bytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            try {
                RegisterContent line = StatusJson.read(lines.get(i), RegisterContent.class);
                String name = ElectionName.ofApplication(
                                Optional.ofNullable(line.election()).orElse(""))
                        .value();
                Optional<byte[]> value = line.base64()
                        .map(text -> new RegisterValue(Base64.getDecoder().decode(text)).toBytes());
                if (values.put(name, value) != null) {
                    throw new IllegalArgumentException(
                            "\"" + PrintableText.of(name) + "\" is in the file a second time");
                }
            } catch (IOException | IllegalArgumentException wrong) {
                throw new CliException(
                        PrintableText.of(file.toString()) + ", line " + (i + 1) + ": "
                                + Optional.ofNullable(wrong.getMessage())
                                        .map(PrintableText::of)
                                        .orElse("this is no line of register export")
                                + "; nothing was imported",
                        wrong);
            }
        }
        if (election != null && !values.containsKey(election)) {
            throw new CliException(
                    PrintableText.of(file.toString()) + " has no register of \"" + PrintableText.of(election) + "\"");
        }
        values.entrySet()
                .removeIf(one -> (election != null && !one.getKey().equals(election))
                        || (one.getValue().isEmpty() && !replace));
        return values;
    }
}
