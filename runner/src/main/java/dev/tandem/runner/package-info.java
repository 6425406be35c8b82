/** See the module's description in its pom.xml and docs/architecture.md. */
@org.jspecify.annotations.NullMarked
package dev.tandem.runner;
