package dev.tandem.runner;

import dev.tandem.host.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;

/**
 * The folders of one job. The project's working copy stays for the next job of that project in that slot; everything
 * else is made anew and deleted afterwards.
 *
 * @param uid owner of what the job may write; meaningless when this process is not root
 * @param builds above the working copies of this slot
 * @param project the job's working copy, its current folder
 * @param home the job's HOME
 * @param tmp what the job sees as /tmp
 * @param files values of file variables and the file named by GITLAB_ENV
 * @param scripts what the runner has the shell read; the job cannot write it
 * @param exchange archives on their way in and out; the job sees it only where it is handed a part
 */
record Workspace(int uid, Path builds, Path project, Path home, Path tmp, Path files, Path scripts, Path exchange) {
    private static final Pattern PLAIN_PATH =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]*[A-Za-z0-9_-])*");

    /** Makes or finds the folders; whatever an earlier job left outside its working copy is deleted. */
    static Workspace open(RunnerConfig config, int slot, JobPayload job) throws IOException {
        var uid = config.firstUid() + slot;
        var own = config.work().resolve("slots").resolve(String.valueOf(slot));
        Folders.delete(own);
        var builds = Files.createDirectories(config.work().resolve("builds").resolve(String.valueOf(slot)));
        var workspace = new Workspace(
                uid,
                builds,
                builds.resolve(projectPath(job)),
                own.resolve("home"),
                own.resolve("tmp"),
                own.resolve("files"),
                own.resolve("scripts"),
                own.resolve("exchange"));
        workspace.make();
        return workspace;
    }

    private static String projectPath(JobPayload job) {
        var path = job.jobInfo().projectFullPath();
        var plain = path.length() < 500 && PLAIN_PATH.matcher(path).matches() && !path.contains("/.");
        return plain ? path : "project-" + job.jobInfo().projectId();
    }

    private void make() throws IOException {
        if (Files.exists(project, LinkOption.NOFOLLOW_LINKS) && !belongsToUs()) {
            Folders.delete(project);
        }
        Files.createDirectories(project);
        for (var folder : new Path[] {home, tmp, files, scripts, exchange}) {
            Files.createDirectories(folder);
        }
        for (var folder : new Path[] {project, home, tmp, files}) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            giveAway(folder);
        }
        Files.setPosixFilePermissions(scripts, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** After a change of uids an old working copy would be another job's. */
    private boolean belongsToUs() throws IOException {
        var owner = (Integer) Files.getAttribute(project, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return Files.isDirectory(project, LinkOption.NOFOLLOW_LINKS) && (!Ownership.possible() || owner == uid);
    }

    void giveAway(Path path) throws IOException {
        if (Ownership.possible()) {
            Ownership.give(path, uid);
        }
    }

    void giveAwayTree(Path path) throws IOException {
        if (Ownership.possible()) {
            Ownership.giveTree(path, uid);
        }
    }

    /** Deletes all but the working copy. */
    void close() throws IOException {
        for (var folder : new Path[] {home, tmp, files, scripts, exchange}) {
            Folders.delete(folder);
        }
    }
}
