package dev.tandem.server.code.http;

import dev.tandem.server.code.Pushes;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.identity.Actor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Fetches and pushes over another transport than HTTP, by the same rules. Safe for use by many threads. */
@Component
public class GitTransfers {
    private final GitAdmissions admissions;
    private final RepositoryFolders folders;
    private final Pushes pushes;

    GitTransfers(GitAdmissions admissions, RepositoryFolders folders, Pushes pushes) {
        this.admissions = admissions;
        this.folders = folders;
        this.pushes = pushes;
    }

    /** The three streams of one conversation. */
    public record Streams(InputStream in, OutputStream out, OutputStream messages) {}

    /** Whether somebody who proved who they are gets what they ask for. */
    public GitAdmission admit(Actor actor, String fullPath, boolean push) {
        return admissions.admit(actor, fullPath, push);
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
            GitTransportConfiguration.push(pushes, repository, admitted)
                    .receive(streams.in(), streams.out(), streams.messages());
        }
    }

    private Repository open(GitAdmission.Admitted admitted) {
        return GitTransportConfiguration.open(folders, admitted);
    }
}
