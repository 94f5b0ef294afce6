package dev.iputrace.metrics;

/** Which build this is. */
public record BuildInfo(String version, String commit) {}
