package dev.conclave.node.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The state of a process group, as Linux shows it. */
final class ProcessGroup {

    private static final Path PROC = Path.of("/proc");

    private ProcessGroup() {}

    /** Whether no process of the group can act any more; false also if that cannot be read. */
    static boolean isGone(long group) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (acts(process, group)) {
                    return false;
                }
            }
            return true;
        } catch (IOException | DirectoryIteratorException unreadable) {
            return false;
        }
    }

    private static boolean acts(Path process, long group) {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            // "pid (name) state parent group ...", where the name may contain anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4);
            // A container without an init process keeps the dead, which act no more.
            boolean dead = fields[0].equals("Z") || fields[0].equals("X");
            return !dead && Long.parseLong(fields[2]) == group;
        } catch (IOException gone) {
            return false;
        }
    }
}
