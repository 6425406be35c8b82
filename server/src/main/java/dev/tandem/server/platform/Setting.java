package dev.tandem.server.platform;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes one component of {@link Settings}; the reference page and the checks are made from it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** As it stands in the file ({@code runner-concurrency: 2}) and, with {@code --}, on the command line. */
    String key();

    /** The default as it would be written; empty means that {@link Settings} computes one, as {@link #doc()} says. */
    String value();

    /** One or two sentences for the reference page, with units. */
    String doc();

    /** Whether nobody is shown the value. */
    boolean secret() default false;
}
