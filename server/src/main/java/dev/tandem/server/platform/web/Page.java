package dev.tandem.server.platform.web;

/**
 * What a page's handler returns: rendered to the response as HTML, UTF-8, every value escaped.
 *
 * @param template path under {@code src/main/jte}, such as {@code build/pipeline.jte}; begins with
 *     {@code @param dev.tandem.server.platform.web.Ui ui} and {@code @param <type of model> model}
 * @param model a public record with what the page shows
 * @param status HTTP status, 200 unless said otherwise
 */
public record Page(String template, Object model, int status) {
    public Page(String template, Object model) {
        this(template, model, 200);
    }
}
