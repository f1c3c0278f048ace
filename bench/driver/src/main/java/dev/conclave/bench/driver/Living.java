package dev.conclave.bench.driver;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Every process that this one has started and not yet seen end: they end with it, and no others do. */
final class Living {

    private static final Set<Process> PROCESSES = ConcurrentHashMap.newKeySet();

    private Living() {}

    static void add(Process process) {
        PROCESSES.add(process);
    }

    static void remove(Process process) {
        PROCESSES.remove(process);
    }

    static void endAll() {
        PROCESSES.forEach(Process::destroyForcibly);
    }
}
