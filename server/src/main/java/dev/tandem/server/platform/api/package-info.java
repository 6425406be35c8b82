/** What every REST resource shares: parameters, paging, errors and times in the shapes that clients of GitLab's API expect. */
@NullMarked
package dev.tandem.server.platform.api;

import org.jspecify.annotations.NullMarked;
