package dev.tandem.server.platform.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The permission a web handler or API resource needs; checked before it runs, by {@code identity}. A handler without it
 * is refused at run time and fails a test. A permission of a project or group needs a path variable {@code project}
 * or {@code group} (pages) or {@code id} (API): its number or full path.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Requires {
    Permission value();
}
