package dev.tandem.server.build.runners;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Tells whether the client of a held request has hung up. The servlet API cannot say so before something is written, but then
 * a job would have been given to nobody.
 */
final class ClientConnection {
    private static final String ATTRIBUTE = ClientConnection.class.getName();

    private ClientConnection() {}

    /** Only on the request's own thread. Data that arrives before the answer counts as hung up: nobody who waits sends any. */
    static BooleanSupplier gone(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof BooleanSupplier supplier ? supplier : () -> false;
    }

    /** Lets requests for jobs look at their connection. */
    static final class Watch extends ValveBase {
        Watch() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            if (request.getRequestURI().endsWith("/jobs/request")) {
                BooleanSupplier gone = () -> hungUp(request.getCoyoteRequest());
                request.setAttribute(ATTRIBUTE, gone);
            }
            getNext().invoke(request, response);
        }

        private static boolean hungUp(org.apache.coyote.Request request) {
            // Reads without blocking; the end of the stream shows as something to be read.
            request.action(ActionCode.AVAILABLE, Boolean.TRUE);
            return request.getAvailable() > 0;
        }
    }
}
