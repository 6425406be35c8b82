/**
 * The demo: a newcomer's first five minutes, told by a program that uses nothing but what a newcomer has too (git, HTTP,
 * the {@code tandem} command). Also the training runs for the AOT caches, since both start a server as a child process.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.cli.demo;
