// What a program written with @gitbeaker/rest does with a server: node gitbeaker.mjs URL TOKEN. Ends with 1 at the first surprise.
import assert from "node:assert/strict";
import { Gitlab } from "@gitbeaker/rest";

const [host, token] = process.argv.slice(2);
const api = new Gitlab({ host, token });
const names = (list) => list.map((one) => one.name);

async function until(what, ask) {
  for (let i = 0; i < 300; i++) {
    const found = await ask();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

const steps = {
  async people() {
    assert.ok((await api.Metadata.show()).version);
    assert.equal((await api.Users.showCurrentUser()).username, "root");
    const [bea] = await api.Users.all({ username: "bea" });
    const project = await api.Projects.create({ name: "beaker", path: "beaker", defaultBranch: "main", initializeWithReadme: true });
    assert.equal((await api.Projects.show("root/beaker")).id, project.id);
    assert.ok((await api.Projects.all({ search: "beak", membership: true })).length >= 1);
    assert.equal((await api.Projects.edit(project.id, { description: "By a client" })).description, "By a client");
    await api.ProjectMembers.add(project.id, 30, { userId: bea.id });
    await api.ProjectMembers.edit(project.id, bea.id, 40);
    assert.equal((await api.ProjectMembers.show(project.id, bea.id)).access_level, 40);
    assert.ok((await api.ProjectMembers.all(project.id, { includeInherited: true })).length >= 1);
    await api.ProjectMembers.remove(project.id, bea.id);
    await api.ProjectVariables.create(project.id, "LEVEL", "debug");
    await api.ProjectVariables.edit(project.id, "LEVEL", "info", { protected: true });
    assert.equal((await api.ProjectVariables.show(project.id, "LEVEL")).value, "info");
    assert.equal((await api.ProjectVariables.all(project.id)).length, 1);
    await api.ProjectVariables.remove(project.id, "LEVEL");
    return project.id;
  },

  async repository(id) {
    await api.RepositoryFiles.create(id, "docs/a b.txt", "main", "one\n", "Add");
    await api.RepositoryFiles.edit(id, "docs/a b.txt", "main", "two\n", "Change");
    const file = await api.RepositoryFiles.show(id, "docs/a b.txt", "main");
    assert.equal(Buffer.from(file.content, "base64").toString(), "two\n");
    const raw = await api.RepositoryFiles.showRaw(id, "docs/a b.txt", "main");
    assert.equal(typeof raw === "string" ? raw : await raw.text(), "two\n");
    assert.deepEqual(names(await api.Repositories.allRepositoryTrees(id, { path: "docs", ref: "main" })), ["a b.txt"]);
    await api.Branches.create(id, "feature/x", "main");
    const commit = await api.Commits.create(id, "feature/x", "More", [{ action: "create", filePath: "b.txt", content: "b\n" }]);
    assert.equal((await api.Commits.all(id, { refName: "feature/x" }))[0].title, "More");
    assert.equal((await api.Commits.show(id, commit.id)).stats.additions, 1);
    assert.equal((await api.Commits.showDiff(id, commit.id)).length, 1);
    assert.equal((await api.Repositories.compare(id, "main", "feature/x")).commits.length, 1);
    assert.deepEqual(names(await api.Branches.all(id)).sort(), ["feature/x", "main"]);
    assert.equal((await api.Branches.show(id, "feature/x")).commit.id, commit.id);
    await api.Tags.create(id, "v1.0", "main", { message: "First" });
    assert.equal((await api.Tags.show(id, "v1.0")).message, "First");
    assert.deepEqual(names(await api.Tags.all(id)), ["v1.0"]);
    assert.ok((await api.Repositories.showArchive(id, { fileType: "zip", sha: "main" })).size > 100);
    await api.ProtectedBranches.create(id, "feature/*", { pushAccessLevel: 30 });
    assert.ok(names(await api.ProtectedBranches.all(id)).includes("feature/*"));
    await api.ProtectedBranches.remove(id, "feature/*");
    await api.Tags.remove(id, "v1.0");
    await api.Branches.remove(id, "feature/x");
    await api.RepositoryFiles.remove(id, "docs/a b.txt", "main", "Remove");
  },

  async pipelines(id) {
    const config = "test: {script: [echo], tags: [nobody]}\n";
    await api.RepositoryFiles.create(id, ".gitlab-ci.yml", "main", config, "Build");
    const pipeline = await until("a pipeline", async () => (await api.Pipelines.all(id))[0]);
    const [job] = await api.Jobs.all(id, { pipelineId: pipeline.id });
    assert.equal((await api.Jobs.show(id, job.id)).name, "test");
    assert.equal(await api.Jobs.showLog(id, job.id), "");
    await api.Commits.editStatus(id, pipeline.sha, "failed", { name: "lint", description: "3 remarks", targetUrl: "https://lint.example.test/3" });
    const told = await api.Commits.allStatuses(id, pipeline.sha);
    assert.deepEqual(told.map((one) => `${one.name} ${one.status}`).sort(), ["lint failed", "test pending"]);
    await api.Pipelines.cancel(id, pipeline.id);
    await api.Pipelines.retry(id, pipeline.id);
    const made = await api.Pipelines.create(id, "main", { variables: [{ key: "LEVEL", value: "debug" }] });
    assert.deepEqual((await api.Pipelines.allVariables(id, made.id)).map((one) => one.key), ["LEVEL"]);
    assert.equal((await api.Pipelines.show(id, made.id)).ref, "main");
    const schedule = await api.PipelineSchedules.create(id, "nightly", "main", "0 3 * * *");
    await api.PipelineSchedules.edit(id, schedule.id, { description: "each night" });
    assert.equal((await api.PipelineSchedules.show(id, schedule.id)).description, "each night");
    assert.equal((await api.PipelineSchedules.all(id)).length, 1);
    await api.PipelineSchedules.remove(id, schedule.id);
    const trigger = await api.PipelineTriggerTokens.create(id, "elsewhere");
    assert.equal((await api.PipelineTriggerTokens.trigger(id, "main", trigger.token)).source, "trigger");
    await api.PipelineTriggerTokens.remove(id, trigger.id);
    await api.Projects.remove(id);
  },
};

let id;
for (const [name, step] of Object.entries(steps)) {
  try {
    id = (await step(id)) ?? id;
  } catch (surprise) {
    console.error(name, surprise, surprise.cause?.description ?? "", surprise.cause?.response?.url ?? "");
    process.exit(1);
  }
}
