/**
 * {@code tandem run}: executes a pipeline on this machine, without a server. Owns the snapshot of the checkout, the order of the jobs
 * (by the engine that the server's scheduler uses) and what a person sees of it; jobs are run by {@code dev.tandem.runner}.
 */
@NullMarked
package dev.tandem.cli.run;

import org.jspecify.annotations.NullMarked;
