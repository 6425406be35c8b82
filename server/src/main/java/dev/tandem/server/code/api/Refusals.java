package dev.tandem.server.code.api;

import dev.tandem.server.code.FileCommits;
import dev.tandem.server.code.PushRefusal;
import dev.tandem.server.code.RefEdits;
import dev.tandem.server.platform.api.ApiException;

/** What did not come about, as an answer of the API. */
final class Refusals {
    private Refusals() {}

    /** @param what the kind of ref, for the messages: {@code Branch}, {@code Tag} */
    static void requireDone(RefEdits.Outcome outcome, String what) {
        switch (outcome) {
            case RefEdits.Outcome.Done done -> {}
            case RefEdits.Outcome.Refused(PushRefusal refusal) -> throw of(refusal);
            case RefEdits.Outcome.NameTaken taken -> throw new ApiException(400, what + " already exists");
            case RefEdits.Outcome.BadName bad -> throw new ApiException(400, what + " name is invalid");
            case RefEdits.Outcome.Missing missing -> throw new ApiException(400, "Invalid reference name");
        }
    }

    static ApiException of(PushRefusal refusal) {
        int status = switch (refusal) {
            case PushRefusal.RoleNeeded role -> 403;
            case PushRefusal.TagRoleNeeded role -> 403;
            case PushRefusal.DeletionForbidden deletion -> 403;
            case PushRefusal.TagStays tag -> 403;
            case PushRefusal.ForcePushForbidden force -> 403;
            case PushRefusal.DefaultBranchStays branch -> 405;
            case PushRefusal.ReservedRef ref -> 400;
            case PushRefusal.BadName name -> 400;
            case PushRefusal.MovedMeanwhile moved -> 409;
        };
        return new ApiException(status, refusal.message());
    }

    static ApiException of(FileCommits.Outcome.Impossible impossible) {
        return new ApiException(400, impossible.why());
    }
}
