package dev.tandem.server.code.web;

import dev.tandem.server.code.Need;
import dev.tandem.server.code.Needs;
import dev.tandem.server.code.Project;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.PersonalToken;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.platform.web.Text;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Personal access tokens that end soon, before a program that uses one stands still. */
@Component
final class EndingTokens implements Needs {
    private static final Duration SOON = Duration.ofDays(14);

    private final PersonalTokens tokens;
    private final Clock clock;

    EndingTokens(PersonalTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public List<Need> of(Actor.Person viewer, List<Project> mine) {
        Instant now = clock.instant();
        return tokens.ending(viewer.user().id(), now, now.plus(SOON)).stream()
                .map(EndingTokens::need)
                .toList();
    }

    private static Need need(PersonalToken token) {
        return new Need(
                Need.Urgency.ENDING,
                "warning",
                Text.of("code.need.token", token.name()),
                Text.plain(""),
                Text.of("code.need.token.act"),
                "/-/profile/tokens",
                token.expiresAt().orElseThrow());
    }
}
