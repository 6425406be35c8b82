package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import gg.jte.Content;
import gg.jte.html.escape.Escape;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a template may ask: texts, times, states, and who looks. Made for one request; not for use by several threads.
 * Methods that return {@link Content} write markup; everything in it is escaped already.
 */
public final class Ui {
    private final PageSettings page;
    private final Messages messages;
    private final Clock clock;
    private final Assets assets;

    Ui(PageSettings page, Messages messages, Clock clock, Assets assets) {
        this.page = page;
        this.messages = messages;
        this.clock = clock;
        this.assets = assets;
    }

    /** The text of a key in the viewer's language, {@code {0}} replaced; plain text. */
    public String t(String key, @Nullable Object... arguments) {
        Object[] present = Arrays.stream(arguments)
                .map(argument -> argument == null ? "" : argument)
                .toArray();
        return messages.text(key, present);
    }

    /** A text that the model carries, in the viewer's language. */
    public String t(Text text) {
        return messages.text(text);
    }

    /** Whether a text for this key exists in the viewer's language; for keys made of data. */
    public boolean has(String key) {
        return messages.find(key).isPresent();
    }

    /** Relative text, exact time on hover, kept up to date by time.js; an en dash for null. */
    public Content time(@Nullable Instant instant) {
        if (instant == null) {
            return text("–");
        }
        String exact = Words.exact(instant);
        return markup("<time datetime=\"" + instant + "\" title=\"" + exact + "\">"
                + escaped(Words.relative(instant, clock.instant(), messages)) + "</time>");
    }

    /** The exact time, kept in the viewer's zone by time.js; UTC without JavaScript. */
    public Content exactTime(@Nullable Instant instant) {
        if (instant == null) {
            return text("–");
        }
        return markup("<time datetime=\"" + instant + "\" data-exact>" + Words.exact(instant) + "</time>");
    }

    /** {@code 1m 04s}; an en dash for null. */
    public String duration(@Nullable Duration duration) {
        return duration == null ? "–" : Words.duration(duration);
    }

    /** How long something has been going on; counts on by itself. An en dash for null. */
    public Content running(@Nullable Instant since) {
        if (since == null) {
            return text("–");
        }
        return markup("<time data-since=\"" + since + "\" title=\"" + Words.exact(since) + "\">"
                + Words.duration(Duration.between(since, clock.instant())) + "</time>");
    }

    /** How long until then, in whole seconds; counts down by itself to 0s. */
    public Content left(Instant until) {
        return markup("<time data-until=\"" + until + "\" title=\"" + Words.exact(until) + "\">"
                + Words.left(Duration.between(clock.instant(), until)) + "</time>");
    }

    /** The time between the two; counts on while there is no end; an en dash before the start. */
    public Content took(@Nullable Instant start, @Nullable Instant end) {
        return start == null || end == null ? running(start) : text(Words.duration(Duration.between(start, end)));
    }

    /** Shape and word of a state, given as on the wire: {@code success}, {@code rolled_back}. */
    public Content state(String state) {
        String css = StateShape.of(state).css();
        return markup("<span class=\"state state-" + css + "\" data-state=\"" + escaped(state) + "\">" + shape(css)
                + " " + "<span class=\"state-word\">" + escaped(stateWord(state)) + "</span></span>");
    }

    /** {@link #state(String)} of an enum's name in lower case. */
    public Content state(Enum<?> state) {
        return state(state.name().toLowerCase(Locale.ROOT));
    }

    /** The shape alone where space is short; its word stays on hover and for screen readers. */
    public Content stateIcon(String state) {
        String css = StateShape.of(state).css();
        String word = escaped(stateWord(state));
        return markup("<span class=\"state state-" + css + " state-alone\" role=\"img\" data-state=\"" + escaped(state)
                + "\" title=\"" + word + "\" aria-label=\"" + word + "\">" + shape(css) + "</span>");
    }

    /** The word of a state in the viewer's language; a state without a text is shown as it is. */
    public String stateWord(String state) {
        return messages.find("platform.state." + state).orElse(state.replace('_', ' '));
    }

    /** {@code 1.24 MB}. */
    public String bytes(long bytes) {
        return Words.bytes(bytes);
    }

    /** {@code 31.2 /s}, {@code 0.31 %}; an en dash for null. */
    public String quantity(@Nullable Double value, Chart.Unit unit) {
        return value == null ? "–" : Words.quantity(value, unit);
    }

