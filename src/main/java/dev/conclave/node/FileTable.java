package dev.conclave.node;

import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;

/**
 * A file table of its own for the lifeline's thread, so that a crash is seen at once however large the process is. This is
 * a hack, for Linux only, and everything works without it.
 *
 * <p>When a process is killed, the kernel takes down its memory first and closes its files after that, and then only peers
 * read the end of their connections (R10): 0.1 ms for every resident megabyte. A thread that shares its file table with
 * nobody closes its files at its own end, which does not wait for the memory.
 *
 * <p>The price: what such a thread opens exists for it alone, and what the others open from then on does not exist for it,
 * while the numbers are the same. It must therefore open and use its sockets itself, and start no thread, write no log and
 * load no class from a jar that is not open yet; {@code LifelineThread} sees to that. And what was open before stays open as
 * long as the thread lives, so the node does this first thing, and a library must not do it in somebody else's process.
 */
public final class FileTable {

    private static final int CLONE_FILES = 0x400;

    private FileTable() {}

    /**
     * Gives the calling thread a file table of its own: a copy of the one it shared.
     *
     * @return whether it has one now; not so on other systems, and where a container forbids the call
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
            // No native library for this processor, or nowhere to unpack it.
            return false;
        }
    }
}
