package dev.tandem.e2e;

import dev.tandem.cli.demo.Report;
import dev.tandem.cli.demo.Story;
import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.WorkingCopy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server on which the demo's story has just been told: what the browser tests and the screenshots look at. */
final class ToldStory implements AutoCloseable {
    static final String PASSWORD = "story-for-browsers";
    static final String TOKEN = "glpat-story-for-browsers";

    private final Path folder;
    private final ServerProcess server;

    private ToldStory(Path folder, ServerProcess server) {
        this.folder = folder;
        this.server = server;
    }

    static ToldStory tell() throws Exception {
        Path folder = Files.createTempDirectory("tandem-story-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        ServerProcess server = ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                List.of("--unsafe-shell=true"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, PASSWORD, ServerProcess.TOKEN_VARIABLE, TOKEN)));
        ToldStory told = new ToldStory(folder, server);
        Report report = new Report();
        List<String> said = new ArrayList<>();
        new Story(server, folder.resolve("work"), PASSWORD, TOKEN, report, said::add).tell();
        if (!report.ok()) {
            told.close();
            throw new AssertionError("the story was not told to its end:\n" + String.join("\n", said));
        }
        return told;
    }

    String url(String path) {
        return server.url() + path;
    }

    /** Takes what serves in staging to a tenth of production's requests, for ten minutes. @return its deployment */
    long beginCanary() throws Exception {
        return api().post(
                        "tandem:/projects/" + Api.encoded("root/shop") + "/rollouts",
                        Map.of(
                                "environment", "production",
                                "promote_from", "staging",
                                "strategy", "canary",
                                "steps", "10,50",
                                "min_step", "10m",
                                "bake", "20m",
                                "override", true))
                .path("deployment_id")
                .asLong();
    }

    /** A good change. @return its commit */
    String pushVersionFour() throws Exception {
        WorkingCopy shop = new WorkingCopy(folder.resolve("work/shop"), url("/root/shop.git"), TOKEN);
        shop.replace("src/shop/Shop.java", "version 3: \" + offer(VISITS.incrementAndGet() % 4)", "version 4\"");
        String commit = shop.commit("Say version 4");
        shop.push();
        return commit;
    }

    Api api() {
        return new Api(server.url(), TOKEN);
    }

    ServerProcess server() {
        return server;
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        server.close();
        Leftovers.end(folder);
    }
}
