package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProviderSignIn;
import dev.tandem.server.identity.ProviderSignIn.Begun;
import dev.tandem.server.identity.ProviderSignIn.Outcome;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.SignInProvider;
import dev.tandem.server.identity.SignInProviders;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing in by another server, and connecting one's account with it. */
@Controller
public final class ProviderPages {
    static final String PATH = "/-/profile/identities";

    private final SignInProviders providers;
    private final ProviderSignIn providerSignIn;
    private final SignInPages pages;
    private final Reproof reproof;
    private final Callers callers;
    private final Cookies cookies;
    private final ServerUrls urls;

    ProviderPages(
            SignInProviders providers,
            ProviderSignIn providerSignIn,
            SignInPages pages,
            Reproof reproof,
            Callers callers,
            Cookies cookies,
            ServerUrls urls) {
        this.providers = providers;
        this.providerSignIn = providerSignIn;
        this.pages = pages;
        this.reproof = reproof;
        this.callers = callers;
        this.cookies = cookies;
        this.urls = urls;
    }

    /**
     * What the page of connections shows.
     *
     * @param others providers that do not know the viewer yet
     * @param next where to go on connecting; null before
     */
    public record Model(
            List<SignInProviders.Link> links,
            List<SignInProvider> others,
            boolean asksPassword,
            @Nullable String next,
            @Nullable String problem) {}

    @Requires(Permission.ANYONE)
    @GetMapping("/-/sign-in/with/{provider}")
    void begin(@PathVariable String provider, @RequestParam(defaultValue = "/") String to, HttpServletResponse response)
            throws IOException {
        SignInProvider found = existing(provider);
        Optional<Begun> begun = providerSignIn.begin(found, Requests.localPath(to), Optional.empty());
        if (begun.isEmpty()) {
            Flash.refuse(response, "identity.provider.unreachable", found.title());
            response.sendRedirect(SignInPages.PATH);
            return;
        }
        cookies.setProvider(response, begun.get().cookie());
        response.sendRedirect(begun.get().address().toString());
    }

    @Requires(Permission.ANYONE)
    @GetMapping(ProviderSignIn.CALLBACK + "{provider}")
    void back(
            @PathVariable String provider,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        // The address holds a code.
        PasswordPages.keepSecret(response);
        SignInProvider found = existing(provider);
        String cookie = cookies.provider(request).orElse("");
        cookies.dropProvider(response);
        Optional<User> signedIn = callers.lenient(request).actor() instanceof Actor.Person person
                ? Optional.of(person.user())
                : Optional.empty();
        switch (providerSignIn.finish(found, cookie, answer(request), signedIn, origin)) {
            case Outcome.Proved(SignIn.Result.SignedIn done, String to) -> pages.enter(done, to, request, response);
            case Outcome.Proved(SignIn.Result.SecondStep step, String to) -> pages.askCode(step, to, request, response);
            case Outcome.Proved(SignIn.Result other, String to) ->
                refuse(response, "failed", found.title(), SignInPages.PATH);
            case Outcome.Linked() -> {
                Flash.leave(response, "identity.provider.linked", found.title());
                response.sendRedirect(PATH);
            }
            case Outcome.Refused(String reason, String detail) ->
                refuse(response, reason, detail, signedIn.isPresent() ? PATH : SignInPages.PATH);
        }
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page list(Actor.Person person) {
        return page(200, person, null, null);
    }

    /**
     * Leads to the provider by a link and not by itself: pages allow no form to lead elsewhere, and a link alone would let
     * another site connect its own person with the viewer's account.
     */
    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/{provider}")
    Page link(
            Actor.Person person,
            @PathVariable String provider,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response) {
        SignInProvider found = existing(provider);
        if (!reproof.proves(person, current, origin, request)) {
            return page(422, person, null, reproof.problem(person));
        }
        Optional<Begun> begun =
                providerSignIn.begin(found, PATH, Optional.of(person.user().id()));
        if (begun.isEmpty()) {
            return page(502, person, null, "identity.provider.is-unreachable");
        }
        cookies.setProvider(response, begun.get().cookie());
        return page(200, person, begun.get().address().toString(), null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/{provider}/remove")
    @Nullable
    Page unlink(
            Actor.Person person,
            @PathVariable String provider,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        SignInProvider found = existing(provider);
        if (!reproof.hasOtherWay(person)) {
            return page(422, person, null, "identity.provider.last");
        }
        if (!reproof.proves(person, current, origin, request)) {
            return page(422, person, null, reproof.problem(person));
        }
        if (providers.unlink(person.user(), found)) {
            Flash.leave(response, "identity.provider.unlinked", found.title());
        }
        response.sendRedirect(PATH);
        return null;
    }

    private static void refuse(HttpServletResponse response, String reason, String detail, String to)
            throws IOException {
        Flash.refuse(response, "identity.provider." + reason, detail);
        response.sendRedirect(to);
    }

    private SignInProvider existing(String name) {
        return providers.find(name).orElseThrow(() -> new AccessRefused(404));
    }

    private URI answer(HttpServletRequest request) {
        String query = request.getQueryString() == null ? "" : request.getQueryString();
        return URI.create(urls.external() + request.getRequestURI() + "?" + query);
    }

    private Page page(int status, Actor.Person person, @Nullable String next, @Nullable String problem) {
        List<SignInProviders.Link> links = providers.links(person.user().id());
        List<SignInProvider> others = providers.list().stream()
                .filter(provider ->
                        links.stream().noneMatch(link -> link.provider().equals(provider)))
                .toList();
        Model model = new Model(links, others, reproof.asksPassword(person), next, problem);
        return new Page("identity/identities.jte", model, status);
    }
}
