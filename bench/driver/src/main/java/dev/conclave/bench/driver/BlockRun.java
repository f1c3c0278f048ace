package dev.conclave.bench.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Plays one block. */
final class BlockRun {

    private static final Duration BEFORE = Duration.ofSeconds(1);
    private static final Duration FROZEN_ON = Duration.ofMillis(500);
    private static final long LEAVING_SECONDS = 40;
    private static final Duration RETURNING = Duration.ofSeconds(120);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration WAKING = Duration.ofSeconds(75);
    private static final List<String> TWO_GB = List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch");
    private static final int LOG_BYTES = 60_000;

    private final Block block;
    private final Plan plan;
    private final Parts parts;
    private final Signals signals;
    private final Deadline deadline;
    private final Consumer<Reading> readings;
    private final Path logs;
    private Row doing = Row.COLD;

    BlockRun(
            Block block,
            Plan plan,
            Parts parts,
            Signals signals,
            Deadline deadline,
            Consumer<Reading> readings,
            Path logs) {
        this.block = block;
        this.plan = plan;
        this.parts = parts;
        this.signals = signals;
        this.deadline = deadline;
        this.readings = readings;
        this.logs = logs;
    }

    /** Gives whether it came to its end; what failed is among the readings. */
    boolean play(Group group) throws IOException, Deadline.OutOfTime {
        BenchedSystem system = block.system();
        List<String> more = block.kind() == Block.Kind.TWO_GB ? TWO_GB : List.of();
        boolean looks = block.kind() == Block.Kind.FREEZES;
        // Three starting processes fill both processors by themselves, so for them only what was before counts.
        Pressure before = Pressure.now();
        deadline.rest(BEFORE);
        Double pressureBefore = finite(before.until(Pressure.now()));
        List<Integer> streams = system.hasEventStreams() ? group.httpPorts() : List.of();
        try (EventStreams events = new EventStreams(streams);
                Trio trio =
                        new Trio(group, system, index -> system.command(parts, group, index, more, looks), deadline)) {
            try {
                play(trio, pressureBefore);
                if (events.bytes() == 0 && !streams.isEmpty()) {
                    throw new IllegalStateException("no member sent an event");
                }
                return true;
            } catch (Trio.Overdue | IllegalStateException e) {
                fail(String.valueOf(e.getMessage()));
                keepLogs(group);
                return false;
            }
        }
    }

    private void play(Trio trio, Double pressureBefore) throws IOException, Deadline.OutOfTime, Trio.Overdue {
        BenchedSystem system = block.system();
        if (block.kind() == Block.Kind.BLOWS) {
            Trio.Succeeded first = trio.awaitLeader(trio.startedNanos(), OptionalInt.empty(), patience());
            add(Row.COLD, millis(first.nanos() - trio.startedNanos()), pressureBefore, Map.of());
        }
        trio.awaitSettled(patience());
        if (system.registerBytes().isPresent()) {
            trio.awaitRegister(
                    OptionalInt.empty(),
                    trio.startedNanos(),
                    system.registerBytes().getAsInt(),
                    patience());
        }
        if (block.kind() == Block.Kind.IDLE) {
            idle(trio);
            return;
        }
        trio.rest(plan.firstRest());
        switch (block.kind()) {
            case BLOWS -> {
                if (plan.warmUp() && system.pace() == BenchedSystem.Pace.SWIFT) {
                    round(trio, Blow.KILL, Row.WARM_UP);
                }
                rounds(trio, Blow.TRANSFER, Row.TRANSFER, system.transfers() ? plan.transfers() : 0);
                rounds(trio, Blow.KILL, Row.KILL, plan.kills());
                rounds(trio, Blow.TERM, Row.TERM, plan.terms());
            }
            case FREEZES -> rounds(trio, Blow.FREEZE, Row.FREEZE, plan.freezes());
            case TWO_GB -> rounds(trio, Blow.KILL, Row.KILL_2GB, plan.twoGbKills());
            default -> throw new IllegalStateException("no rounds in " + block);
        }
    }

    private void rounds(Trio trio, Blow blow, Row row, int wanted)
            throws IOException, Deadline.OutOfTime, Trio.Overdue {
        for (int i = 0; i < plan.rounds(wanted, block.system()); i++) {
            round(trio, blow, row);
        }
    }

