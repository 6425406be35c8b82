package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.RolloutAnswer;
import dev.tandem.server.platform.api.ApiException;

/** From answers of the domain to HTTP. */
final class Answers {
    private Answers() {}

    static int status(RolloutAnswer.Why why) {
        return switch (why) {
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            case MISSING -> 404;
            case CONFLICT -> 409;
        };
    }

    /** @throws ApiException with the reason, when it was refused */
    static RolloutAnswer.Accepted accepted(RolloutAnswer answer) {
        return switch (answer) {
            case RolloutAnswer.Accepted accepted -> accepted;
            case RolloutAnswer.Refused refused -> throw new ApiException(status(refused.why()), refused.reason());
        };
    }
}
