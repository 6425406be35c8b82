package dev.tandem.server.code;

import java.util.function.BooleanSupplier;

/**
 * What became of an open intent, read off the ref. Asked only while no push of the project is under way, and before the
 * next one begins, so a ref that stands at neither end was moved by something else than the server.
 */
enum IntentVerdict {
    MOVED,
    NOT_MOVED;

    /**
     * @param current sha that the ref has now, {@link RefUpdated#ZERO} when it does not exist
     * @param currentContainsAfter whether the commit that was to come is the current one's ancestor; asked last
     */
    static IntentVerdict of(PushIntent intent, String current, BooleanSupplier currentContainsAfter) {
        if (current.equals(intent.after())) {
            return MOVED;
        }
        if (current.equals(intent.before())) {
            return NOT_MOVED;
        }
        // Neither: somebody worked on the repository by hand. If what was pushed is in there, it had arrived: an
        // accepted
        // push must not lose its pipeline. If the ref is gone or leads elsewhere, nothing of the push is left to act
        // on.
        boolean gone = current.equals(RefUpdated.ZERO) || intent.after().equals(RefUpdated.ZERO);
        return !gone && currentContainsAfter.getAsBoolean() ? MOVED : NOT_MOVED;
    }
}
