package dev.tandem.server.platform.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The {@code Link} header of a list: repeats the query as it came, on the origin that the client called.
 *
 * @param url without query, still encoded
 */
record PageLinks(String url, String query) {

    String header(String previous, String next, long last, int perPage) {
        List<String> links = new ArrayList<>();
        if (!previous.isEmpty()) {
            links.add(link(previous, perPage, "prev"));
        }
        if (!next.isEmpty()) {
            links.add(link(next, perPage, "next"));
        }
        links.add(link("1", perPage, "first"));
        links.add(link(Long.toString(last), perPage, "last"));
        return String.join(", ", links);
    }

    private String link(String page, int perPage, String relation) {
        List<String> pairs = new ArrayList<>(Arrays.stream(query.split("&"))
                .filter(pair -> !pair.isEmpty() && !named(pair, "page") && !named(pair, "per_page"))
                .toList());
        pairs.add("page=" + page);
        pairs.add("per_page=" + perPage);
        // What could end the <...> must not come through; browsers and clients encode these anyway.
        String target =
                (url + "?" + String.join("&", pairs)).replace("<", "%3C").replace(">", "%3E");
        return "<" + target + ">; rel=\"" + relation + "\"";
    }

    private static boolean named(String pair, String name) {
        return pair.equals(name) || pair.startsWith(name + "=");
    }
}
