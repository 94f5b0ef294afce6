package dev.iputrace.check;

import org.jspecify.annotations.Nullable;

/**
 * An event with what came behind it.
 *
 * @param comm task name as sent, not yet made safe for a terminal; null when no COMM cell came
 * @param tgid process id, 0 when unknown
 * @param stack empty when no STACK cell came
 */
public record Evidence(Seen seen, @Nullable String comm, int tgid, CallStack stack) {}
