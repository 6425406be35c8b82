package dev.tandem.server.platform.web;

import gg.jte.Content;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.ext.task.list.items.TaskListItemMarker;
import org.commonmark.ext.task.list.items.TaskListItemsExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomNode;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jspecify.annotations.Nullable;
import org.owasp.html.AttributePolicy;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/**
 * Turns Markdown of strangers (CommonMark with GitHub's tables, task lists, strikethrough and bare links) into markup that
 * is safe on our pages: no script, no style, no form, no picture from elsewhere, ids that cannot clash with the page's own.
 * Safe for use by many threads.
 */
public final class Markdown {
    /** Before each id that the text makes, as on other forges: it can neither hide an id of the page nor be one. */
    private static final String ID_PREFIX = "user-content-";

    /** Deeper blocks stay text; nobody writes them, and each costs a level of the stack. */
    private static final int DEEPEST_BLOCKS = 60;

    private static final Pattern ID = Pattern.compile("[\\p{L}\\p{N}_.:-]{1,200}");
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,4}%?");
    private static final Pattern LANGUAGE = Pattern.compile("language-[A-Za-z0-9_+#.-]{1,40}");

    private static final List<Extension> EXTENSIONS = List.of(
            TablesExtension.create(),
            StrikethroughExtension.create(),
            TaskListItemsExtension.create(),
            AutolinkExtension.create(),
            HeadingAnchorExtension.builder().idPrefix(ID_PREFIX).build());
    private static final Parser PARSER = Parser.builder()
            .extensions(EXTENSIONS)
            .maxOpenBlockParsers(DEEPEST_BLOCKS)
            .build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .attributeProviderFactory(context -> Markdown::reachable)
            .build();

    private Markdown() {}

    /** Where a text's own references lead. */
    public interface Target {
        /** Address of a page for a path from the root of what the text belongs to; empty for the root itself. */
        String page(String path);

        /** Address of a file's content, for pictures. */
        String raw(String path);
    }

    /**
     * The text as markup.
     *
     * @param folder where the text lies, for relative references; empty for the root
     * @return empty when the text is nested so deeply that it can only be shown as it is
     */
    public static Optional<Content> render(String text, String folder, Target target) {
        try {
            Node document = PARSER.parse(text);
            document.accept(new Taming());
            String html = policy(new References(folder, target)).sanitize(RENDERER.render(document));
            return Optional.of(output -> output.writeContent(html));
        } catch (StackOverflowError e) {
            // Inline nesting has no limit to set; a hostile text must cost no more than its own page.
            return Optional.empty();
        }
    }

    private static PolicyFactory policy(References references) {
        AttributePolicy id = (element, attribute, value) -> anchor(value);
        return new HtmlPolicyBuilder()
                .allowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd")
                .allowElements("blockquote", "pre", "code", "em", "strong", "b", "i", "u", "s", "del", "ins", "sub")
                .allowElements("sup", "kbd", "samp", "var", "q", "abbr", "mark", "small", "details", "summary", "div")
                .allowElements("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "img", "span")
                .allowWithoutAttributes("a", "img", "span")
                .allowAttributes("align")
                .matching(true, "left", "center", "right")
                .onElements("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "img", "table")
                .allowAttributes("colspan", "rowspan")
                .matching(Pattern.compile("[0-9]{1,3}"))
                .onElements("td", "th")
                .allowAttributes("width", "height")
                .matching(SIZE)
                .onElements("img", "td", "th")
                .allowAttributes("tabindex")
                .matching(true, "0")
                .onElements("pre", "table")
                .allowAttributes("start")
                .matching(Pattern.compile("[0-9]{1,9}"))
                .onElements("ol")
                .allowAttributes("open")
                .onElements("details")
                .allowAttributes("alt", "title")
                .onElements("img")
                .allowAttributes("title")
                .onElements("a", "abbr")
                .allowAttributes("class")
                .matching(LANGUAGE)
                .onElements("code")
                .allowAttributes("id")
                .matching(id)
                .onElements("a", "h1", "h2", "h3", "h4", "h5", "h6", "span", "div", "p", "li")
                .allowAttributes("name")
                .matching(id)
                .onElements("a")
                .allowAttributes("href")
                .matching((element, attribute, value) -> references.link(value).orElse(null))
                .onElements("a")
                .allowAttributes("src")
                .matching(
                        (element, attribute, value) -> references.picture(value).orElse(null))
                .onElements("img")
                .allowUrlProtocols("http", "https", "mailto")
                .requireRelsOnLinks("nofollow", "noopener", "noreferrer")
                .toFactory();
    }

    /** What may be wider than the page scrolls, so the keyboard must get there. */
    private static void reachable(Node node, String tag, Map<String, String> attributes) {
        if (tag.equals("pre") || tag.equals("table")) {
            attributes.put("tabindex", "0");
        }
    }

    private static @Nullable String anchor(String value) {
        if (!ID.matcher(value).matches()) {
            return null;
        }
        return value.startsWith(ID_PREFIX) ? value : ID_PREFIX + value;
    }

    static String anchorOf(String fragment) {
        return fragment.startsWith(ID_PREFIX) ? fragment : ID_PREFIX + fragment;
    }

    /** Boxes become signs, since a form's parts have no place in a text; pictures from elsewhere become links to them. */
    private static final class Taming extends AbstractVisitor {
        private static final Set<String> ELSEWHERE = Set.of("http", "https");

        @Override
        public void visit(CustomNode node) {
            if (node instanceof TaskListItemMarker marker) {
                marker.insertBefore(new Text(marker.isChecked() ? "☑ " : "☐ "));
                marker.unlink();
            } else {
                visitChildren(node);
            }
        }

        @Override
        public void visit(Image image) {
            Optional<String> scheme = References.scheme(image.getDestination());
            if (scheme.filter(ELSEWHERE::contains).isEmpty()
                    && !image.getDestination().startsWith("//")) {
                visitChildren(image);
                return;
            }
            Node holder = isInLink(image) ? image : new Link(image.getDestination(), image.getTitle());
            if (holder instanceof Link) {
                image.insertBefore(holder);
            }
            Node child = image.getFirstChild();
            if (child == null && holder instanceof Link) {
                holder.appendChild(new Text(image.getDestination()));
            }
            while (child != null) {
                Node next = child.getNext();
                if (holder instanceof Link) {
                    holder.appendChild(child);
                } else {
                    image.insertBefore(child);
                }
                child = next;
            }
            image.unlink();
        }

        private static boolean isInLink(Node node) {
            for (Node at = node.getParent(); at != null; at = at.getParent()) {
                if (at instanceof Link) {
                    return true;
                }
            }
            return false;
        }
    }
}