    /** One blow: the leader is struck, another one leads, the struck one is back and follows. */
    private void round(Trio trio, Blow blow, Row row) throws IOException, Deadline.OutOfTime, Trio.Overdue {
        doing = row;
        trio.awaitSettled(patience());
        trio.rest(plan.rest());
        int victim = trio.awaitSettled(patience());
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("residentMegabytes", trio.member(victim).residentMegabytes());
        Pressure before = Pressure.now();
        trio.rest(BEFORE);
        if (trio.awaitSettled(patience()) != victim) {
            throw new Trio.Overdue("the leader changed while nothing happened");
        }
        Pressure atBlow = Pressure.now();
        long struck = strike(trio.member(victim), blow);
        Trio.Succeeded next = trio.awaitLeader(
                struck, OptionalInt.of(victim), block.system().pace().patience());
        Pressure after = Pressure.now();
        if (block.system().registerBytes().isPresent()) {
            int bytes = block.system().registerBytes().getAsInt();
            trio.awaitRegister(OptionalInt.of(next.index()), struck, bytes, patience());
        }
        more.put("pressureBefore", finite(before.until(atBlow)));
        more.put("pressureDuring", finite(atBlow.until(after)));
        more.put("victim", victim);
        more.put("next", next.index());
        Double pressure = finite(before.until(after));
        if (blow == Blow.FREEZE) {
            add(row, millis(next.nanos() - struck), pressure, more);
            thaw(trio, victim, pressure);
        }
        long back = System.nanoTime();
        if (blow.ends()) {
            if (!trio.member(victim).awaitEnd(LEAVING_SECONDS)) {
                more.put("ended", "killed after " + LEAVING_SECONDS + " s");
            }
            back = System.nanoTime();
            trio.restart(victim);
        }
        if (blow != Blow.FREEZE) {
            try {
                trio.awaitSettled(patience());
                more.put("followsAfterMillis", millis(System.nanoTime() - back));
            } finally {
                add(row, millis(next.nanos() - struck), pressure, more);
            }
        } else {
            awaitReturn(trio);
        }
    }

    /** Whoever was thawed follows again, or ends, as one does that was taken out of a cluster, and is started again. */
    private void awaitReturn(Trio trio) throws IOException, Deadline.OutOfTime, Trio.Overdue {
        long until = System.nanoTime() + RETURNING.toNanos();
        while (true) {
            trio.restartTheEnded();
            try {
                trio.awaitSettled(LOOK_AGAIN);
                return;
            } catch (Trio.Overdue e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
            }
        }
    }

    /** Gives the instant before it. */
    private long strike(Member leader, Blow blow) throws IOException {
        long now = System.nanoTime();
        switch (blow) {
            case KILL -> leader.kill();
            case TERM -> leader.terminate();
            case FREEZE -> signals.stop(leader);
            case TRANSFER -> leader.tell(block.system().dialect().transfer());
        }
        return now;
    }

    private void thaw(Trio trio, int victim, Double pressure) throws IOException, Deadline.OutOfTime {
        doing = Row.BELIEF;
        trio.rest(FROZEN_ON);
        long thawed = System.nanoTime();
        signals.resume(trio.member(victim));
        try {
            Word woke = trio.awaitWoke(victim, thawed, WAKING);
            double believed = woke.believedUntil() == 0 ? 0 : millis(woke.believedUntil() - thawed);
            add(Row.BELIEF, believed, pressure, Map.of("firstLookMillis", millis(woke.firstLook() - thawed)));
        } catch (Trio.Overdue | IllegalStateException e) {
            fail(String.valueOf(e.getMessage()));
        }
        doing = Row.FREEZE;
    }

    private void idle(Trio trio) throws IOException, Deadline.OutOfTime, Trio.Overdue {
        doing = Row.IDLE;
        trio.rest(plan.idleRest());
        int leader = trio.awaitSettled(patience());
        Pressure before = Pressure.now();
        long from = System.nanoTime();
        long[] cpu = cpu(trio);
        trio.rest(plan.idle());
        long[] later = cpu(trio);
        double seconds = (System.nanoTime() - from) / 1e9;
        Pressure after = Pressure.now();
        if (trio.awaitSettled(patience()) != leader) {
            throw new Trio.Overdue("the leader changed while nothing happened");
        }
        double sum = 0;
        double followers = 0;
        Map<String, Object> more = new LinkedHashMap<>();
        for (int i = 0; i < trio.size(); i++) {
            double percent = (later[i] - cpu[i]) / 1e9 / seconds * 100;
            sum += percent;
            if (i == leader) {
                more.put("leader", percent);
            } else {
                followers += percent;
            }
            more.put("residentMegabytes-" + i, trio.member(i).residentMegabytes());
        }
        if (leader >= 0) {
            more.put("follower", followers / (trio.size() - 1));
        }
        more.put("seconds", seconds);
        add(Row.IDLE, sum / trio.size(), finite(before.until(after)), more);
    }

    private static long[] cpu(Trio trio) throws IOException {
        long[] nanos = new long[trio.size()];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = trio.member(i).cpuNanos();
        }
        return nanos;
    }

    private Duration patience() {
        return block.system().pace().patience().plusSeconds(30);
    }

    private void add(Row row, double value, Double pressure, Map<String, Object> more) {
        readings.accept(new Reading(block.key(), block.lap(), block.system().key(), row, value, pressure, null, more));
    }

    private void fail(String why) {
        readings.accept(new Reading(block.key(), block.lap(), block.system().key(), doing, null, null, why, Map.of()));
    }

    /** The ends of what its processes wrote, for whoever asks why. */
    private void keepLogs(Group group) throws IOException {
        Files.createDirectories(logs);
        for (int i = 0; i < group.size(); i++) {
            if (Files.isRegularFile(group.log(i))) {
                byte[] all = Files.readAllBytes(group.log(i));
                int from = Math.max(0, all.length - LOG_BYTES);
                Files.write(
                        logs.resolve(block.key() + "-" + i + ".txt"),
                        java.util.Arrays.copyOfRange(all, from, all.length));
            }
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static Double finite(double share) {
        return Double.isNaN(share) ? null : share;
    }
}
