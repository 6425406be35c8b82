package dev.tandem.server.identity.web;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns what went wrong into an answer, wherever it happened: in a handler, before one, or in the container. */
@Controller
@ControllerAdvice
final class Faults implements ErrorController {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private final FaultResponses responses;

    Faults(FaultResponses responses) {
        this.responses = responses;
    }

    @ExceptionHandler(ApiException.class)
    void api(ApiException fault, HttpServletRequest request, HttpServletResponse response) throws IOException {
        responses.write(request, response, fault);
    }

    @ExceptionHandler(AccessRefused.class)
    void refused(AccessRefused fault, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (fault.status() == 429) {
            response.setHeader(
                    "Retry-After", Long.toString(Math.max(1, fault.retryAfter().toSeconds())));
            response.setStatus(429);
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter().print("Retry later");
            return;
        }
        responses.write(request, response, fault.status(), fault.reason());
    }

    /** A number in the path that is none: there is no such thing. In a parameter: a mistake. */
    @ExceptionHandler(MethodArgumentTypeMismatchException.class)
    void mismatch(MethodArgumentTypeMismatchException fault, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean inPath = fault.getParameter().hasParameterAnnotation(PathVariable.class);
        responses.write(
                request,
                response,
                inPath ? ApiException.notFound("Resource") : ApiException.malformed(fault.getName()));
    }

    @ExceptionHandler(Exception.class)
    void any(Exception fault, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (fault instanceof ErrorResponse known && known.getStatusCode().value() < 500) {
            known.getHeaders().forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
            responses.write(request, response, known.getStatusCode().value(), null);
            return;
        }
        if (fault instanceof AsyncRequestNotUsableException || gone(fault)) {
            LOG.debug("{} {}: the client went away", request.getMethod(), Requests.logged(request));
            return;
        }
        LOG.error("{} {} failed", request.getMethod(), Requests.logged(request), fault);
        if (!response.isCommitted()) {
            response.resetBuffer();
            responses.write(request, response, 500, null);
        }
    }

    /** What the container or a filter ended with a status. */
    @Requires(Permission.ANYONE)
    @RequestMapping("/error")
    void container(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        responses.write(request, response, status instanceof Integer code ? code : 404, null);
    }

    private static boolean gone(Exception fault) {
        return fault instanceof IOException && fault.getClass().getSimpleName().equals("ClientAbortException");
    }
}
