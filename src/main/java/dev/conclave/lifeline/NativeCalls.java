package dev.conclave.lifeline;

import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.util.Arrays;

/** Calls functions of Linux's C library through jffi, which Akka's cluster modules bring along. */
final class NativeCalls {

    private NativeCalls() {}

    /**
     * Calls a function of the C library whose parameters and result are 32-bit integers.
     *
     * @return whether it returned 0; false on other systems, without jffi, and if this C library has no such function
     */
    static boolean call(String name, int... arguments) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return false;
        }
        try {
            long address = Library.getDefault().getSymbolAddress(name);
            if (address == 0) {
                return false;
            }
            Type[] types = new Type[arguments.length];
            Arrays.fill(types, Type.SINT32);
            Function function = new Function(address, Type.SINT32, types);
            HeapInvocationBuffer values = new HeapInvocationBuffer(function);
            for (int argument : arguments) {
                values.putInt(argument);
            }
            return Invoker.getInstance().invokeInt(function, values) == 0;
        } catch (LinkageError | RuntimeException e) {
            // There is no native library for this processor, no directory to unpack it, or no jffi.
            return false;
        }
    }
}
