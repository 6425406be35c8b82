/** The server: a modular monolith. Its packages and who may call whom stand in docs/architecture.md. */
@org.jspecify.annotations.NullMarked
package dev.tandem.server;
