package dev.tandem.server.code.http;

import jakarta.servlet.ServletContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what JGit tells its servlet context as one warning. It tells it of pushes that break off or bring garbage, which
 * every client can cause and nobody has to mend; the context itself would log an error with a stack trace.
 */
final class GitFaults {
    private static final Logger log = LoggerFactory.getLogger(GitFaults.class);
    private static final int LONGEST = 500;

    private GitFaults() {}

    /** The same context but for its log. */
    static ServletContext loggedBriefly(ServletContext context) {
        return (ServletContext) Proxy.newProxyInstance(
                GitFaults.class.getClassLoader(), new Class<?>[] {ServletContext.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("log") && arguments != null) {
                        warn(arguments);
                        return null;
                    }
                    return call(context, method, arguments);
                });
    }

    private static void warn(Object[] arguments) {
        Throwable cause = arguments.length > 1 && arguments[1] instanceof Throwable fault ? fault : null;
        String line = cause == null ? String.valueOf(arguments[0]) : arguments[0] + ": " + cause;
        String oneLine = line.replaceAll("\\p{Cntrl}+", " ");
        log.warn("git client: {}", oneLine.substring(0, Math.min(LONGEST, oneLine.length())));
        log.debug("the same in full", cause);
    }

    private static @Nullable Object call(ServletContext context, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(context, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
