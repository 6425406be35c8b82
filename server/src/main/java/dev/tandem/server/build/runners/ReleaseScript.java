package dev.tandem.server.build.runners;

import dev.tandem.pipeline.plan.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The step of a job that makes its release: commands for any POSIX shell with curl, since the stock runner in any image takes them,
 * too. The shell puts variables in, so that those which the script made count; it evaluates nothing else of the texts. Pure.
 */
final class ReleaseScript {
    private static final Pattern SPECIAL = Pattern.compile("\\$\\$|[\\\\\"`$]");
    /** What makes a dollar before it a variable. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]|\\{[A-Za-z_][A-Za-z0-9_]*\\}");

    private static final String SEND = """
            tandem_answer="$(curl -sS -X POST -H "JOB-TOKEN: $CI_JOB_TOKEN" "$@" -w '
            %{http_code}' "$CI_API_V4_URL/projects/$CI_PROJECT_ID/releases")" || exit 1
            tandem_status="${tandem_answer##*
            }"
            if [ "$tandem_status" != 201 ]; then
              echo "The release was not made: $tandem_answer" >&2
              exit 1
            fi
            echo "Released $tandem_tag: $CI_PROJECT_URL/-/releases"
            """;

    private ReleaseScript() {}

    /** One command, so that a shell which stops at errors stops at its end only. */
    static List<String> of(Release release) {
        List<String> lines = new ArrayList<>();
        lines.add("if ! command -v curl >/dev/null 2>&1; then");
        lines.add("  echo 'A release is made by curl, which this job does not have.' >&2");
        lines.add("  exit 1");
        lines.add("fi");
        lines.add("tandem_tag=" + quoted(release.tagName()));
        lines.add("tandem_text=" + quoted(release.description()));
        lines.add("set -- --data-urlencode \"tag_name=$tandem_tag\"");
        lines.add("if [ -f \"$tandem_text\" ]; then set -- \"$@\" --data-urlencode \"description@$tandem_text\"");
        lines.add("else set -- \"$@\" --data-urlencode \"description=$tandem_text\"; fi");
        add(lines, "name", release.name());
        add(lines, "ref", release.ref() == null ? "$CI_COMMIT_SHA" : release.ref());
        add(lines, "tag_message", release.tagMessage());
        add(lines, "released_at", release.releasedAt());
        for (Release.Link link : release.links()) {
            add(lines, "assets[links][][name]", link.name());
            add(lines, "assets[links][][url]", link.url());
            add(lines, "assets[links][][link_type]", link.linkType());
            add(lines, "assets[links][][direct_asset_path]", link.filepath());
        }
        return List.of(String.join("\n", lines) + "\n" + SEND);
    }

    private static void add(List<String> lines, String name, @Nullable String value) {
        if (value != null) {
            lines.add("set -- \"$@\" --data-urlencode " + quoted(name + "=" + value));
        }
    }

    /** In double quotes, where nothing but {@code $NAME} and {@code ${NAME}} means anything; {@code $$} is one dollar. */
    static String quoted(String text) {
        Matcher special = SPECIAL.matcher(text);
        StringBuilder quoted = new StringBuilder("\"");
        while (special.find()) {
            special.appendReplacement(quoted, Matcher.quoteReplacement(escaped(special.group(), text, special.end())));
        }
        return special.appendTail(quoted).append('"').toString();
    }

    private static String escaped(String special, String text, int after) {
        return switch (special) {
            case "$$" -> "\\$";
            case "$" -> NAME.matcher(text).region(after, text.length()).lookingAt() ? "$" : "\\$";
            default -> "\\" + special;
        };
    }
}
