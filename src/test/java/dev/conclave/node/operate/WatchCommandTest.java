package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchCommandTest {

    private final List<FakeNode> nodes = FakeNode.voters("a:1", "b:2");
    private final FakeNode a = nodes.get(0);
    private final FakeNode b = nodes.get(1);
    private final CommandRun command = new CommandRun();
    private final Thread watching =
            new Thread(() -> command.run("watch", "--every", "100ms", "--at", a.door(), "--time-limit", "1s"));

    @AfterEach
    void endAll() throws InterruptedException {
        watching.interrupt();
        nodes.forEach(FakeNode::close);
        watching.join();
    }

    @Test
    void withoutATerminalEachChangeIsALineAndALostNodeIsReplaced() {
        nodes.forEach(node -> node.knows("orders", "a:1", 7));
        watching.start();
        await().until(() -> command.out().contains("orders: a:1 leads in term 0.7"));
        assertThat(command.out()).contains("a:1 is asked at " + a.door(), "b:2: takes part");
        nodes.forEach(node -> node.knows("orders", "b:2", 8));
        await().until(() -> command.out().contains("orders: b:2 leads in term 0.8"));
        a.close();
        await().until(() -> command.out().contains("lost a:1: b:2 is asked at " + b.door()));
        await().until(() -> command.out().contains("a:1: no answer (connection refused)"));
        b.close();
        await().until(() -> command.out().contains("lost b:2: no node answers, and all are asked again"));
        assertThat(command.out().lines().filter(line -> line.contains("term 0.7")))
                .hasSize(1);
    }
}
