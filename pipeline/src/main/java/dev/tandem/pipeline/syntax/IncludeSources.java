package dev.tandem.pipeline.syntax;

import org.jspecify.annotations.Nullable;

/**
 * Where included files come from that are not in the repository itself; supplied by the caller, who decides what is reachable and with
 * whose rights. Called from the compiling thread only, at most once for each address.
 */
public interface IncludeSources {
    /** @param ref branch, tag or commit; null: the head of the project */
    Answer project(String path, @Nullable String ref);

    /** A file of the web. {@code limitBytes}: an implementation may cut longer ones off, but not before one byte more. */
    Answer remote(String url, int limitBytes);

    /** A file of the template collection, for example {@code Jobs/Build.gitlab-ci.yml}. */
    Answer template(String name, int limitBytes);

    /** @param address {@code host/project/component@version} with its variables replaced */
    Answer component(String address);

    /** What became of a request. */
    sealed interface Answer {}

    /** A repository at one commit; {@code id} names it in diagnostics, such as {@code group/project@main}. */
    record Repository(String id, SourceFiles files) implements Answer {}

    /** One file. */
    record Content(byte[] bytes) implements Answer {}

    /**
     * A component, whose file is at {@code path} of a repository.
     *
     * @param version of the released catalog entry, or null
     */
    record Component(
            Repository repository,
            String path,
            String name,
            String sha,
            @Nullable String version,
            String reference) implements Answer {}

    /** There is none; {@code why} is the end of a sentence that begins with the file. */
    record Absent(String why) implements Answer {}

    /** It cannot be looked up from here, so nobody knows whether there is one. */
    record Unreachable(String why) implements Answer {}

    /** Knows the repository itself only. */
    static IncludeSources none() {
        Answer answer = new Unreachable("cannot be had here");
        return new IncludeSources() {
            @Override
            public Answer project(String path, @Nullable String ref) {
                return answer;
            }

            @Override
            public Answer remote(String url, int limitBytes) {
                return answer;
            }

            @Override
            public Answer template(String name, int limitBytes) {
                return answer;
            }

            @Override
            public Answer component(String address) {
                return answer;
            }
        };
    }
}
