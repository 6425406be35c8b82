package dev.tandem.server.platform.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import dev.tandem.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder taken from under a server at work, and what a second server makes of it. */
class BackupTest {
    @TempDir
    Path folder;

    @Test
    void aRestoredFolderHoldsAllThatTheServerHad() throws Exception {
        Path target = folder.resolve("all.tar.gz");
        Path data = folder.resolve("data");
        try (BuildServer build = BuildServer.start(folder)) {
            Repo repo = build.project("kept", "a: {script: [echo], artifacts: {paths: [x]}}\n");
            build.awaitPipeline(repo, 0);
            ScriptedRunner runner = build.runner();
            ScriptedRunner.Given job = runner.takeAndStart();
            runner.upload(job, "", "artifacts.zip", new byte[] {
                'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
            });
            runner.finishTaken(job, "a log\n", "success", "");
            String variable = "{\"key\":\"SECRET\",\"value\":\"opensesame\"}";
            assertThat(build.server()
                            .api("POST", "/projects/" + repo.id() + "/variables", RunningServer.TOKEN, variable)
                            .statusCode())
                    .isEqualTo(201);
        }
        assertThat(new Backup(data).write(target).files()).isPositive();
        Map<String, List<String>> tables = tables(data);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
        Path restored = folder.resolve("restored");
        new Restore(target).into(restored);

        assertThat(tables(restored)).isEqualTo(tables);
        for (String kept : List.of("objects", "logs", "repositories", "secret.key")) {
            assertThat(contents(restored.resolve(kept))).isEqualTo(contents(data.resolve(kept)));
        }
        try (RunningServer second = RunningServer.start(restored)) {
            assertThat(second.api("GET", "/projects/root%2Fkept/variables/SECRET", RunningServer.TOKEN, null)
                            .body())
                    .contains("opensesame");
            assertThat(second.api("GET", "/projects/root%2Fkept/jobs/1/trace", RunningServer.TOKEN, null)
                            .body())
                    .isEqualTo("a log\n");
        }
    }

    @Test
    void whatIsTakenWhilePeoplePushFitsTogether() throws Exception {
        List<Path> taken = new ArrayList<>();
        try (BuildServer build = BuildServer.start(folder);
                ExecutorService people = Executors.newFixedThreadPool(2)) {
            AtomicBoolean enough = new AtomicBoolean();
            List<Future<Integer>> pushing = new ArrayList<>();
            List<Repo> repos = new ArrayList<>();
            for (String name : List.of("one", "two")) {
                Repo repo = build.project(name, "a: {script: [echo]}\n");
                build.awaitPipeline(repo, 0);
                repos.add(repo);
                pushing.add(people.submit(() -> pushUntil(build, repo, enough)));
            }
            for (int i = 0; i < 3; i++) {
                int before = build.pipelines(repos.getFirst().id()).size();
                Await.until(
                        "more pushes",
                        () -> build.pipelines(repos.getFirst().id()).size() > before);
                Path target = folder.resolve(i + ".tar.gz");
                new Backup(folder.resolve("data")).write(target);
                taken.add(target);
            }
            enough.set(true);
            for (Future<Integer> each : pushing) {
                assertThat(each.get()).isPositive();
            }
        }
        for (Path target : taken) {
            everyPushHasItsPipelineAndEveryPipelineItsCommit(target);
        }
    }

    private static int pushUntil(BuildServer build, Repo repo, AtomicBoolean enough) {
        String url = "http://root:" + RunningServer.TOKEN + "@127.0.0.1:"
                + build.server().uri().getPort() + "/" + repo.path() + ".git";
        int pushes = 0;
        while (!enough.get()) {
            repo.git("commit", "-q", "--allow-empty", "-m", "change " + pushes);
            repo.git("push", "-q", url, "HEAD:refs/heads/b" + pushes % 5, "--force");
            pushes++;
        }
        return pushes;
    }

