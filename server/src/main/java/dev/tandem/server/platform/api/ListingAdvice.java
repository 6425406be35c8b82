package dev.tandem.server.platform.api;

import dev.tandem.server.platform.ServerUrls;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Writes a {@link Listing} as an array and sets the paging headers. */
@RestControllerAdvice
final class ListingAdvice implements ResponseBodyAdvice<Object> {
    private final ServerUrls urls;

    ListingAdvice(ServerUrls urls) {
        this.urls = urls;
    }

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returnType,
            MediaType selectedContentType,
            Class<? extends HttpMessageConverter<?>> selectedConverterType,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (body instanceof Listing<?> listing && request instanceof ServletServerHttpRequest servlet) {
            var http = servlet.getServletRequest();
            PageLinks links = new PageLinks(address(http), http.getQueryString() == null ? "" : http.getQueryString());
            headers(listing, links, response.getHeaders());
            return listing.items();
        }
        return body;
    }

    /** As clients reach it: what the administrator says, else as this one asked. */
    private String address(HttpServletRequest request) {
        return urls.configured()
                .map(url -> url + request.getRequestURI())
                .orElseGet(() -> request.getRequestURL().toString());
    }

    private static void headers(Listing<?> listing, PageLinks links, HttpHeaders headers) {
        Paging paging = listing.paging();
        long pages = listing.pages();
        String next = paging.page() < pages ? Long.toString(paging.page() + 1L) : "";
        String previous = paging.page() > 1 ? Long.toString(Math.min(paging.page() - 1L, pages)) : "";
        headers.set("X-Page", Integer.toString(paging.page()));
        headers.set("X-Per-Page", Integer.toString(paging.perPage()));
        headers.set("X-Total", Long.toString(listing.total()));
        headers.set("X-Total-Pages", Long.toString(pages));
        headers.set("X-Next-Page", next);
        headers.set("X-Prev-Page", previous);
        headers.set(HttpHeaders.LINK, links.header(previous, next, pages, paging.perPage()));
    }
}
