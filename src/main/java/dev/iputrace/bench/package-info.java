/**
 * Measures checker, replay, recorder, import and start beside their rivals, and the ring readers against a producer in
 * user space that keeps the kernel's ring protocol. No result unless all give the same answers.
 */
@NullMarked
package dev.iputrace.bench;

import org.jspecify.annotations.NullMarked;
