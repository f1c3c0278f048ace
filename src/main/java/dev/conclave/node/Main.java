package dev.conclave.node;

import dev.conclave.node.archive.ClassArchiveCommand;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.demo.DemoCommand;
import dev.conclave.node.exec.ExecCommand;
import dev.conclave.node.inspect.InspectCommand;
import dev.conclave.node.judge.JudgeCommand;
import dev.conclave.node.operate.DrainCommand;
import dev.conclave.node.operate.ElectorateCommand;
import dev.conclave.node.operate.EventsCommand;
import dev.conclave.node.operate.ForceCommand;
import dev.conclave.node.operate.HandOverCommand;
import dev.conclave.node.operate.RegisterCommand;
import dev.conclave.node.operate.RegisterExportCommand;
import dev.conclave.node.operate.RegisterGetCommand;
import dev.conclave.node.operate.RegisterImportCommand;
import dev.conclave.node.operate.RegisterListCommand;
import dev.conclave.node.operate.StatusCommand;
import dev.conclave.node.operate.WatchCommand;
import dev.conclave.node.run.RunCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main class of {@code conclave-node.jar}. */
@Command(
        name = "conclave-node",
        description = "A peer of a Conclave election, and a demo of what happens when leaders are killed.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:failure; one line on standard error gives the reason", "2:an option is wrong"})
public final class Main implements Callable<Integer> {

    /** How many connections the JDK's HTTP server accepts; the rest is closed at once. */
    private static final String MOST_CONNECTIONS = "jdk.httpserver.maxConnections";

    private static final String LOGBACK = "logback.configurationFile";

    @Spec
    private CommandSpec self = CommandSpec.create();

    private Main() {}

    @Override
    public Integer call() {
        throw new ParameterException(self.commandLine(), "say what to do: run, demo, status, or another command");
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        if (System.getProperty(LOGBACK) == null) {
            System.setProperty(LOGBACK, "conclave-node-logback.xml");
        }
        // This JVM has no other server; an embedder's may have one, so that the library sets nothing.
        if (System.getProperty(MOST_CONNECTIONS) == null) {
            System.setProperty(MOST_CONNECTIONS, "256");
        }
        // Standard output is for events. All other output of this process goes to standard error.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        Console console = new Console(System.in, out, System.err);
        try {
            System.exit(execute(console, args));
        } catch (Throwable fatal) {
            // Threads that were started already would keep a process alive that does nothing.
            try {
                console.complain("this process ends: " + CliException.oneLine(fatal));
            } finally {
                Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE);
            }
        }
    }

    /** Runs a command in this process and returns its exit code. */
    public static int execute(Console console, String... args) {
        CommandLine commands = new CommandLine(new Main())
                .addSubcommand(new RunCommand(console))
                .addSubcommand(executing(console))
                .addSubcommand(new StatusCommand(console))
                .addSubcommand(new WatchCommand(console))
                .addSubcommand(new EventsCommand(console))
                .addSubcommand(new HandOverCommand(console))
                .addSubcommand(new DrainCommand.Drain(console))
                .addSubcommand(new DrainCommand.Undrain(console))
                .addSubcommand(new CommandLine(new ElectorateCommand(console)).addSubcommand(new ForceCommand(console)))
                .addSubcommand(new CommandLine(new RegisterCommand())
                        .addSubcommand(new RegisterListCommand(console))
                        .addSubcommand(new RegisterGetCommand(console))
                        .addSubcommand(new RegisterExportCommand(console))
                        .addSubcommand(new RegisterImportCommand(console)))
                .addSubcommand(new InspectCommand(console))
                .addSubcommand(new JudgeCommand(console))
                .addSubcommand(new DemoCommand(console))
                .addSubcommand(new ClassArchiveCommand(console))
                .setCaseInsensitiveEnumValuesAllowed(true);
        commands.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        commands.setParameterExceptionHandler((wrong, given) -> {
            console.complain(String.valueOf(wrong.getMessage()).replaceAll("\\s+", " ") + " (see --help)");
            return CommandLine.ExitCode.USAGE;
        });
        commands.setExecutionExceptionHandler((thrown, command, parsed) -> {
            if (thrown instanceof CliException told) {
                console.complain(String.valueOf(told.getMessage()));
                return told.isWrongOption() ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
            }
            console.complain(CliException.oneLine(thrown));
            return CommandLine.ExitCode.SOFTWARE;
        });
        int code = commands.execute(args);
        console.flush();
        return code;
    }

    /** Options behind the command belong to the command. */
    private static CommandLine executing(Console console) {
        return new CommandLine(new ExecCommand(console)).setStopAtPositional(true);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"conclave-node " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
