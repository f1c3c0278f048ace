package dev.conclave.bench.driver;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures fail-overs and hand-overs of elections with registers of several sizes, and of one without. */
@Command(
        name = "fail-over",
        description = {
            "SIGKILL of the leader and hand-over, without a register and with one of each size: the runnable node, three"
                    + " processes at a time, the sizes in turn, lap after lap.",
            "A run that was cut short goes on where it stopped when it is started again with the same --out."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RegisterFailOver implements Callable<Integer> {

    @Option(
            names = "--register",
            split = ",",
            description =
                    "The sizes in bytes, 0 for none, with which the others are compared (default: 0,1024,16384,65536).")
    private List<Integer> bytes = List.of(0, 1024, 16_384, 65_536);

    @Mixin
    private FailOvers failOvers;

    @Override
    public Integer call() throws Exception {
        failOvers.run(bytes.stream().map(BenchedSystem::withRegister).toList(), "registers");
        return 0;
    }
}
