package dev.tandem.server.code.http;

import dev.tandem.server.code.lfs.LfsObjects;
import dev.tandem.server.code.lfs.LfsPointer;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.ServerUrls;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.JsonNode;

/**
 * Git LFS at {@code /<project>.git/info/lfs}: its batch API with basic transfers. Admits whom git over HTTP admits, and who
 * shows what they got over SSH.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 9)
class LfsFilter extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger(LfsFilter.class);
    private static final int MOST_OBJECTS = 1000;

    private final LfsExchange exchange;
    private final LfsObjects objects;
    private final LfsLockRequests locks;
    private final ServerUrls urls;

    LfsFilter(LfsExchange exchange, LfsObjects objects, LfsLockRequests locks, ServerUrls urls) {
        this.exchange = exchange;
        this.objects = objects;
        this.locks = locks;
        this.urls = urls;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<LfsAddress> address = LfsAddress.of(request.getRequestURI());
        if (address.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        switch (address.get().what()) {
            case BATCH -> batch(request, response, address.get());
            case VERIFY -> verify(request, response, address.get());
            case OBJECT -> object(request, response, address.get());
            case LOCKS -> locks.handle(request, response, address.get());
        }
    }

    private void batch(HttpServletRequest request, HttpServletResponse response, LfsAddress address)
            throws IOException {
        JsonNode asked = exchange.body(request);
        String operation = asked.path("operation").asString("");
        boolean upload = operation.equals("upload");
        List<LfsPointer> wanted = new ArrayList<>();
        for (JsonNode object : asked.path("objects")) {
            wanted.add(new LfsPointer(
                    object.path("oid").asString(""), object.path("size").asLong(-1)));
        }
        if (!request.getMethod().equals("POST") || (!upload && !operation.equals("download"))) {
            exchange.refuse(response, 422, "The operation must be upload or download.");
        } else if (wanted.size() > MOST_OBJECTS) {
            exchange.refuse(response, 413, "At most " + MOST_OBJECTS + " objects can be asked for at a time.");
        } else if (!asked.path("hash_algo").asString("sha256").equals("sha256")) {
            exchange.refuse(response, 409, "Objects are named by their SHA-256 here.");
        } else {
            Optional<GitAdmission.Admitted> admitted = exchange.admitted(request, response, address, upload);
            if (admitted.isPresent()) {
                exchange.answer(response, 200, answered(request, admitted.get(), wanted, upload));
            }
        }
    }

    private Map<String, Object> answered(
            HttpServletRequest request, GitAdmission.Admitted admitted, List<LfsPointer> wanted, boolean upload) {
        Map<String, Long> there = objects.sizes(
                admitted.project().id(), wanted.stream().map(LfsPointer::oid).toList());
        String base = urls.external() + "/" + admitted.project().fullPath() + ".git/info/lfs/objects/";
        Map<String, String> shown = shown(request);
        List<Map<String, Object>> answers = new ArrayList<>();
        for (LfsPointer object : wanted) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("oid", object.oid());
            answer.put("size", object.sizeBytes());
            Optional<Map<String, Object>> problem = problem(object, there.get(object.oid()), upload);
            if (problem.isPresent()) {
                answer.put("error", problem.get());
            } else if (!upload || !there.containsKey(object.oid())) {
                answer.put("actions", actions(base, object, shown, upload));
                if (!shown.isEmpty()) {
                    answer.put("authenticated", true);
                }
            }
            answers.add(answer);
        }
        return Map.of("transfer", "basic", "hash_algo", "sha256", "objects", answers);
    }

    /** What let this request in lets the transfers in; a client that came under another name of this host knows no other. */
    private static Map<String, String> shown(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        return authorization == null ? Map.of() : Map.of("Authorization", authorization);
    }

    private Optional<Map<String, Object>> problem(
            LfsPointer object, @org.jspecify.annotations.Nullable Long size, boolean upload) {
        if (!LfsPointer.isOid(object.oid()) || object.sizeBytes() < 0) {
            return Optional.of(error(422, "This is no SHA-256 with a size."));
        }
        if (size != null && size != object.sizeBytes()) {
            return Optional.of(error(422, "The object with this SHA-256 has " + size + " bytes."));
        }
        if (size == null && !upload) {
            return Optional.of(error(404, "The project has no such object."));
        }
        return object.sizeBytes() > objects.largestBytes()
                ? Optional.of(error(422, "It is larger than the " + objects.largestBytes() + " bytes allowed here."))
                : Optional.empty();
    }

    private static Map<String, Object> error(int code, String message) {
        return Map.of("code", code, "message", message);
    }

    private static Map<String, Object> actions(
            String base, LfsPointer object, Map<String, String> shown, boolean upload) {
        Map<String, Object> transfer = Map.of("href", base + object.oid() + "/" + object.sizeBytes(), "header", shown);
        return upload
                ? Map.of("upload", transfer, "verify", Map.of("href", base + "verify", "header", shown))
                : Map.of("download", transfer);
    }

    private void verify(HttpServletRequest request, HttpServletResponse response, LfsAddress address)
            throws IOException {
        JsonNode asked = exchange.body(request);
        Optional<GitAdmission.Admitted> admitted = exchange.admitted(request, response, address, true);
        if (admitted.isPresent()) {
            LfsPointer object = new LfsPointer(
                    asked.path("oid").asString(""), asked.path("size").asLong(-1));
            if (objects.has(admitted.get().project().id(), object)) {
                exchange.answer(response, 200, Map.of());
            } else {
                exchange.refuse(response, 404, "The project has no such object.");
            }
        }
    }

    private void object(HttpServletRequest request, HttpServletResponse response, LfsAddress address)
            throws IOException {
        LfsPointer object = java.util.Objects.requireNonNull(address.object());
        switch (request.getMethod()) {
            case "PUT" -> upload(request, response, address, object);
            case "GET", "HEAD" -> download(request, response, address, object);
            default -> exchange.refuse(response, 405, "Objects are put and got.");
        }
    }

    private void upload(HttpServletRequest request, HttpServletResponse response, LfsAddress address, LfsPointer object)
            throws IOException {
        Optional<GitAdmission.Admitted> admitted = exchange.admitted(request, response, address, true);
        if (admitted.isEmpty()) {
            return;
        }
        try {
            objects.store(admitted.get().project().id(), object, request.getInputStream());
            response.setStatus(200);
        } catch (ObjectStore.TooLargeException e) {
            exchange.refuse(response, 413, "The object is " + e.getMessage() + ".");
        } catch (ObjectStore.OtherContentException e) {
            log.info("a large file for {} was refused: {}", address.fullPath(), e.getMessage());
            exchange.refuse(response, 422, "The content is not the object: " + e.getMessage() + ". Nothing was kept.");
        }
    }

    private void download(
            HttpServletRequest request, HttpServletResponse response, LfsAddress address, LfsPointer object)
            throws IOException {
        Optional<GitAdmission.Admitted> admitted = exchange.admitted(request, response, address, false);
        if (admitted.isEmpty()) {
            return;
        }
        try (InputStream content =
                objects.open(admitted.get().project().id(), object).orElse(null)) {
            if (content == null) {
                exchange.refuse(response, 404, "The project has no such object.");
                return;
            }
            response.setContentType("application/octet-stream");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Content-Disposition", "attachment");
            response.setContentLengthLong(object.sizeBytes());
            if (request.getMethod().equals("GET")) {
                content.transferTo(response.getOutputStream());
            }
        }
    }
}
