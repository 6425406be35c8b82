package dev.tandem.server.code.http;

import dev.tandem.server.code.HiddenRefs;
import dev.tandem.server.code.Pushes;
import dev.tandem.server.code.lfs.LfsLocks;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.identity.Actor;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.eclipse.jgit.http.server.GitFilter;
import org.eclipse.jgit.http.server.resolver.AsIsFileService;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefFilter;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How JGit serves fetches and pushes here. */
@Configuration(proxyBeanMethods = false)
class GitTransportConfiguration {
    private static final int MEBI = 1024 * 1024;

    /** Of a silent client; a slow one that still moves is never cut off. */
    private static final int IDLE_SECONDS = 300;

    @Bean
    GitFilter gitFilter(RepositoryFolders folders, Pushes pushes, LfsLocks locks) {
        GitFilter git = new GitFilter();
        git.setAsIsFileService(AsIsFileService.DISABLED);
        git.setRepositoryResolver((request, name) -> open(folders, admitted(request)));
        git.setUploadPackFactory(
                (request, repository) -> fetch(repository, admitted(request), request.getHeader("Git-Protocol")));
        git.setReceivePackFactory((request, repository) -> push(pushes, locks, repository, admitted(request)));
        return git;
    }

    /** It is reached through {@link GitHttpFilter} only. */
    @Bean
    FilterRegistrationBean<GitFilter> gitFilterIsNoFilterOfItsOwn(GitFilter git) {
        FilterRegistrationBean<GitFilter> registration = new FilterRegistrationBean<>(git);
        registration.setEnabled(false);
        return registration;
    }

    private static GitAdmission.Admitted admitted(HttpServletRequest request) {
        Object admitted = request.getAttribute(GitAdmission.Admitted.class.getName());
        return (GitAdmission.Admitted) Objects.requireNonNull(admitted, "only admitted requests come here");
    }

    static Repository open(RepositoryFolders folders, GitAdmission.Admitted admitted) {
        return folders.open(admitted.project().id(), admitted.project().defaultBranch());
    }

    static UploadPack fetch(Repository repository, GitAdmission.Admitted admitted, @Nullable String protocol) {
        UploadPack upload = new UploadPack(repository);
        if (protocol != null) {
            upload.setExtraParameters(List.of(protocol.split(":")));
        }
        // Partial clones ask for single blobs later, runners for commits that no branch leads to any more.
        upload.setRequestPolicy(UploadPack.RequestPolicy.ANY);
        upload.setRefFilter(admitted.actor() instanceof Actor.Job ? RefFilter.DEFAULT : PEOPLES_REFS);
        upload.setPackConfig(packing(repository));
        upload.setTimeout(IDLE_SECONDS);
        return upload;
    }

    /** What lies compressed is sent as it lies; looking for new deltas costs more memory than the whole server has. */
    private static PackConfig packing(Repository repository) {
        PackConfig packing = new PackConfig(repository);
        packing.setDeltaCompress(false);
        packing.setThreads(1);
        packing.setDeltaCacheSize(2L * MEBI);
        packing.setBigFileThreshold(RepositoryFolders.STREAM_FROM_BYTES);
        return packing;
    }

    static ReceivePack push(Pushes pushes, LfsLocks locks, Repository repository, GitAdmission.Admitted admitted) {
        return new GuardedReceivePack(repository, admitted, pushes, locks);
    }

    static final RefFilter PEOPLES_REFS = GitTransportConfiguration::withoutHidden;

    private static Map<String, Ref> withoutHidden(Map<String, Ref> refs) {
        return refs.entrySet().stream()
                .filter(entry -> !HiddenRefs.isHidden(entry.getValue().getName()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
