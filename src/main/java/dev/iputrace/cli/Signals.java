package dev.iputrace.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signal handlers by {@code sun.misc.Signal}, reached by reflection because javac warns of it with no way to say that
 * it is meant. A shutdown hook is no substitute: it cannot see a second signal.
 */
final class Signals {
    private Signals() {}

    /** The handler gets the signal (INT, TERM, HUP) by number; nothing is done where the JVM keeps the signal. */
    static void handle(String name, Consumer<Integer> handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invocation = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    handler.accept((Integer) signal.getMethod("getNumber").invoke(arguments[0]));
                }
                return null;
            };
            Object proxy =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {signalHandler}, invocation);
            signal.getMethod("handle", signal, signalHandler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            // The JVM was started with -Xrs, or is of another make: the signal then ends us as it ends any process.
            return;
        }
    }
}