    /** The hidden field that each form with {@code method="post"} needs; nothing when there is no token. */
    public Content csrf() {
        String token = csrfToken();
        return token.isEmpty()
                ? text("")
                : markup("<input type=\"hidden\" name=\"_csrf\" value=\"" + escaped(token) + "\">");
    }

    /** The token itself, for the modules that post; empty when there is none. */
    public String csrfToken() {
        String token = page.viewer().csrfToken().get();
        return token == null ? "" : token;
    }

    /** The symbol of that name in the sprite ({@code icons.svg#icon-name}); decoration, hidden from screen readers. */
    public Content icon(String name) {
        return markup("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"" + sprite() + "#icon-" + escaped(name)
                + "\"></use></svg>");
    }

    /** The shown name of who is signed in. */
    public @Nullable String actorName() {
        return page.viewer().name();
    }

    /** The username of who is signed in. */
    public @Nullable String actorUsername() {
        return page.viewer().username();
    }

    public boolean administrator() {
        return page.viewer().administrator();
    }

    /** Path of this page as the browser asked for it, without the query. */
    public String path() {
        return page.path();
    }

    public Locale locale() {
        return messages.locale();
    }

    /** Value of {@code lang}. */
    public String language() {
        return messages.locale().toLanguageTag();
    }

    /** {@code dark}, {@code light}, or null for the system's choice. */
    public @Nullable String theme() {
        return page.theme();
    }

    /** Text that the request before left for this page, in this language. */
    public @Nullable String flash() {
        Flash flash = page.flash();
        try {
            return flash == null
                    ? null
                    : t(flash.messageKey(), flash.arguments().toArray());
        } catch (IllegalArgumentException altered) {
            // The cookie is the viewer's: what does not fit its text is no sentence of ours.
            return null;
        }
    }

    /** The state with which it is shown; {@code success} without one. */
    public String flashState() {
        Flash flash = page.flash();
        return (flash == null ? Flash.Kind.DONE : flash.kind()).state();
    }

    /** Address of a file under {@code static/assets}; changes with its content. */
    public String asset(String name) {
        return assets.url(name);
    }

    /** Address of the tab's icon: the shape of the page's own state, or the program's mark for null. */
    public String favicon(@Nullable String state) {
        return asset(
                "favicon-" + (state == null ? "tandem" : StateShape.of(state).css()) + ".svg");
    }

    /** The day of a moment, UTC, to separate days in lists: {@code 2026-11-23}. */
    public String day(Instant instant) {
        return instant.toString().substring(0, 10);
    }

    /** Time of day in a list that is separated by days, in the viewer's zone by time.js; UTC without JavaScript. */
    public Content clock(Instant instant) {
        return markup("<time datetime=\"" + instant + "\" title=\"" + Words.exact(instant) + "\" data-clock>"
                + Words.exact(instant).substring(11, 19) + "</time>");
    }

    /** Where the stream of live events stood before this page was read. */
    public String livePosition() {
        return page.livePosition();
    }

    /** Entries of a project's rail that this viewer may open. */
    public List<ProjectSection> sections(ProjectNav project) {
        Set<Permission> held = page.rights().apply(project);
        return page.sections().stream()
                .filter(section -> held.contains(section.permission()))
                .toList();
    }

    /** Entries of a group's rail that this viewer may open. */
    public List<GroupSection> sections(GroupNav group) {
        Set<Permission> held = page.groupRights().apply(group);
        return page.groupSections().stream()
                .filter(section -> held.contains(section.permission()))
                .toList();
    }

    /** Entries beside the list of projects that this viewer may see. */
    public List<InstanceSection> instanceSections() {
        return page.instanceSections();
    }

    private String shape(String css) {
        return "<svg class=\"state-shape\" aria-hidden=\"true\"><use href=\"" + sprite() + "#state-" + css
                + "\"></use></svg>";
    }

    private String sprite() {
        return assets.url("icons.svg");
    }

    private static Content text(String text) {
        return output -> output.writeContent(escaped(text));
    }

    private static Content markup(String html) {
        return output -> output.writeContent(html);
    }

    private static String escaped(String text) {
        gg.jte.output.StringOutput output = new gg.jte.output.StringOutput();
        Escape.htmlAttribute(text, output);
        return output.toString().replace("<", "&lt;").replace(">", "&gt;");
    }
}
