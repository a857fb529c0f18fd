package dev.sluice.infra.local;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * The signals that tell a process to end. Taken through {@code sun.misc.Signal}, which every
 * supported Java machine has and no compiler accepts by name without a warning; so by reflection.
 */
final class Signals {
  private Signals() {}

  /** Runs the action, on a thread of its own, at SIGTERM, Ctrl-C and the loss of the terminal. */
  static void on(Runnable action) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Method handle = type.getMethod("handle", type, handlerType);
    Object ignore = handlerType.getField("SIG_IGN").get(null);
    Object handler =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handlerType},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() != handlerType) {
                return method.invoke(action, arguments);
              }
              action.run();
              return null;
            });
    for (String name : List.of("TERM", "INT", "HUP")) {
      Object signal = type.getConstructor(String.class).newInstance(name);
      Object before = handle.invoke(null, signal, handler);
      if (ignore.equals(before)) {
        // Whoever started us, as nohup does, asked that it be ignored.
        handle.invoke(null, signal, before);
      }
    }
  }
}
