package dev.tandem.server.code.api;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.FileCommits;
import dev.tandem.server.code.FileCommits.Act;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.PushRefusal;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Commits made through the API: of one file, or of many acts. */
@RestController
class FileWritesApi {
    private final Code code;
    private final FileCommits commits;
    private final CommitsApi commitsApi;

    FileWritesApi(Code code, FileCommits commits, CommitsApi commitsApi) {
        this.code = code;
        this.commits = commits;
        this.commitsApi = commitsApi;
    }

    @PostMapping("/api/v4/projects/{id}/repository/files/{path}")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> create(
            Actor actor, ProjectFacts facts, @PathVariable String path, Parameters parameters) {
        byte[] content = requiredContent(parameters);
        boolean executable = parameters.flag("execute_filemode").orElse(false);
        commit(actor, facts, parameters, List.of(new Act.Create(path, content, executable)));
        return written(path, parameters);
    }

    @PutMapping("/api/v4/projects/{id}/repository/files/{path}")
    @Requires(Permission.PUSH)
    Map<String, @Nullable Object> update(
            Actor actor, ProjectFacts facts, @PathVariable String path, Parameters parameters) {
        List<Act> acts = new ArrayList<>();
        acts.add(new Act.Update(path, requiredContent(parameters), lastCommit(parameters)));
        parameters.flag("execute_filemode").ifPresent(executable -> acts.add(new Act.Chmod(path, executable)));
        commit(actor, facts, parameters, acts);
        return written(path, parameters);
    }

    @DeleteMapping("/api/v4/projects/{id}/repository/files/{path}")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Actor actor, ProjectFacts facts, @PathVariable String path, Parameters parameters) {
        commit(actor, facts, parameters, List.of(new Act.Delete(path, lastCommit(parameters))));
    }

    @PostMapping("/api/v4/projects/{id}/repository/commits")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> commit(Actor actor, ProjectFacts facts, Parameters parameters) {
        List<Parameters> wanted = parameters.objects("actions");
        if (wanted.isEmpty()) {
            throw ApiException.missing("actions");
        }
        if (wanted.size() > FileCommits.MOST_ACTS) {
            throw new ApiException(400, "actions are more than " + FileCommits.MOST_ACTS);
        }
        if (parameters.flag("force").orElse(false)) {
            throw new ApiException(400, "force is not supported: a commit is only ever added to a branch");
        }
        List<Act> acts = wanted.stream().map(FileWritesApi::act).toList();
        return commitsApi.get(facts, commit(actor, facts, parameters, acts).sha());
    }

    private Commit commit(Actor actor, ProjectFacts facts, Parameters parameters, List<Act> acts) {
        Project project = code.project(facts);
        FileCommits.Wish wish = new FileCommits.Wish(
                parameters.requiredText("branch"),
                parameters
                        .text("start_sha")
                        .or(() -> parameters.text("start_branch"))
                        .filter(start -> !start.isBlank()),
                parameters.requiredText("commit_message"),
                name(parameters, "author_name"),
                name(parameters, "author_email"),
                acts);
        return switch (commits.commit(Code.person(actor), project, wish)) {
            case FileCommits.Outcome.Done(Commit commit) -> commit;
            case FileCommits.Outcome.Refused(PushRefusal refusal) -> throw Refusals.of(refusal);
            case FileCommits.Outcome.Impossible impossible -> throw Refusals.of(impossible);
        };
    }

    /** What git would take for the end of a name or a line is refused. */
    private static Optional<String> name(Parameters parameters, String name) {
        Optional<String> value = parameters.text(name).filter(text -> !text.isBlank());
        if (value.filter(text -> text.chars()
                        .anyMatch(letter -> letter == '<' || letter == '>' || Character.isISOControl(letter)))
                .isPresent()) {
            throw ApiException.malformed(name);
        }
        return value;
    }

    private static Act act(Parameters action) {
        String path = action.requiredText("file_path");
        return switch (action.requiredText("action")) {
            case "create" ->
                new Act.Create(
                        path,
                        content(action).orElse(new byte[0]),
                        action.flag("execute_filemode").orElse(false));
            case "update" -> new Act.Update(path, requiredContent(action), lastCommit(action));
            case "delete" -> new Act.Delete(path, lastCommit(action));
            case "move" -> new Act.Move(action.requiredText("previous_path"), path, content(action));
            case "chmod" ->
                new Act.Chmod(
                        path,
                        action.flag("execute_filemode").orElseThrow(() -> ApiException.missing("execute_filemode")));
            default -> throw ApiException.malformed("action");
        };
    }

    private static byte[] requiredContent(Parameters parameters) {
        return content(parameters).orElseThrow(() -> ApiException.missing("content"));
    }

    private static Optional<byte[]> content(Parameters parameters) {
        Optional<String> content = parameters.text("content");
        return switch (parameters.text("encoding").orElse("text")) {
            case "text" -> content.map(text -> text.getBytes(StandardCharsets.UTF_8));
            case "base64" -> content.map(FileWritesApi::decoded);
            default -> throw ApiException.malformed("encoding");
        };
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ApiException.malformed("content");
        }
    }

    private static Optional<String> lastCommit(Parameters parameters) {
        return parameters.text("last_commit_id").filter(id -> !id.isBlank());
    }

    private static Map<String, @Nullable Object> written(String path, Parameters parameters) {
        return Map.of("file_path", path, "branch", parameters.requiredText("branch"));
    }
}
