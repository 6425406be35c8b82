package dev.tandem.cli.run;

import dev.tandem.pipeline.rule.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The commit that a run is of, in a repository of its own from which the jobs fetch: the checkout itself is only read.
 *
 * @param sha what the jobs check out: HEAD, or a commit of the tree as it is
 * @param branch checked out here; null on a detached head and outside git
 * @param defaultBranch that of origin, if known
 * @param changed the tree has changes which this commit does not have
 * @param facts the CI_COMMIT_* variables and who runs it
 */
record Snapshot(
        Git repository,
        Path path,
        String sha,
        @Nullable String branch,
        Optional<String> defaultBranch,
        boolean changed,
        List<Variable> facts) {
    static final String REF = "refs/tandem/run";
    private static final String HEAD = "refs/tandem/head";

    Snapshot {
        facts = List.copyOf(facts);
    }

    /** The folder of the checkout around {@code folder}; empty outside git. */
    static Optional<Path> root(Path folder) throws IOException {
        return new Git(folder).ask("rev-parse", "--show-toplevel").map(Path::of);
    }

    /**
     * Takes it.
     *
     * @param git whether {@code root} is a checkout
     * @param asIs of the files as they lie there, new ones that are not ignored included; always so outside git
     * @param apart whether the repository must stand alone: where it is read, the checkout cannot be seen
     */
    static Snapshot take(Path root, boolean git, Path work, boolean asIs, boolean apart) throws IOException {
        Path path = work.resolve(apart ? "source-apart.git" : "source.git");
        Git here = new Git(root);
        if (!Files.isDirectory(path)) {
            here.must("init", "--quiet", "--bare", "--template=", path.toString());
        }
        Git repository = new Git(path);
        Optional<String> head = git ? here.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}") : Optional.empty();
        if (head.isEmpty() && git && !asIs) {
            throw new IOException("there is no commit yet; --from-dirty-tree takes the files as they are");
        }
        if (head.isPresent()) {
            fetch(here, root, repository, path, apart);
        }
        boolean whole = asIs || head.isEmpty();
        String sha = whole ? commitAsIs(root, git, path, work, head) : head.get();
        repository.must("update-ref", REF, sha);
        boolean changed = !whole && !here.must("status", "--porcelain").isEmpty();
        String branch =
                git ? here.ask("symbolic-ref", "--quiet", "--short", "HEAD").orElse(null) : null;
        Optional<String> defaultBranch = git
                ? here.ask("rev-parse", "--abbrev-ref", "origin/HEAD")
                        .map(name -> name.substring(name.indexOf('/') + 1))
                : Optional.empty();
        return new Snapshot(repository, path, sha, branch, defaultBranch, changed, facts(repository, head.orElse(sha)));
    }

    private static void fetch(Git here, Path root, Git repository, Path path, boolean apart) throws IOException {
        if (!apart) {
            // Nothing is copied: the objects are read where they are.
            Path objects = root.resolve(here.must("rev-parse", "--git-path", "objects"));
            Files.createDirectories(path.resolve("objects/info"));
            Files.writeString(path.resolve("objects/info/alternates"), objects.normalize() + "\n");
            Path shallow = root.resolve(here.must("rev-parse", "--git-path", "shallow"));
            if (Files.exists(shallow)) {
                Files.writeString(path.resolve("shallow"), Files.readString(shallow));
            } else {
                Files.deleteIfExists(path.resolve("shallow"));
            }
        }
        repository.must(
                "fetch",
                "--quiet",
                "--prune",
                "--no-tags",
                "--update-shallow",
                root.toString(),
                "+HEAD:" + HEAD,
                "+refs/heads/*:refs/heads/*",
                "+refs/tags/*:refs/tags/*");
    }

    /** New objects go into our repository, the index is one of our own. */
    private static String commitAsIs(Path root, boolean git, Path path, Path work, Optional<String> head)
            throws IOException {
        Path index = work.resolve("index");
        Files.deleteIfExists(index);
        Git writer;
        if (git) {
            Git here = new Git(root);
            Path objects = root.resolve(here.must("rev-parse", "--git-path", "objects"))
                    .normalize();
            Path own = root.resolve(here.must("rev-parse", "--git-path", "index"));
            if (Files.exists(own)) {
                // With what it knows of the files, so that only changed ones are read.
                Files.copy(own, index);
            }
            writer = new Git(
                    root,
                    Map.of(
                            "GIT_INDEX_FILE", index.toString(),
                            "GIT_OBJECT_DIRECTORY", path.resolve("objects").toString(),
                            "GIT_ALTERNATE_OBJECT_DIRECTORIES", objects.toString()));
        } else {
            writer = new Git(
                    root,
                    Map.of(
                            "GIT_INDEX_FILE", index.toString(),
                            "GIT_DIR", path.toString(),
                            "GIT_WORK_TREE", root.toString()));
        }
        writer.must("add", "--all", ".");
        List<String> commit = new ArrayList<>(
                List.of("-c", "user.name=tandem run", "-c", "user.email=tandem@localhost", "commit-tree"));
        commit.addAll(List.of(writer.must("write-tree"), "-m", "The tree as it is"));
        if (head.isPresent()) {
            commit.addAll(List.of("-p", head.get()));
        }
        return writer.must(commit.toArray(String[]::new));
    }

    private static List<Variable> facts(Git repository, String commit) throws IOException {
        String[] told = repository
                .must("log", "-1", "--format=%an <%ae>%x00%cI%x00%s%x00%b%x00%B", commit)
                .split("\0", -1);
        List<Variable> facts = new ArrayList<>();
        facts.add(Variable.raw("CI_COMMIT_SHA", commit));
        facts.add(Variable.raw("CI_COMMIT_SHORT_SHA", commit.substring(0, 8)));
        String[] names = {
            "CI_COMMIT_AUTHOR", "CI_COMMIT_TIMESTAMP", "CI_COMMIT_TITLE", "CI_COMMIT_DESCRIPTION", "CI_COMMIT_MESSAGE"
        };
        for (int at = 0; at < names.length; at++) {
            facts.add(Variable.raw(names[at], told[at].strip()));
        }
        facts.add(Variable.raw("GITLAB_USER_LOGIN", System.getProperty("user.name")));
        return facts;
    }
}
