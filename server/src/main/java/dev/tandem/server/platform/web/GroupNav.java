package dev.tandem.server.platform.web;

/** What the layout of a group's pages needs to know of the group. */
public record GroupNav(long id, String fullPath, String name) {
    /** Address of a page of this group: {@code path("/-/edit")}; the group's own page for an empty one. */
    public String path(String rest) {
        return (rest.isEmpty() ? "/" : "/groups/") + fullPath + rest;
    }
}
