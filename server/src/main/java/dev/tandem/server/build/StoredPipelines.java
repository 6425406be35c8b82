package dev.tandem.server.build;

import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Answers other packages from the stores. */
@Component
class StoredPipelines implements Pipelines {
    private static final int MOST = 100;

    private final Database database;
    private final PipelineStore store;

    StoredPipelines(Database database, PipelineStore store) {
        this.database = database;
        this.store = store;
    }

    @Override
    public Optional<PipelineFacts> find(long pipelineId) {
        return database.read(sql -> store.find(sql, pipelineId)).map(StoredPipelines::facts);
    }

    @Override
    public List<PipelineFacts> latest(long projectId, int limit) {
        return database
                .read(sql -> store.list(sql, projectId, PipelineStore.Filter.ALL, 0, Math.min(limit, MOST)))
                .stream()
                .map(StoredPipelines::facts)
                .toList();
    }

    @Override
    public List<PipelineFacts> ofCommits(long projectId, List<String> shas) {
        Map<String, PipelineFacts> newest = new LinkedHashMap<>();
        database.read(sql -> store.ofCommits(sql, projectId, shas))
                .forEach(pipeline -> newest.putIfAbsent(pipeline.sha(), facts(pipeline)));
        return List.copyOf(newest.values());
    }

    private static PipelineFacts facts(PipelineRecord pipeline) {
        return new PipelineFacts(
                pipeline.id(),
                pipeline.projectId(),
                pipeline.iid(),
                pipeline.source(),
                pipeline.ref(),
                pipeline.tag(),
                pipeline.sha(),
                pipeline.status(),
                pipeline.warnings(),
                new UserId(pipeline.userId()),
                pipeline.createdAt(),
                pipeline.startedAt(),
                pipeline.finishedAt());
    }
}
