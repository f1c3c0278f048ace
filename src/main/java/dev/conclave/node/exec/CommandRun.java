package dev.conclave.node.exec;

import dev.conclave.Leadership;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.node.cli.CliException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of the command, in a process group of its own.
 *
 * <p>The command waits in a shell until the watchdog guards the group, and only the watchdog can say so: if the peer or the
 * watchdog ends before that, the shell reads the end of its pipe, and the command never runs.
 */
final class CommandRun {

    /** How a run ended. */
    sealed interface Ending {}

    /** The command ended by itself. */
    record Exited(int code) implements Ending {}

    /** The leadership ended. */
    record Stopped() implements Ending {}

    /** The command was killed, since one of the processes that guard it was gone or did not answer. */
    record Unguarded() implements Ending {}

    private static final AsyncLogger LOG = AsyncLogger.of(CommandRun.class);

    /** Reads lines from standard error of the watchdog, whose number is the first argument; the command inherits all streams. */
    private static final List<String> GATE = List.of(
            "setsid",
            "sh",
            "-c",
            "exec 3<\"/proc/$0/fd/2\"; while read -r line <&3; do if [ \"$line\" = " + Watchdog.GO
                    + " ]; then exec \"$@\" 3<&-; fi; done; exit 1");

    /** How long processes that the command leaves behind may take to end after SIGTERM. */
    private static final long LEFT_BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How often the group is looked at while it is to end. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long a shell may take to kill the group, before another one tries. */
    private static final long KILL_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The exit code of a command that SIGKILL ended. */
    private static final int KILLED = 128 + 9;

    private final Leadership leadership;
    private final WatchdogProcess watchdog;
    private final RunTimes times;
    private final Process command;
    private GroupKiller killer;
    private boolean told;
    private boolean exited;
    private long leftBehindUntil;
    private boolean killing;
    private long killedAt;
    private boolean guarded = true;
    private volatile boolean toStop;

    private CommandRun(
            Leadership leadership, WatchdogProcess watchdog, RunTimes times, Process command, GroupKiller killer) {
        this.leadership = leadership;
        this.watchdog = watchdog;
        this.times = times;
        this.command = command;
        this.killer = killer;
    }

    /**
     * Starts the command.
     *
     * @param watchdog a watchdog that is ready
     * @throws IOException if a process cannot be started; then nothing of this run stays
     */
    static CommandRun start(List<String> command, Leadership leadership, WatchdogProcess watchdog, RunTimes times)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(GATE)).inheritIO();
        builder.command().add(String.valueOf(watchdog.pid()));
        builder.command().addAll(command);
        builder.environment().put("CONCLAVE_TOKEN", String.valueOf(leadership.fencingToken()));
        builder.environment().put("CONCLAVE_ELECTION", leadership.election());
        try {
            Process gate = builder.start();
            CommandRun run = new CommandRun(leadership, watchdog, times, gate, GroupKiller.of(gate.pid()));
            watchdog.guard(gate.pid(), run.deadline(System.nanoTime()));
            var unused = gate.onExit().thenRun(run::wake);
            return run;
        } catch (IOException e) {
            // Without its watchdog the gate ends.
            watchdog.destroy();
            throw e;
        }
    }

    long group() {
        return command.pid();
    }

    /** The leadership ends: asks the command to end, and kills it before the lease can end. */
    void stop() {
        toStop = true;
        wake();
    }

    /**
     * Returns when no process of the command can act any more.
     *
     * @throws InterruptedException if the thread is interrupted; then every process of the command is killed
     */
    Ending await() throws InterruptedException {
        try {
            return guardUntilItsEnd();
        } catch (InterruptedException abandoned) {
            killer.kill();
            watchdog.destroy();
            throw abandoned;
        }
    }

    private Ending guardUntilItsEnd() throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            vouch(now);
            exit(now);
            if ((toStop || exited) && !told) {
                told = true;
                killer.terminate();
            }
            if (killing) {
                kill(now);
            }
            boolean ending = told || killing;
            if (ending && ProcessGroup.isGone(group())) {
                break;
            }
            pause(ending ? LOOK_NANOS : times.renewNanos());
        }
        killer.disarm();
        watchdog.release();
        if (!guarded) {
            // Frozen, it would not read that.
            watchdog.destroy();
            return new Unguarded();
        }
        return toStop || (killing && !exited) ? new Stopped() : new Exited(command.exitValue());
    }

    /** Prolongs the deadline with the lease, and kills the command if the lease ends or nobody else would kill it. */
    private void vouch(long now) {
        if (killing) {
            return;
        }
        long deadline = deadline(now);
        boolean over = deadline - now <= 0;
        // At the end of the lease the watchdog may have been quicker, which is no fault.
        guarded = over || (killer.isAlive() && watchdog.guards(now) && extended(deadline));
        killing = over || !guarded;
    }

    /** The instant at which the command is killed unless the lease is renewed. The clock is read before the lease. */
    private long deadline(long now) {
        return now + leadership.leaseRemaining().toNanos() - times.killNanos();
    }

    private boolean extended(long deadline) {
        try {
            watchdog.extend(deadline);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Notices that the command has ended by itself; what it leaves behind ends too. */
    private void exit(long now) throws InterruptedException {
        if (exited || killing || command.isAlive()) {
            // While the leadership ends, they have as long as the command has.
            killing |= exited && !toStop && now - leftBehindUntil >= 0;
            return;
        }
        if (command.exitValue() == KILLED && watchdog.hasEnded(LOOK_NANOS)) {
            guarded = false;
            killing = true;
            return;
        }
        exited = true;
        leftBehindUntil = now + LEFT_BEHIND_NANOS;
    }

    private void kill(long now) {
        if (killedAt == 0 || now - killedAt > KILL_AGAIN_NANOS) {
            killedAt = now;
            try {
                if (!killer.isAlive()) {
                    killer = GroupKiller.of(group());
                }
                killer.kill();
            } catch (IOException e) {
                LOG.error("The command, process group {}, cannot be killed yet: {}", group(), CliException.oneLine(e));
            }
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void pause(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedWait(this, nanos);
    }
}
