/**
 * Drives a server as its users do: a process of its own, pages, REST, git, the services behind the proxy. For the demo,
 * the training runs and the end-to-end tests; knows nothing of the server's inside.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.cli.drive;
