package dev.tandem.server.code;

import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/** Lets one push of a project at a time move refs, and none while its open intents are being settled. */
@Component
class ProjectLocks {
    private static final int STRIPES = 64;

    private final Lock[] stripes = new Lock[STRIPES];

    ProjectLocks() {
        Arrays.setAll(stripes, i -> new ReentrantLock());
    }

    /** Of two projects that share a lock each only waits a little longer. */
    Lock of(long projectId) {
        return stripes[Math.floorMod(projectId, STRIPES)];
    }
}
