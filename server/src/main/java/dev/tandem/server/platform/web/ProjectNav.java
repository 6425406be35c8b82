package dev.tandem.server.platform.web;

/** What the layout of a project's pages needs to know of the project. */
public record ProjectNav(long id, String fullPath, String name) {
    /** Address of a page of this project: {@code path("/-/pipelines")}; the project's own page for an empty one. */
    public String path(String rest) {
        return "/" + fullPath + rest;
    }
}
