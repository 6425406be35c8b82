package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProviderSignIn;
import dev.tandem.server.identity.SignInProvider;
import dev.tandem.server.identity.SignInProviders;
import dev.tandem.server.identity.SignInProviders.Saving;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Other servers by which people sign in, for administrators. */
@Controller
public final class ProviderAdminPages {
    static final String PATH = "/-/admin/sign-in-providers";

    private final SignInProviders providers;
    private final ProviderSignIn signIn;
    private final ServerUrls urls;

    ProviderAdminPages(SignInProviders providers, ProviderSignIn signIn, ServerUrls urls) {
        this.providers = providers;
        this.signIn = signIn;
        this.urls = urls;
    }

    /** What stands in the form, as typed. */
    public record Form(
            @Nullable String name,
            @Nullable String title,
            @Nullable String issuer,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @Nullable String scopes,
            @Nullable String usernameClaim,
            boolean createsAccounts,
            @Nullable String emailDomains) {

        SignInProvider provider(long id, String fixedName, String fixedIssuer) {
            return new SignInProvider(
                    id,
                    fixedName,
                    text(title),
                    fixedIssuer,
                    text(clientId),
                    words(scopes),
                    text(usernameClaim),
                    createsAccounts,
                    words(text(emailDomains).toLowerCase(Locale.ROOT)));
        }

        static String text(@Nullable String value) {
            return value == null ? "" : value.strip();
        }

        private static List<String> words(@Nullable String value) {
            return Arrays.stream(text(value).split("[\\s,]+"))
                    .filter(word -> !word.isEmpty())
                    .toList();
        }

        static Form of(SignInProvider provider) {
            return new Form(
                    provider.name(),
                    provider.title(),
                    provider.issuer(),
                    provider.clientId(),
                    "",
                    String.join(" ", provider.scopes()),
                    provider.usernameClaim(),
                    provider.createsAccounts(),
                    String.join(" ", provider.emailDomains()));
        }
    }

    /**
     * What the pages show.
     *
     * @param edited name of the provider whose form it is; null for a new one
     * @param callback address that the provider has to be told; ends with its name
     */
    public record Model(
            List<SignInProvider> providers,
            @Nullable String edited,
            Form form,
            String callback,
            @Nullable String problem) {}

    @Requires(Permission.ADMINISTER)
    @GetMapping(PATH)
    Page list() {
        Form empty = new Form("", "", "", "", "", "profile email", "preferred_username", false, "");
        return page(200, null, empty, null);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH)
    @Nullable
    Page create(Actor actor, @ModelAttribute Form form, HttpServletResponse response) throws IOException {
        SignInProvider provider = form.provider(0, Form.text(form.name()), Form.text(form.issuer()));
        Saving saving = providers.create(actor, provider, Form.text(form.clientSecret()));
        return saved(saving, provider, null, form, response);
    }

    @Requires(Permission.ADMINISTER)
    @GetMapping(PATH + "/{provider}")
    Page one(@PathVariable String provider) {
        return page(200, provider, Form.of(existing(provider)), null);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{provider}")
    @Nullable
    Page edit(Actor actor, @PathVariable String provider, @ModelAttribute Form form, HttpServletResponse response)
            throws IOException {
        SignInProvider before = existing(provider);
        SignInProvider after = form.provider(before.id(), before.name(), before.issuer());
        Saving saving = providers.edit(actor, after, Form.text(form.clientSecret()));
        return saved(saving, after, provider, form, response);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{provider}/delete")
    void delete(Actor actor, @PathVariable String provider, HttpServletResponse response) throws IOException {
        SignInProvider found = existing(provider);
        providers.delete(actor, found);
        Flash.leave(response, "identity.provider.deleted", found.title());
        response.sendRedirect(PATH);
    }

    private @Nullable Page saved(
            Saving saving, SignInProvider provider, @Nullable String edited, Form form, HttpServletResponse response)
            throws IOException {
        return switch (saving) {
            case Saving.Done() -> {
                Optional<String> wrong = signIn.check(provider);
                if (wrong.isPresent()) {
                    Flash.refuse(response, "identity.provider.saved-but", provider.title(), wrong.get());
                } else {
                    Flash.leave(response, "identity.provider.saved", provider.title());
                }
                response.sendRedirect(PATH);
                yield null;
            }
            case Saving.NameTaken() -> page(422, edited, form, "identity.provider.name-taken");
            case Saving.Invalid(String field) -> page(422, edited, form, "identity.provider.wrong-" + field);
        };
    }

    private SignInProvider existing(String name) {
        return providers.find(name).orElseThrow(() -> new AccessRefused(404));
    }

    private Page page(int status, @Nullable String edited, Form form, @Nullable String problem) {
        Model model = new Model(providers.list(), edited, form, urls.external() + ProviderSignIn.CALLBACK, problem);
        return new Page("identity/providers.jte", model, status);
    }
}
