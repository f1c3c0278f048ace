package dev.conclave.node;

import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;

/**
 * Gives the lifeline's thread a file table of its own, so that a crash is noticed at once, however large the process is. This is
 * a hack for Linux; everything works without it.
 *
 * <p>When a process is killed, the kernel first frees its memory, which takes 0.1 ms for every resident megabyte, and then closes
 * its files; only then do peers read the end of their connections (R10). The files of a thread that does not share its file table
 * are closed at the end of that thread, before the memory is freed.
 *
 * <p>The price: files that this thread opens exist for it alone, and files that other threads open later do not exist for it,
 * while descriptor numbers overlap. So the thread must open and use its sockets itself, must not start threads or write logs, and
 * must not load a class from a jar that is not open yet; {@code LifelineThread} ensures that. Files that were open before stay
 * open as long as the thread lives, so the node does this at its very start, and a library must not do it in the process of an
 * application.
 */
public final class FileTable {

    private static final int CLONE_FILES = 0x400;

    private FileTable() {}

    /**
     * Gives the calling thread a file table of its own, as a copy of the shared one.
     *
     * @return whether that succeeded; false on other systems, and if a container forbids the call
     */
    public static boolean unshare() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return false;
        }
        try {
            long unshare = Library.getDefault().getSymbolAddress("unshare");
            if (unshare == 0) {
                return false;
            }
            Function function = new Function(unshare, Type.SINT32, Type.SINT32);
            HeapInvocationBuffer arguments = new HeapInvocationBuffer(function);
            arguments.putInt(CLONE_FILES);
            return Invoker.getInstance().invokeInt(function, arguments) == 0;
        } catch (LinkageError | RuntimeException e) {
            // There is no native library for this processor, or no directory to unpack it.
            return false;
        }
    }
}
