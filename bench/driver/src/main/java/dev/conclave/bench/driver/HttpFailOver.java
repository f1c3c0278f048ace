package dev.conclave.bench.driver;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures whether a fail-over takes longer if each node serves HTTP and an open page receives its events. */
@Command(
        name = "http",
        description = {
            "SIGKILL of the leader and hand-over, without HTTP, and with it and an open stream of events of each node: the"
                    + " runnable node, three processes at a time, the two in turn, lap after lap.",
            "A run that was cut short goes on where it stopped when it is started again with the same --out."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class HttpFailOver implements Callable<Integer> {

    @Mixin
    private FailOvers failOvers;

    @Override
    public Integer call() throws Exception {
        failOvers.run(List.of(BenchedSystem.WITHOUT_HTTP, BenchedSystem.WITH_EVENT_STREAMS), "http");
        return 0;
    }
}
