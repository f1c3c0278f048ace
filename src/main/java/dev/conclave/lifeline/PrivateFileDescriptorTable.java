package dev.conclave.lifeline;

/**
 * Gives the lifeline's thread a table of file descriptors of its own (its <em>file table</em>), so that a crash is noticed at
 * once, however large the process is. This is a hack for Linux; everything works without it.
 *
 * <p>When a process is killed, the kernel first frees its memory, which takes 0.1 ms for every resident megabyte, and then closes
 * its files; only then do peers read the end of their connections (R10). The files of a thread that does not share its file table
 * are closed at the end of that thread, before the memory is freed.
 *
 * <p>The price: files that this thread opens exist for it alone, and files that other threads open later do not exist for it,
 * while descriptor numbers overlap. So the thread must open and use its sockets itself, must not start threads or write logs, and
 * must not load a class from a jar that is not open yet; {@code LifelineThread} ensures that. Files that were open before stay
 * open as long as the thread lives, so this belongs at the very start of a process, and only the application can call it there
 * ({@link dev.conclave.FastCrashDetection}).
 */
final class PrivateFileDescriptorTable {

    private static final int CLONE_FILES = 0x400;
    private static final int CLOSE_RANGE_UNSHARE = 2;

    /** A descriptor number that no file has: with it, the range of descriptors to be closed is empty. */
    private static final int NO_FILE = -1;

    private PrivateFileDescriptorTable() {}

    /**
     * Gives the calling thread a file table of its own, as a copy of the shared one.
     *
     * <p>The system call {@code close_range} can do that too (Linux 5.9 and later): a container whose seccomp profile
     * forbids {@code unshare} may allow it.
     *
     * @return whether that succeeded; false on other systems, without jffi, and if a container forbids both calls
     */
    static boolean unshare() {
        return NativeCalls.call("unshare", CLONE_FILES) || unshareByClosingNothing();
    }

    static boolean unshareByClosingNothing() {
        return NativeCalls.call("close_range", NO_FILE, NO_FILE, CLOSE_RANGE_UNSHARE);
    }
}
