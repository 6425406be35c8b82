package dev.tandem.server.code.http;

import dev.tandem.server.code.lfs.LfsLock;
import dev.tandem.server.code.lfs.LfsLocks;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.access.Role;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Locks of Git LFS: readers see them, who may push makes them and takes back their own, maintainers those of others. Safe for use by many
 * threads.
 */
@Component
class LfsLockRequests {
    private static final int MOST_LISTED = 1000;
    private static final int USUALLY_LISTED = 100;

    private final LfsExchange exchange;
    private final LfsLocks locks;

    LfsLockRequests(LfsExchange exchange, LfsLocks locks) {
        this.exchange = exchange;
        this.locks = locks;
    }

    void handle(HttpServletRequest request, HttpServletResponse response, LfsAddress address) throws IOException {
        boolean asks = request.getMethod().equals("GET") && address.lock().isEmpty();
        if (!asks && !request.getMethod().equals("POST")) {
            exchange.refuse(response, 405, "Locks are listed with GET, and made, verified and taken back with POST.");
            return;
        }
        Optional<GitAdmission.Admitted> admitted = exchange.admitted(request, response, address, !asks);
        if (admitted.isEmpty()) {
            return;
        }
        long project = admitted.get().project().id();
        if (asks) {
            list(request, response, project);
            return;
        }
        Optional<UserId> user = admitted.get().actor().userId();
        if (user.isEmpty()) {
            exchange.refuse(response, 403, "Locks are for people, not for jobs.");
        } else if (address.lock().isEmpty()) {
            lock(response, project, user.get(), exchange.body(request));
        } else if (address.lock().equals("verify")) {
            verify(response, project, user.get(), exchange.body(request));
        } else {
            long id = Long.parseLong(address.lock().substring(0, address.lock().indexOf('/')));
            boolean isMaintainer = admitted.get()
                    .role()
                    .filter(role -> role.atLeast(Role.MAINTAINER))
                    .isPresent();
            unlock(response, project, id, new Unlocking(user.get(), isMaintainer, exchange.body(request)));
        }
    }

    private void lock(HttpServletResponse response, long project, UserId user, JsonNode asked) throws IOException {
        String path = asked.path("path").asString("");
        if (!isPath(path)) {
            exchange.refuse(
                    response,
                    422,
                    "The path must be that of a file in the repository, of at most " + LfsLocks.LONGEST_PATH
                            + " characters.");
            return;
        }
        switch (locks.lock(project, path, user)) {
            case LfsLocks.Outcome.Locked(LfsLock lock) ->
                exchange.answer(response, 201, Map.of("lock", described(lock)));
            case LfsLocks.Outcome.LockedBefore(LfsLock lock) ->
                exchange.answer(
                        response,
                        409,
                        Map.of(
                                "lock",
                                described(lock),
                                "message",
                                lock.isOf(user)
                                        ? "You have locked this file before."
                                        : "The file is locked by " + lock.owner() + "."));
            case LfsLocks.Outcome.TooMany() ->
                exchange.refuse(
                        response, 422, "The project has " + LfsLocks.MOST + " locks, which is all it may have.");
        }
    }

    private static boolean isPath(String path) {
        return !path.isEmpty()
                && path.length() <= LfsLocks.LONGEST_PATH
                && !path.startsWith("/")
                && !path.endsWith("/")
                && !path.contains("//")
                && path.chars().noneMatch(Character::isISOControl);
    }

    private void list(HttpServletRequest request, HttpServletResponse response, long project) throws IOException {
        String path = request.getParameter("path");
        String id = request.getParameter("id");
        if (path != null || id != null) {
            Optional<LfsLock> found = path != null ? locks.find(project, path) : locks.find(project, number(id, 0));
            exchange.answer(
                    response,
                    200,
                    Map.of(
                            "locks",
                            found.map(LfsLockRequests::described).stream().toList()));
            return;
        }
        Part part = part(project, number(request.getParameter("cursor"), 0), number(request.getParameter("limit"), 0));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "locks", part.locks().stream().map(LfsLockRequests::described).toList());
        part.next().ifPresent(next -> answer.put("next_cursor", next));
        exchange.answer(response, 200, answer);
    }

    /** Before a push, a client asks which of its files somebody else works on. */
    private void verify(HttpServletResponse response, long project, UserId user, JsonNode asked) throws IOException {
        Part part = part(
                project,
                number(asked.path("cursor").asString("0"), 0),
                asked.path("limit").asInt(0));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ours", described(part.locks(), user, true));
        answer.put("theirs", described(part.locks(), user, false));
        part.next().ifPresent(next -> answer.put("next_cursor", next));
        exchange.answer(response, 200, answer);
    }

    /**
     * Who wants a lock away.
     *
     * @param isMaintainer whether they may take away those of others
     */
    private record Unlocking(UserId user, boolean isMaintainer, JsonNode asked) {
        boolean force() {
            return asked.path("force").asBoolean(false);
        }
    }

    private void unlock(HttpServletResponse response, long project, long id, Unlocking wish) throws IOException {
        Optional<LfsLock> lock = locks.find(project, id);
        if (lock.isEmpty()) {
            exchange.refuse(response, 404, "There is no such lock.");
        } else if (!lock.get().isOf(wish.user()) && !wish.force()) {
            exchange.refuse(
                    response,
                    403,
                    "The file is locked by " + lock.get().owner() + "; maintainers can unlock it with --force.");
        } else if (!lock.get().isOf(wish.user()) && !wish.isMaintainer()) {
            exchange.refuse(
                    response,
                    403,
                    "The file is locked by " + lock.get().owner() + "; only maintainers unlock files of others.");
        } else {
            locks.unlock(project, id);
            exchange.answer(response, 200, Map.of("lock", described(lock.get())));
        }
    }

    /** Some of a project's locks; {@code next} is where to go on. */
    private record Part(List<LfsLock> locks, Optional<String> next) {}

    private Part part(long project, long after, long limit) {
        int most = limit <= 0 ? USUALLY_LISTED : (int) Math.min(limit, MOST_LISTED);
        List<LfsLock> found = locks.list(project, after, most + 1);
        return found.size() <= most
                ? new Part(found, Optional.empty())
                : new Part(
                        found.subList(0, most),
                        Optional.of(Long.toString(found.get(most - 1).id())));
    }

    private static long number(@org.jspecify.annotations.Nullable String text, long otherwise) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : otherwise;
    }

    private static List<Map<String, Object>> described(List<LfsLock> locks, UserId user, boolean ours) {
        return locks.stream()
                .filter(lock -> lock.isOf(user) == ours)
                .map(LfsLockRequests::described)
                .toList();
    }

    private static Map<String, Object> described(LfsLock lock) {
        return Map.of(
                "id",
                Long.toString(lock.id()),
                "path",
                lock.path(),
                "locked_at",
                lock.lockedAt().toString(),
                "owner",
                Map.of("name", lock.owner()));
    }
}