    private void everyPushHasItsPipelineAndEveryPipelineItsCommit(Path target) throws IOException {
        Path restored = folder.resolve(target.getFileName() + "-restored");
        new Restore(target).into(restored);
        try (RunningServer server = RunningServer.start(restored)) {
            RepositoryFolders folders = server.bean(RepositoryFolders.class);
            for (long project = 1; project <= 2; project++) {
                long id = project;
                Path repository = folders.folder(id);
                git(repository, "fsck", "--connectivity-only");
                Map<String, String> heads = git(repository, "for-each-ref", "--format=%(refname) %(objectname)")
                        .lines()
                        .map(line -> line.split(" "))
                        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
                heads.forEach((ref, commit) -> Await.until(
                        ref + " of " + target + " has its pipeline",
                        () -> pipelines(server, id).stream()
                                .anyMatch(pipeline -> pipeline.sha().equals(commit))));
                for (PipelineRecord pipeline : pipelines(server, id)) {
                    git(repository, "cat-file", "-e", pipeline.sha());
                }
            }
        }
    }

    @Test
    void aFolderInUseIsNotOverwritten() throws Exception {
        Path target = backup();
        Path used = Files.createDirectory(folder.resolve("used"));
        Path mine = Files.writeString(used.resolve("mine"), "x");

        assertThatThrownBy(() -> new Restore(target).into(used))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("is not empty");
        assertThat(mine).hasContent("x");
        assertThatThrownBy(() -> new Backup(folder.resolve("data")).write(target))
                .hasMessageContaining("exists already");
        assertThatThrownBy(() -> new Backup(used).write(folder.resolve("other")))
                .hasMessageContaining("--data");
    }

    @Test
    void aDamagedArchiveBecomesNoFolder() throws Exception {
        Path target = backup();
        byte[] whole = Files.readAllBytes(target);
        Path restored = folder.resolve("restored");
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        for (byte[] damaged : List.of(half, altered(whole), "no archive".getBytes(StandardCharsets.UTF_8))) {
            Path file = Files.write(folder.resolve("damaged.tar.gz"), damaged);
            assertThatThrownBy(() -> new Restore(file).into(restored)).isInstanceOf(BackupException.class);
            assertThat(restored).doesNotExist();
        }
        assertThat(Files.list(folder)
                        .filter(path -> path.getFileName().toString().startsWith(".")))
                .isEmpty();
    }

    /** The same archive, but for one letter of the database. */
    private static byte[] altered(byte[] archive) throws IOException {
        String tar;
        try (GZIPInputStream gunzip = new GZIPInputStream(new ByteArrayInputStream(archive))) {
            tar = new String(gunzip.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(tar.replace("SQLite format 3", "SQLite format 4").getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    private Path backup() throws IOException, SQLException {
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            assertThat(server.uri()).isNotNull();
        }
        Path target = folder.resolve("backup.tar.gz");
        new Backup(folder.resolve("data")).write(target);
        return target;
    }

    private static List<PipelineRecord> pipelines(RunningServer server, long project) {
        return server.bean(Database.class)
                .read(sql -> server.bean(PipelineStore.class).list(sql, project, PipelineStore.Filter.ALL, 0, 1_000));
    }

    /** Rows of each table; the task library's are alive and differ at once. */
    private static Map<String, List<String>> tables(Path data) throws SQLException {
        Map<String, List<String>> tables = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("tandem.db"));
                Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet found = statement.executeQuery(
                    "select name from sqlite_master where type = 'table' and name not like 'scheduled%'")) {
                while (found.next()) {
                    names.add(found.getString(1));
                }
            }
            for (String name : names) {
                tables.put(name, rows(statement, name));
            }
        }
        return tables;
    }

    private static List<String> rows(Statement statement, String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet found = statement.executeQuery("select * from " + table)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(found.getString(i)).append('|');
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(
                        folder.relativize(file).toString(),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private static String git(Path repository, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(command.toString()).isZero();
            return output;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
