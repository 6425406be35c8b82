package dev.tandem.server.code.api;

import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.Slice;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import org.springframework.stereotype.Component;

/** Finds what resources of a repository ask for, or ends the request with 404. */
@Component
class Code {
    private final Projects projects;
    private final Repositories repositories;

    Code(Projects projects, Repositories repositories) {
        this.projects = projects;
        this.repositories = repositories;
    }

    Project project(ProjectFacts facts) {
        return projects.find(facts.id()).orElseThrow(() -> ApiException.notFound("Project"));
    }

    /** The commit that {@code ref} names. @param what is not found otherwise: {@code Tree}, {@code Commit} */
    String commit(ProjectFacts facts, String ref, String what) {
        return repositories.resolve(facts.id(), ref).orElseThrow(() -> ApiException.notFound(what));
    }

    /** The ref in the parameter, else the default branch. */
    String ref(ProjectFacts facts, Parameters parameters, String name) {
        return parameters
                .text(name)
                .filter(ref -> !ref.isBlank())
                .orElseGet(() -> project(facts).defaultBranch());
    }

    /** Whoever writes is a person: a job's token does not reach so far. */
    static Actor.Person person(Actor actor) {
        if (actor instanceof Actor.Person person) {
            return person;
        }
        throw ApiException.forbidden();
    }

    static <T> Listing<T> listing(Slice<T> slice, Paging paging) {
        return new Listing<>(slice.items(), slice.total(), paging);
    }
}
