package dev.tandem.server.code;

/** A branch and the commit it leads to. */
public record Branch(String name, Commit commit) {}
