package dev.tandem.server.code.imports;

import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProjectCreation;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Pushes;
import dev.tandem.server.code.StagedRefs;
import dev.tandem.server.code.imports.ProjectImport.Status;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Live;
import dev.tandem.server.platform.http.OutgoingException;
import dev.tandem.server.platform.http.OutgoingHttp;
import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jgit.errors.TooLargePackException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Brings branches and tags of repositories elsewhere into empty projects. What is asked for stands in the database and is taken
 * up again after a restart; credentials stay in memory alone, so an import that needed some has to be asked for again then.
 * One at a time. Safe for use by many threads.
 *
 * <p>Project and import are made in one transaction; its branches and tags are seen all at once, when all are there.
 */
@Component
public class Imports implements DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(Imports.class);
    private static final Duration LONGEST = Duration.ofMinutes(60);
    private static final long LARGEST_BYTES = 2048L * 1024 * 1024;
    private static final int BATCH = 100;
    private static final List<RefSpec> REFS = List.of(staged("heads"), staged("tags"));
    private static final String FORGOTTEN =
            "The server stopped before the import was done, and credentials are not kept:"
                    + " delete this project and import once more.";

    private final Database database;
    private final Projects projects;
    private final Pushes pushes;
    private final OutgoingHttp http;
    private final Live live;
    private final Clock clock;
    private final Map<Long, ImportUrl> withCredentials = new ConcurrentHashMap<>();
    private final Map<Long, ImportProgress> running = new ConcurrentHashMap<>();
    private volatile boolean stopping;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("import").factory());

    Imports(Database database, Projects projects, Pushes pushes, OutgoingHttp http, Live live, Clock clock) {
        this.database = database;
        this.projects = projects;
        this.pushes = pushes;
        this.http = http;
        this.live = live;
        this.clock = clock;
    }

    /** Makes a project, as {@link Projects#create} does, into which a repository is imported. */
    public ProjectCreation create(Actor actor, User creator, NewProject wanted, ImportUrl url) {
        ProjectCreation outcome = projects.create(actor, creator, wanted, (tx, project) -> {
            new ImportStore(tx.sql()).insert(project.id(), url, clock.instant());
            if (url.hasCredentials()) {
                withCredentials.put(project.id(), url);
            } else {
                // The number may have been that of a project whose making failed.
                withCredentials.remove(project.id());
            }
        });
        continueOpen();
        return outcome;
    }

    public Optional<ProjectImport> find(long projectId) {
        return database.read(sql -> new ImportStore(sql).find(projectId));
    }

    /** What it is at just now; empty when it is not at work. */
    public String progress(long projectId) {
        ImportProgress progress = running.get(projectId);
        return progress == null ? "" : progress.text();
    }

    /** Takes up what is open and not at work, such as what a process that died left. Safe to repeat. */
    void continueOpen() {
        for (ProjectImport open : database.read(sql -> new ImportStore(sql).open(BATCH))) {
            ImportProgress progress = new ImportProgress(() -> tell(open.projectId()));
            if (running.putIfAbsent(open.projectId(), progress) == null) {
                worker.execute(() -> {
                    try {
                        run(open, progress);
                    } finally {
                        running.remove(open.projectId());
                        withCredentials.remove(open.projectId());
                    }
                });
            }
        }
    }

    private void run(ProjectImport open, ImportProgress progress) {
        Optional<Project> project = projects.find(open.projectId());
        if (project.isEmpty()) {
            return;
        }
        boolean isNew = database.write(
                tx -> new ImportStore(tx.sql()).move(open.projectId(), Status.SCHEDULED, Status.STARTED));
        ImportUrl known = withCredentials.get(open.projectId());
        if (known == null && open.withCredentials()) {
            end(open, Status.FAILED, FORGOTTEN);
            return;
        }
        ImportUrl url = known == null ? ImportUrl.of(open.url()).orElseThrow() : known;
        log.info("import of {} into {} {}", open.url(), project.get().fullPath(), isNew ? "begins" : "goes on");
        try {
            pushes.adopt(project.get(), repository -> fetch(repository, url, progress));
            end(open, Status.FINISHED, "");
        } catch (OutOfMemoryError e) {
            log.error(
                    "import of {} into {} needs more memory than there is",
                    open.url(),
                    project.get().fullPath());
            end(open, Status.FAILED, "The repository is larger than what is imported here.");
        } catch (IOException | RuntimeException e) {
            if (stopping) {
                log.info("import of {} goes on when the server is started again", open.url());
                return;
            }
            log.info(
                    "import of {} into {} failed: {}", open.url(), project.get().fullPath(), e.getMessage());
            end(open, Status.FAILED, why(e));
        }
    }

    private void end(ProjectImport open, Status status, String error) {
        database.write(tx -> {
            new ImportStore(tx.sql()).end(open.projectId(), status, error, clock.instant());
            return status;
        });
        tell(open.projectId());
    }

    private void tell(long projectId) {
        live.publish("import/" + projectId, "status", Map.of("project", projectId));
    }

    /** @return the branch that the other side's HEAD names */
    private Optional<String> fetch(Repository repository, ImportUrl url, ImportProgress progress) throws IOException {
        try (GuardedConnections connections = new GuardedConnections(http, url.address(), LONGEST, LARGEST_BYTES);
                Transport transport =
                        Transport.open(repository, new URIish(url.address().toString()))) {
            if (!(transport instanceof TransportHttp overHttp)) {
                throw new IOException("not an address of git over HTTP");
            }
            overHttp.setHttpConnectionFactory(connections);
            // Those of what is fetched would be seen at once.
            overHttp.setTagOpt(TagOpt.NO_TAGS);
            overHttp.setObjectChecker(new ObjectChecker());
            if (url.hasCredentials()) {
                overHttp.setCredentialsProvider(new UsernamePasswordCredentialsProvider(url.user(), url.password()));
            }
            FetchResult fetched = overHttp.fetch(progress, REFS);
            Ref head = fetched.getAdvertisedRef(Constants.HEAD);
            return head != null && head.isSymbolic()
                    ? Optional.of(Repository.shortenRefName(head.getTarget().getName()))
                    : Optional.empty();
        } catch (URISyntaxException e) {
            throw new IOException("not an address", e);
        }
    }

    /** A sentence for whoever asked: what the other side or the way there did, nothing of our inside. */
    private static String why(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutgoingException outgoing) {
                return String.valueOf(outgoing.getMessage());
            }
            if (cause instanceof TooLargePackException) {
                return "The repository is larger than what is imported here.";
            }
        }
        String message = failure instanceof TransportException ? String.valueOf(failure.getMessage()) : "";
        if (message.contains("not authorized") || message.contains("Authentication is required")) {
            return "The other server wants credentials, or does not take these: put user and token in the address.";
        }
        return message.isEmpty()
                ? "The repository could not be read. The server's log says why."
                : "The other server did not give the repository: "
                        + message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    private static RefSpec staged(String kind) {
        return new RefSpec("+refs/" + kind + "/*:" + StagedRefs.PREFIX + kind + "/*");
    }

    @Override
    public void destroy() {
        stopping = true;
        running.values().forEach(ImportProgress::cancel);
        worker.shutdownNow();
    }
}
