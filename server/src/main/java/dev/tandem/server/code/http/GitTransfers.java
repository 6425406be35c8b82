package dev.tandem.server.code.http;

import dev.tandem.server.code.Pushes;
import dev.tandem.server.code.lfs.Bearer;
import dev.tandem.server.code.lfs.LfsLocks;
import dev.tandem.server.code.lfs.LfsTokens;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.ServerUrls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Fetches and pushes over another transport than HTTP, by the same rules. Safe for use by many threads. */
@Component
public class GitTransfers {
    private final GitAdmissions admissions;
    private final RepositoryFolders folders;
    private final Pushes pushes;
    private final LfsLocks locks;
    private final LfsTokens lfsTokens;
    private final ServerUrls urls;
    private final JsonMapper json;

    GitTransfers(
            GitAdmissions admissions,
            RepositoryFolders folders,
            Pushes pushes,
            LfsLocks locks,
            LfsTokens lfsTokens,
            ServerUrls urls,
            JsonMapper json) {
        this.admissions = admissions;
        this.folders = folders;
        this.pushes = pushes;
        this.locks = locks;
        this.lfsTokens = lfsTokens;
        this.urls = urls;
        this.json = json;
    }

    /** The three streams of one conversation. */
    public record Streams(InputStream in, OutputStream out, OutputStream messages) {}

    /** Whether somebody who proved who they are gets what they ask for. */
    public GitAdmission admit(Bearer bearer, String fullPath, boolean push) {
        return admissions.admit(bearer, fullPath, push);
    }

    /**
     * Serves one fetch to its end.
     *
     * @param protocol what the client says of itself, such as {@code version=2}; null for the oldest
     */
    public void fetch(GitAdmission.Admitted admitted, @Nullable String protocol, Streams streams) throws IOException {
        try (Repository repository = open(admitted)) {
            GitTransportConfiguration.fetch(repository, admitted, protocol)
                    .upload(streams.in(), streams.out(), streams.messages());
        }
    }

    /** Serves one push to its end. */
    public void push(GitAdmission.Admitted admitted, Streams streams) throws IOException {
        try (Repository repository = open(admitted)) {
            GitTransportConfiguration.push(pushes, locks, repository, admitted)
                    .receive(streams.in(), streams.out(), streams.messages());
        }
    }

    /** Tells Git LFS where and with what it may move large files over HTTP. */
    public void authenticateLfs(GitAdmission.Admitted admitted, Bearer bearer, boolean upload, Streams streams)
            throws IOException {
        String token =
                lfsTokens.issue(new LfsTokens.Grant(bearer, admitted.project().id(), upload));
        String basic = Base64.getEncoder().encodeToString(("lfs:" + token).getBytes(StandardCharsets.UTF_8));
        streams.out()
                .write(json.writeValueAsBytes(Map.of(
                        "href", urls.external() + "/" + admitted.project().fullPath() + ".git/info/lfs",
                        "header", Map.of("Authorization", "Basic " + basic),
                        "expires_in", LfsTokens.VALID.toSeconds())));
        streams.out().flush();
    }

    private Repository open(GitAdmission.Admitted admitted) {
        return GitTransportConfiguration.open(folders, admitted);
    }
}
