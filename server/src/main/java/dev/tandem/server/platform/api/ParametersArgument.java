package dev.tandem.server.platform.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives handlers their {@link Parameters} and {@link Paging} arguments. The body is read once per request. */
final class ParametersArgument implements HandlerMethodArgumentResolver {
    private static final String READ = Parameters.class.getName();

    private final ParameterReader reader;

    ParametersArgument(ParameterReader reader) {
        this.reader = reader;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Parameters.class || parameter.getParameterType() == Paging.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders)
            throws IOException {
        HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
        Parameters parameters = request.getAttribute(READ) instanceof Parameters read ? read : reader.read(request);
        request.setAttribute(READ, parameters);
        return parameter.getParameterType() == Paging.class ? parameters.paging() : parameters;
    }
}
