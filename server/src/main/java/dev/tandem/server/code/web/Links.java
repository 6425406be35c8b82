package dev.tandem.server.code.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of a project's code pages. Names of refs and files may hold anything; here they become safe in a path. */
public record Links(String fullPath) {
    public String overview() {
        return "/" + fullPath;
    }

    public String deployKeys() {
        return settings() + "/deploy-keys";
    }

    /** @param path empty for the root */
    public String tree(String ref, String path) {
        return of("tree", ref, path);
    }

    public String blob(String ref, String path) {
        return of("blob", ref, path);
    }

    public String raw(String ref, String path) {
        return of("raw", ref, path);
    }

    /** The source of a file that could be shown as markup. */
    public String source(String ref, String path) {
        return blob(ref, path) + "?plain=1";
    }

    public String blame(String ref, String path) {
        return of("blame", ref, path);
    }

    /** The entries of a folder with the commits that its page did not wait for. */
    public String lastCommits(String ref, String path) {
        return of("last-commits", ref, path);
    }

    public String commits(String ref) {
        return of("commits", ref, "");
    }

    /** Those that changed a file or folder. */
    public String commits(String ref, String path) {
        return of("commits", ref, path);
    }

    public String commit(String sha) {
        return of("commit", sha, "");
    }

    public String branches() {
        return "/" + fullPath + "/-/branches";
    }

    public String tags() {
        return "/" + fullPath + "/-/tags";
    }

    /** @param ending {@code zip} or {@code tar.gz} */
    public String archive(String ref, String ending) {
        String name = fullPath.substring(fullPath.lastIndexOf('/') + 1) + "-" + ref.replace('/', '-') + "." + ending;
        return of("archive", ref, name);
    }

    /** What {@code to} has and {@code from} has not. */
    public String compare(String from, String to) {
        return of("compare", from + "..." + to, "");
    }

    /** How {@code to} differs from {@code from} as the two are now. */
    public String compareEnds(String from, String to) {
        return of("compare", from + ".." + to, "");
    }

    /** Where two ends of a comparison are chosen. */
    public String comparison() {
        return "/" + fullPath + "/-/compare";
    }

    /** Search in the files of the default branch. */
    public String search() {
        return "/" + fullPath + "/-/search";
    }

    public String releases() {
        return "/" + fullPath + "/-/releases";
    }

    public String release(String tag) {
        return releases() + "/" + URLEncoder.encode(tag, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public String settings() {
        return "/" + fullPath + "/-/settings";
    }

    private String of(String kind, String ref, String path) {
        return "/" + fullPath + "/-/" + kind + "/" + encoded(ref) + (path.isEmpty() ? "" : "/" + encoded(path));
    }

    static String encoded(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
